DROP TABLE proof_balances, proofs, seals;
DROP INDEX redemptions_undone;
ALTER TABLE redemptions DROP COLUMN stamp;
ALTER TABLE journal DROP COLUMN stamp;
ALTER TABLE ledger_transactions DROP COLUMN stamp;
