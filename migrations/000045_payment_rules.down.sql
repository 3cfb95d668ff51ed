DROP TABLE settlement_files, settlement_shares, structure_rhythms, payment_rules;
ALTER TABLE settlement_lines
  DROP CONSTRAINT settlement_lines_address,
  DROP COLUMN street, DROP COLUMN building, DROP COLUMN postal_code, DROP COLUMN town;
ALTER TABLE settlements
  DROP CONSTRAINT settlements_numbered,
  DROP COLUMN bank_version, DROP COLUMN batch_booking, DROP COLUMN delay_days, DROP COLUMN parts, DROP COLUMN execution_on;
