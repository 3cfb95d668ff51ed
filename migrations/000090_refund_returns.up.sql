-- A refund that the bank refuses, or sends back, is owed to its commanditaire
-- again: its row ends there, and another one repays it under another reference.
ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'payout_rejected', 'payout_returned',
  'opposition', 'opposition_lifted', 'replacement', 'expiry', 'avoir', 'refund', 'refund_returned', 'carried_out', 'carried_in',
  'incident', 'incident_cancelled', 'fees_swept'));

ALTER TABLE refunds
  ADD COLUMN repays_id uuid,
  ADD COLUMN returned_on date,
  ADD COLUMN returned_at timestamptz,
  ADD COLUMN returned_by uuid,
  ADD COLUMN returned_by_name text NOT NULL DEFAULT '',
  ADD COLUMN return_code text NOT NULL DEFAULT '',
  ADD COLUMN return_text text NOT NULL DEFAULT '',
  ADD COLUMN return_source text NOT NULL DEFAULT ''; -- who told it: a bank's file, or « saisie »
ALTER TABLE refunds DROP CONSTRAINT refunds_state_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_state_check CHECK (state IN ('prepare', 'approuve', 'execute', 'refuse', 'rejete', 'revenu'));
ALTER TABLE refunds DROP CONSTRAINT refunds_executed;
ALTER TABLE refunds ADD CONSTRAINT refunds_executed CHECK ((state IN ('execute', 'revenu')) = (executed_on IS NOT NULL));
ALTER TABLE refunds DROP CONSTRAINT refunds_frozen;
ALTER TABLE refunds ADD CONSTRAINT refunds_frozen CHECK (kind = 'report' OR (state IN ('approuve', 'execute', 'rejete', 'revenu')) <= (frozen_hash IS NOT NULL));
ALTER TABLE refunds
  ADD CONSTRAINT refunds_returned CHECK ((state IN ('rejete', 'revenu')) = (returned_on IS NOT NULL) AND (returned_on IS NULL) = (returned_at IS NULL)
    AND (returned_on IS NULL OR kind = 'remboursement')),
  ADD CONSTRAINT refunds_repays FOREIGN KEY (commanditaire_id, repays_id) REFERENCES refunds,
  ADD CONSTRAINT refunds_repays_another CHECK (repays_id <> id);
-- What came back is paid again once.
CREATE UNIQUE INDEX refunds_repaid_once ON refunds (commanditaire_id, repays_id) WHERE repays_id IS NOT NULL AND state <> 'refuse';

-- A line of the bank may be a refund that comes back.
ALTER TABLE bank_matches DROP CONSTRAINT bank_matches_kind_check;
ALTER TABLE bank_matches ADD CONSTRAINT bank_matches_kind_check CHECK (kind IN ('recu', 'versement', 'paiement', 'retour', 'remboursement', 'remboursement_revenu',
  'frais', 'recouvrement', 'ecart'));
