ALTER TABLE structures DROP COLUMN charter_version;
