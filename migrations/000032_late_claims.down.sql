DROP FUNCTION accept_disputes, dispute_obstacle, open_disputes, claim_late, count_late;
DROP TABLE disputes, late_claim_days, late_devices;
ALTER TABLE orders DROP COLUMN late_cap, DROP COLUMN late_days;
