DROP TRIGGER free_commitments ON orders;
ALTER TABLE order_cofunders DROP COLUMN share_basis_points, DROP COLUMN direct, DROP COLUMN programme_id;
DROP TABLE programme_orders, programmes;
DROP FUNCTION count_committed(), free_commitments();
DROP POLICY payer_reads ON order_funds;
DROP TABLE order_milestones;
ALTER TABLE order_services DROP COLUMN tax, DROP COLUMN vat_basis_points, DROP COLUMN vat_reason;
ALTER TABLE orders DROP COLUMN fee_tax, DROP COLUMN fee_vat_basis_points, DROP COLUMN fee_vat_reason;
