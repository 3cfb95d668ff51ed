-- Tablets and phones lent to volunteers: paired once by a short-lived code, they
-- scan for one place of a structure and may do nothing else.
ALTER TABLE places ADD CONSTRAINT places_of_structure UNIQUE (structure_id, id);
CREATE TABLE devices (
  id uuid PRIMARY KEY,
  structure_id uuid NOT NULL REFERENCES organisations,
  place_id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL,
  created_by uuid,
  pairing_hash bytea CONSTRAINT devices_pairing_unique UNIQUE,
  pairing_until timestamptz,
  secret_hash bytea CONSTRAINT devices_secret_unique UNIQUE,
  paired_at timestamptz,
  last_seen_at timestamptz,
  browser text NOT NULL DEFAULT '',
  revoked_at timestamptz,
  revoked_by uuid,
  FOREIGN KEY (structure_id, place_id) REFERENCES places (structure_id, id),
  -- A code pairs once, and a device that was withdrawn keeps no way in.
  CONSTRAINT devices_code_or_secret CHECK (pairing_hash IS NULL OR secret_hash IS NULL),
  CONSTRAINT devices_withdrawn_keep_nothing CHECK (revoked_at IS NULL OR (pairing_hash IS NULL AND secret_hash IS NULL)),
  CHECK ((pairing_hash IS NULL) = (pairing_until IS NULL)),
  CHECK ((secret_hash IS NULL) OR paired_at IS NOT NULL)
);
CREATE INDEX devices_structure ON devices (structure_id, created_at DESC);
SELECT passnum.protect('devices', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('devices', 'passnum_identity', 'SELECT, UPDATE');

-- A short code that reopens one's session on a shared computer; empty for none.
ALTER TABLE accounts
  ADD COLUMN pin_hash text NOT NULL DEFAULT '',
  ADD COLUMN lock_minutes smallint NOT NULL DEFAULT 5 CHECK (lock_minutes BETWEEN 1 AND 30);
