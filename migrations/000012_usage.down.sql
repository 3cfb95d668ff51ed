DROP INDEX carnets_order_figures;
DROP TABLE usage_orders;
DROP TABLE usage_carnets;
DROP TABLE usage_months;
ALTER TABLE usage_days DROP COLUMN answers;
