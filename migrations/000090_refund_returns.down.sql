ALTER TABLE bank_matches DROP CONSTRAINT bank_matches_kind_check;
ALTER TABLE bank_matches ADD CONSTRAINT bank_matches_kind_check CHECK (kind IN ('recu', 'versement', 'paiement', 'retour', 'remboursement', 'frais', 'recouvrement', 'ecart'));
DROP INDEX refunds_repaid_once;
ALTER TABLE refunds
  DROP CONSTRAINT refunds_repays_another,
  DROP CONSTRAINT refunds_repays,
  DROP CONSTRAINT refunds_returned;
ALTER TABLE refunds DROP CONSTRAINT refunds_frozen;
ALTER TABLE refunds ADD CONSTRAINT refunds_frozen CHECK (kind = 'report' OR (state IN ('approuve', 'execute')) <= (frozen_hash IS NOT NULL));
ALTER TABLE refunds DROP CONSTRAINT refunds_executed;
ALTER TABLE refunds ADD CONSTRAINT refunds_executed CHECK ((state = 'execute') = (executed_on IS NOT NULL));
ALTER TABLE refunds DROP CONSTRAINT refunds_state_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_state_check CHECK (state IN ('prepare', 'approuve', 'execute', 'refuse'));
ALTER TABLE refunds
  DROP COLUMN repays_id,
  DROP COLUMN returned_on,
  DROP COLUMN returned_at,
  DROP COLUMN returned_by,
  DROP COLUMN returned_by_name,
  DROP COLUMN return_code,
  DROP COLUMN return_text,
  DROP COLUMN return_source;
ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'payout_rejected', 'payout_returned',
  'opposition', 'opposition_lifted', 'replacement', 'expiry', 'avoir', 'refund', 'carried_out', 'carried_in',
  'incident', 'incident_cancelled', 'fees_swept'));
