DROP VIEW ledger_entries;
DROP TABLE ledger_movements, ledger_transactions;
DROP TYPE ledger_account;
