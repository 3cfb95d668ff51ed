-- The monthly contre-paiement: one batch per period, one line per structure.
CREATE TABLE settlements (
  id uuid PRIMARY KEY,
  number text NOT NULL CONSTRAINT settlements_number_once UNIQUE,
  cutoff date NOT NULL CONSTRAINT settlements_cutoff_once UNIQUE,
  state text NOT NULL DEFAULT 'preparee' CHECK (state IN ('preparee', 'approuvee', 'executee')),
  prepared_at timestamptz NOT NULL,
  prepared_by uuid NOT NULL,
  prepared_by_name text NOT NULL,
  approved_at timestamptz,
  approved_by uuid,
  approved_by_name text NOT NULL DEFAULT '',
  executed_on date,
  executed_by uuid,
  message_id text NOT NULL,
  debtor_name text NOT NULL,
  debtor_iban text NOT NULL,
  debtor_bic text NOT NULL DEFAULT '',
  total_cents bigint NOT NULL CHECK (total_cents > 0),
  lines int NOT NULL CHECK (lines > 0),
  frozen_hash bytea,
  -- Four eyes: whoever prepares cannot approve.
  CONSTRAINT settlements_four_eyes CHECK (approved_by IS NULL OR approved_by <> prepared_by),
  CHECK ((state = 'preparee') = (approved_at IS NULL)),
  CHECK ((state = 'executee') = (executed_on IS NOT NULL)),
  CHECK ((approved_at IS NULL) = (frozen_hash IS NULL))
);
SELECT passnum.protect('settlements', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE settlement_lines (
  id uuid PRIMARY KEY,
  settlement_id uuid NOT NULL REFERENCES settlements,
  structure_id uuid NOT NULL REFERENCES organisations,
  structure_name text NOT NULL,
  structure_siret text NOT NULL,
  account_holder text NOT NULL,
  iban text NOT NULL,
  bic text NOT NULL DEFAULT '',
  end_to_end_id text NOT NULL CONSTRAINT settlement_lines_e2e_once UNIQUE,
  cheques int NOT NULL CHECK (cheques > 0),
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  period_from date NOT NULL,
  period_to date NOT NULL,
  settlement_number text NOT NULL,
  state text NOT NULL DEFAULT 'preparee' CHECK (state IN ('preparee', 'approuvee', 'executee')),
  executed_on date,
  CONSTRAINT settlement_lines_structure_once UNIQUE (settlement_id, structure_id)
);
CREATE INDEX settlement_lines_structure ON settlement_lines (structure_id, period_to DESC);
SELECT passnum.protect('settlement_lines', '{structure_id}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');
