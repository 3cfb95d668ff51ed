DROP TABLE structure_bank_accounts, incidents;
DROP INDEX settlement_lines_repaid_once, settlement_lines_structure_once;
ALTER TABLE settlement_lines
  ADD CONSTRAINT settlement_lines_structure_once UNIQUE (settlement_id, structure_id),
  DROP CONSTRAINT settlement_lines_state_check,
  DROP CONSTRAINT settlement_lines_cheques_check,
  DROP CONSTRAINT settlement_lines_returned,
  DROP CONSTRAINT settlement_lines_repays,
  DROP CONSTRAINT settlement_lines_add_up,
  DROP COLUMN gross_cents, DROP COLUMN adjust_cents, DROP COLUMN fee_cents, DROP COLUMN fee_vat_cents, DROP COLUMN part,
  DROP COLUMN repays_line_id, DROP COLUMN root_line_id, DROP COLUMN returned_on, DROP COLUMN return_code, DROP COLUMN return_text;
ALTER TABLE settlement_lines
  ADD CONSTRAINT settlement_lines_cheques_check CHECK (cheques > 0),
  ADD CONSTRAINT settlement_lines_state_check CHECK (state IN ('preparee', 'approuvee', 'executee'));
ALTER TABLE settlements DROP CONSTRAINT settlements_cutoff_once;
ALTER TABLE settlements ADD CONSTRAINT settlements_cutoff_once UNIQUE (cutoff);
ALTER TABLE settlements DROP COLUMN rhythm;
ALTER TABLE order_funds DROP COLUMN payer_id;
ALTER TABLE orders DROP COLUMN fixed_fee_cents, DROP COLUMN downstream_fee_basis_points, DROP COLUMN hold_days;
ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'expiry', 'incident',
  'opposition', 'opposition_lifted', 'replacement'));
-- The two accounts stay in the enumeration: PostgreSQL cannot remove a value.
