-- Money that cannot be lost: the accounts, columns and tables that several parts
-- of the finances share.
ALTER TYPE ledger_account ADD VALUE IF NOT EXISTS 'expired';       -- face value past its validity, not credited yet
ALTER TYPE ledger_account ADD VALUE IF NOT EXISTS 'operator_bank'; -- the operator's own account, where its fees go

ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'payout_rejected', 'payout_returned',
  'opposition', 'opposition_lifted', 'replacement', 'expiry', 'avoir', 'refund', 'carried_out', 'carried_in',
  'incident', 'incident_cancelled', 'fees_swept'));

-- What the operator takes from the commanditaire beside the rate, and from the
-- structures; how long a redemption waits before it may be paid.
ALTER TABLE orders
  ADD COLUMN fixed_fee_cents bigint NOT NULL DEFAULT 0 CONSTRAINT orders_fixed_fee CHECK (fixed_fee_cents >= 0),
  ADD COLUMN downstream_fee_basis_points int NOT NULL DEFAULT 0 CONSTRAINT orders_downstream_fee CHECK (downstream_fee_basis_points BETWEEN 0 AND 3000),
  ADD COLUMN hold_days smallint NOT NULL DEFAULT 0 CONSTRAINT orders_hold_days CHECK (hold_days BETWEEN 0 AND 90);

-- Who paid: NULL for the commanditaire itself, else one of its co-funders.
ALTER TABLE order_funds ADD COLUMN payer_id uuid REFERENCES organisations;

-- A batch is monthly, or weekly for the structures that asked for it.
ALTER TABLE settlements ADD COLUMN rhythm text NOT NULL DEFAULT 'mensuel' CHECK (rhythm IN ('mensuel', 'hebdomadaire'));
ALTER TABLE settlements DROP CONSTRAINT settlements_cutoff_once;
ALTER TABLE settlements ADD CONSTRAINT settlements_cutoff_once UNIQUE (cutoff, rhythm);

-- A line is what is ordered to the bank: the chèques' face value, plus or minus
-- incidents, less the downstream fee and its VAT. What comes back from the bank
-- is paid again by a new line, which names the line it repays and the first one
-- of the chain, to which the chèques stay tied.
ALTER TABLE settlement_lines
  ADD COLUMN gross_cents bigint,
  ADD COLUMN adjust_cents bigint NOT NULL DEFAULT 0,
  ADD COLUMN fee_cents bigint NOT NULL DEFAULT 0 CHECK (fee_cents >= 0),
  ADD COLUMN fee_vat_cents bigint NOT NULL DEFAULT 0 CHECK (fee_vat_cents >= 0),
  ADD COLUMN part smallint NOT NULL DEFAULT 1 CHECK (part > 0),
  ADD COLUMN repays_line_id uuid REFERENCES settlement_lines,
  ADD COLUMN root_line_id uuid REFERENCES settlement_lines,
  ADD COLUMN returned_on date,
  ADD COLUMN return_code text NOT NULL DEFAULT '',
  ADD COLUMN return_text text NOT NULL DEFAULT '';
ALTER TABLE settlement_lines NO FORCE ROW LEVEL SECURITY; -- the owner fills the past in
UPDATE settlement_lines SET gross_cents = amount_cents;
ALTER TABLE settlement_lines FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement_lines ALTER COLUMN gross_cents SET NOT NULL;
ALTER TABLE settlement_lines
  ADD CONSTRAINT settlement_lines_add_up CHECK (amount_cents = gross_cents + adjust_cents - fee_cents - fee_vat_cents),
  ADD CONSTRAINT settlement_lines_repays CHECK ((repays_line_id IS NULL) = (root_line_id IS NULL)),
  ADD CONSTRAINT settlement_lines_returned CHECK ((state IN ('rejetee', 'retournee')) = (returned_on IS NOT NULL));
ALTER TABLE settlement_lines DROP CONSTRAINT settlement_lines_cheques_check;
ALTER TABLE settlement_lines ADD CONSTRAINT settlement_lines_cheques_check CHECK (cheques >= 0);
ALTER TABLE settlement_lines DROP CONSTRAINT settlement_lines_state_check;
ALTER TABLE settlement_lines ADD CONSTRAINT settlement_lines_state_check CHECK (state IN ('preparee', 'approuvee', 'executee', 'rejetee', 'retournee'));
ALTER TABLE settlement_lines DROP CONSTRAINT settlement_lines_structure_once;
CREATE UNIQUE INDEX settlement_lines_structure_once ON settlement_lines (settlement_id, structure_id) WHERE repays_line_id IS NULL;
-- What came back is paid again once.
CREATE UNIQUE INDEX settlement_lines_repaid_once ON settlement_lines (repays_line_id) WHERE repays_line_id IS NOT NULL;

-- After a payout nothing is edited: an incident is a new event, decided by a
-- second person, on the structure's next statement. Negative amounts take back
-- from the structure. Cancelling one is another one, of the opposite amount.
CREATE TABLE incidents (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  structure_id uuid NOT NULL REFERENCES organisations,
  number text NOT NULL CONSTRAINT incidents_number_once UNIQUE,
  kind text NOT NULL CHECK (kind IN ('trop_percu', 'fraude', 'geste', 'annulation')),
  redemption_id uuid,
  cancels_id uuid,
  amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
  reason text NOT NULL CHECK (reason <> ''),
  state text NOT NULL DEFAULT 'propose' CHECK (state IN ('propose', 'valide', 'refuse')),
  proposed_at timestamptz NOT NULL,
  proposed_by uuid NOT NULL,
  proposed_by_name text NOT NULL,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  settlement_line_id uuid REFERENCES settlement_lines,
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  FOREIGN KEY (commanditaire_id, redemption_id) REFERENCES redemptions,
  FOREIGN KEY (commanditaire_id, cancels_id) REFERENCES incidents,
  CONSTRAINT incidents_four_eyes CHECK (decided_by <> proposed_by),
  CONSTRAINT incidents_decided CHECK ((state = 'propose') = (decided_by IS NULL)),
  CONSTRAINT incidents_cancels CHECK ((kind = 'annulation') = (cancels_id IS NOT NULL)),
  CONSTRAINT incidents_sign CHECK (kind = 'annulation' OR (kind = 'geste') = (amount_cents > 0)),
  CONSTRAINT incidents_paid_when_decided CHECK (settlement_line_id IS NULL OR state = 'valide')
);
CREATE UNIQUE INDEX incidents_cancelled_once ON incidents (commanditaire_id, cancels_id) WHERE state <> 'refuse';
CREATE INDEX incidents_open ON incidents (structure_id) WHERE state = 'valide' AND settlement_line_id IS NULL;
CREATE INDEX incidents_structure ON incidents (structure_id, proposed_at DESC);
CREATE INDEX incidents_line ON incidents (settlement_line_id) WHERE settlement_line_id IS NOT NULL;
SELECT passnum.protect('incidents', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT, INSERT, UPDATE');

-- Every account a structure was or will be paid on. The one in force is copied
-- to structures; a change waits for a second person and for the hold to pass.
CREATE TABLE structure_bank_accounts (
  structure_id uuid NOT NULL REFERENCES structures,
  id uuid NOT NULL,
  account_holder text NOT NULL CHECK (account_holder <> ''),
  iban text NOT NULL CHECK (iban <> ''),
  bic text NOT NULL DEFAULT '',
  state text NOT NULL CHECK (state IN ('attente', 'active', 'remplacee', 'refusee')),
  declared_at timestamptz NOT NULL,
  declared_by uuid,
  declared_by_name text NOT NULL DEFAULT '',
  held_until timestamptz NOT NULL,
  confirmed_at timestamptz,
  confirmed_by uuid,
  confirmed_by_name text NOT NULL DEFAULT '',
  ended_at timestamptz,
  -- Verification of Payee: match, close match, no match, not available.
  vop_result text NOT NULL DEFAULT '' CHECK (vop_result IN ('', 'RCVC', 'RVMC', 'RVNM', 'RVNA')),
  vop_name text NOT NULL DEFAULT '',
  vop_at timestamptz,
  vop_accepted_by uuid,
  vop_accepted_by_name text NOT NULL DEFAULT '',
  vop_accepted_at timestamptz,
  PRIMARY KEY (structure_id, id),
  CONSTRAINT structure_bank_accounts_four_eyes CHECK (confirmed_by <> declared_by),
  CONSTRAINT structure_bank_accounts_confirmed CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
  CONSTRAINT structure_bank_accounts_vop CHECK ((vop_result = '') = (vop_at IS NULL))
);
CREATE UNIQUE INDEX structure_bank_accounts_one_active ON structure_bank_accounts (structure_id) WHERE state = 'active';
CREATE UNIQUE INDEX structure_bank_accounts_one_waiting ON structure_bank_accounts (structure_id) WHERE state = 'attente';
SELECT passnum.protect('structure_bank_accounts', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
