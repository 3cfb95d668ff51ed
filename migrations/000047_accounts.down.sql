DROP FUNCTION account_cofunders();
DROP FUNCTION account_transfers(date, date, uuid, uuid);
DROP FUNCTION account_flows(date, date, uuid, uuid);
DROP FUNCTION account_reads(uuid, uuid[]);
DROP POLICY door_passnum_redeemer ON order_cofunders;
DROP POLICY door_passnum_redeemer ON settlement_shares;
DROP POLICY door_passnum_redeemer ON settlement_lines;
REVOKE SELECT ON order_cofunders, settlement_shares, settlement_lines, ledger_transactions FROM passnum_redeemer;
DROP INDEX ledger_transactions_day;
