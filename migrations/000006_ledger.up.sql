-- Double entry, append-only. A movement names the account it debits, the account
-- it credits and one amount, so a transaction cannot be out of balance.
CREATE TYPE ledger_account AS ENUM (
  'bank',        -- the dedicated bank account
  'funds',       -- received for an order, not yet in circulation
  'circulation', -- face value of live chèques of an order
  'payable',     -- owed to a structure
  'in_transit',  -- ordered to the bank for a structure
  'credit',      -- owed back to a commanditaire (avoir)
  'fees',        -- the operator's fees and services, before tax
  'vat'          -- VAT collected
);

CREATE TABLE ledger_transactions (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'expiry', 'incident')),
  cause_id uuid NOT NULL,
  order_id uuid NOT NULL,
  structure_id uuid,
  at timestamptz NOT NULL,
  day date NOT NULL,
  account_id uuid,
  PRIMARY KEY (commanditaire_id, id),
  -- The idempotency key of a movement is what caused it.
  CONSTRAINT ledger_cause_once UNIQUE (commanditaire_id, kind, cause_id, order_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
SELECT passnum.protect('ledger_transactions', '{commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
CREATE POLICY structure_reads ON ledger_transactions FOR SELECT TO passnum_org USING (structure_id = current_setting('app.organisation_id')::uuid);
SELECT passnum.append_only('ledger_transactions');
SELECT passnum.door('ledger_transactions', 'passnum_redeemer', 'INSERT');

CREATE TABLE ledger_movements (
  commanditaire_id uuid NOT NULL,
  transaction_id uuid NOT NULL,
  line smallint NOT NULL,
  order_id uuid NOT NULL,
  structure_id uuid,
  debit ledger_account NOT NULL,
  credit ledger_account NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  PRIMARY KEY (commanditaire_id, transaction_id, line),
  FOREIGN KEY (commanditaire_id, transaction_id) REFERENCES ledger_transactions,
  CHECK (debit <> credit),
  CHECK ((debit IN ('payable', 'in_transit') OR credit IN ('payable', 'in_transit')) <= (structure_id IS NOT NULL))
);
CREATE INDEX ledger_movements_order ON ledger_movements (commanditaire_id, order_id);
SELECT passnum.protect('ledger_movements', '{commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
CREATE POLICY structure_reads ON ledger_movements FOR SELECT TO passnum_org USING (structure_id = current_setting('app.organisation_id')::uuid);
SELECT passnum.append_only('ledger_movements');
SELECT passnum.door('ledger_movements', 'passnum_redeemer', 'INSERT');

-- Each movement as its two entries, debit positive: what an auditor reads.
CREATE VIEW ledger_entries WITH (security_invoker = true) AS
  SELECT commanditaire_id, transaction_id, line, order_id, structure_id, debit AS account, amount_cents FROM ledger_movements
  UNION ALL
  SELECT commanditaire_id, transaction_id, line, order_id, structure_id, credit AS account, -amount_cents FROM ledger_movements;
GRANT SELECT ON ledger_entries TO passnum_org, passnum_platform;
