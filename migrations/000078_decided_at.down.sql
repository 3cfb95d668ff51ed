ALTER TABLE structures DROP COLUMN decided_at;
