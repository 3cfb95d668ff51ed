-- How structures are paid: the installation's rules, each structure's rhythm,
-- what each order bears of a line, and the files as they were given to the bank.

-- Rules are never edited: the last decision is in force, the others are history.
CREATE TABLE payment_rules (
  id uuid PRIMARY KEY,
  decided_at timestamptz NOT NULL,
  decided_by uuid NOT NULL,
  decided_by_name text NOT NULL,
  cutoff_rule text NOT NULL CHECK (cutoff_rule IN ('fin_de_mois', 'jour')),
  cutoff_day smallint NOT NULL CHECK (cutoff_day BETWEEN 1 AND 28),
  minimum_cents bigint NOT NULL CHECK (minimum_cents BETWEEN 0 AND 100000),
  carry_months smallint NOT NULL CHECK (carry_months BETWEEN 1 AND 12),
  delay_days smallint NOT NULL CHECK (delay_days BETWEEN 1 AND 10),
  bank_version text NOT NULL CHECK (bank_version IN ('03', '09', '13')),
  most_transfers int NOT NULL CHECK (most_transfers BETWEEN 1 AND 100000),
  most_cents bigint NOT NULL CHECK (most_cents >= 0), -- 0: no limit
  batch_booking boolean NOT NULL,
  with_addresses boolean NOT NULL,
  with_bic boolean NOT NULL
);
CREATE INDEX payment_rules_last ON payment_rules (decided_at DESC, id DESC);
SELECT passnum.protect('payment_rules', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('payment_rules');
-- A structure reads when it is paid, and from which amount.
CREATE POLICY everyone_reads ON payment_rules FOR SELECT TO passnum_org USING (true);
GRANT SELECT ON payment_rules TO passnum_org;

-- Structures are paid every month; those that ask for it, every week.
CREATE TABLE structure_rhythms (
  structure_id uuid PRIMARY KEY REFERENCES structures,
  rhythm text NOT NULL CHECK (rhythm IN ('mensuel', 'hebdomadaire')),
  chosen_at timestamptz NOT NULL,
  chosen_by uuid NOT NULL
);
SELECT passnum.protect('structure_rhythms', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');

-- What the bank will be told is fixed with the batch. A batch has a name until
-- it is approved; its number comes with the approval, so that no number is lost.
ALTER TABLE settlements
  ADD COLUMN bank_version text NOT NULL DEFAULT '09' CHECK (bank_version IN ('03', '09', '13')),
  ADD COLUMN batch_booking boolean NOT NULL DEFAULT true,
  ADD COLUMN delay_days smallint NOT NULL DEFAULT 1 CHECK (delay_days BETWEEN 1 AND 10),
  ADD COLUMN parts smallint NOT NULL DEFAULT 1 CHECK (parts > 0),
  ADD COLUMN execution_on date,
  ADD CONSTRAINT settlements_numbered CHECK (state = 'preparee' OR number LIKE 'CP-%');

-- The postal address, in the fields that banks take, or nothing at all.
ALTER TABLE settlement_lines
  ADD COLUMN street text NOT NULL DEFAULT '',
  ADD COLUMN building text NOT NULL DEFAULT '',
  ADD COLUMN postal_code text NOT NULL DEFAULT '',
  ADD COLUMN town text NOT NULL DEFAULT '',
  ADD CONSTRAINT settlement_lines_address CHECK (town <> '' OR street = '' AND building = '' AND postal_code = '');

-- What each order bears of a line: its chèques, its incidents, its fee and that
-- fee's VAT. A negative net means that the structure owed more to this order.
CREATE TABLE settlement_shares (
  line_id uuid NOT NULL REFERENCES settlement_lines,
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  structure_id uuid NOT NULL,
  gross_cents bigint NOT NULL,
  adjust_cents bigint NOT NULL DEFAULT 0,
  rate_basis_points int NOT NULL DEFAULT 0 CHECK (rate_basis_points >= 0),
  fee_cents bigint NOT NULL DEFAULT 0 CHECK (fee_cents >= 0),
  vat_cents bigint NOT NULL DEFAULT 0 CHECK (vat_cents >= 0),
  net_cents bigint NOT NULL,
  PRIMARY KEY (line_id, order_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT settlement_shares_add_up CHECK (net_cents = gross_cents + adjust_cents - fee_cents - vat_cents)
);
CREATE INDEX settlement_shares_order ON settlement_shares (commanditaire_id, order_id);
-- The owner fills the past in: what was paid until now bore neither fee nor incident.
ALTER TABLE redemptions NO FORCE ROW LEVEL SECURITY;
INSERT INTO settlement_shares (line_id, commanditaire_id, order_id, structure_id, gross_cents, net_cents)
  SELECT r.settlement_line_id, r.commanditaire_id, r.order_id, r.structure_id, sum(r.amount_cents), sum(r.amount_cents)
  FROM redemptions r WHERE r.settlement_line_id IS NOT NULL GROUP BY 1, 2, 3, 4;
ALTER TABLE redemptions FORCE ROW LEVEL SECURITY;
SELECT passnum.protect('settlement_shares', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT, INSERT, DELETE');

-- The files, written once when the batch is approved: whoever downloads them,
-- and whenever, gets the same bytes.
CREATE TABLE settlement_files (
  settlement_id uuid NOT NULL REFERENCES settlements,
  part smallint NOT NULL,
  message_id text NOT NULL CONSTRAINT settlement_files_message_once UNIQUE,
  transfers int NOT NULL CHECK (transfers > 0),
  total_cents bigint NOT NULL CHECK (total_cents > 0),
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  content bytea NOT NULL,
  PRIMARY KEY (settlement_id, part)
);
SELECT passnum.protect('settlement_files', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('settlement_files');
