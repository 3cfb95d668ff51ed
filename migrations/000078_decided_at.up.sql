-- When the operator last decided on a file: what was kept for it is emptied some
-- time after.
ALTER TABLE structures ADD COLUMN decided_at timestamptz;
