-- The charter's text changes: an acceptance names the text it accepted.
ALTER TABLE structures ADD COLUMN charter_version text NOT NULL DEFAULT '';
GRANT UPDATE (charter_version) ON structures TO passnum_org;
