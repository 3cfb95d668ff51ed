ALTER TABLE structures DROP COLUMN terms_version, DROP COLUMN terms_accepted_at;
DROP TRIGGER guard_own_kind ON organisations;
DROP FUNCTION passnum.guard_own_kind();
REVOKE UPDATE (kind) ON organisations FROM passnum_org;
DROP TABLE file_answers, file_versions;
DROP FUNCTION passnum.guard_file_version();
