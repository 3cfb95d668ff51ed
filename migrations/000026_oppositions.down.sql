DROP TABLE replacement_prints, carnet_replacements, opposition_liftings, opposition_carnets, oppositions;

ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'expiry', 'incident'));

ALTER TABLE orders DROP CONSTRAINT orders_active_is_funded;
ALTER TABLE orders ADD CONSTRAINT orders_active_is_funded CHECK (state <> 'active' OR active_cents > 0);
ALTER TABLE orders DROP CONSTRAINT orders_minted_within_quantity;
ALTER TABLE orders DROP COLUMN replacement_carnets, DROP COLUMN opposed_cents;
ALTER TABLE orders ADD CONSTRAINT orders_minted_within_quantity CHECK (minted_carnets BETWEEN 0 AND carnets);
