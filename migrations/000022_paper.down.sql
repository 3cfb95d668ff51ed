DROP TABLE desk_prints;
ALTER TABLE orders DROP COLUMN print_mode, DROP COLUMN design_hash, DROP COLUMN proof_design;
