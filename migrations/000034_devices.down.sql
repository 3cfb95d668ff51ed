ALTER TABLE accounts DROP COLUMN pin_hash, DROP COLUMN lock_minutes;
DROP TABLE devices;
ALTER TABLE places DROP CONSTRAINT places_of_structure;
