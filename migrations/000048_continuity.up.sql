-- A continuity kit takes everything out of the house, sealed to a liquidator's
-- key: one person asks for it, another grants it, and it is downloaded once.
CREATE TABLE continuity_kits (
  id uuid PRIMARY KEY,
  state text NOT NULL DEFAULT 'demande' CHECK (state IN ('demande', 'refuse', 'preparation', 'pret', 'remis', 'perime', 'arrete', 'console')),
  reason text NOT NULL CHECK (reason <> ''),
  -- The data are encrypted to these; the chèque keys to the successor's alone.
  liquidator_key text NOT NULL DEFAULT '',
  successor_key text NOT NULL DEFAULT '' CHECK (successor_key = '' OR successor_key LIKE 'age1%'),
  requested_at timestamptz NOT NULL,
  requested_by uuid,
  requested_by_name text NOT NULL DEFAULT '',
  granted boolean,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  taken_at timestamptz, -- the moment that the kit is a picture of
  files int NOT NULL DEFAULT 0,
  rows bigint NOT NULL DEFAULT 0,
  manifest_hash bytea CHECK (length(manifest_hash) = 32),
  size_bytes bigint NOT NULL DEFAULT 0,
  chunks int NOT NULL DEFAULT 0,
  expires_at timestamptz,
  downloaded_at timestamptz,
  downloaded_by uuid,
  downloaded_by_name text NOT NULL DEFAULT '',
  ended_at timestamptz,
  CONSTRAINT continuity_kits_four_eyes CHECK (decided_by <> requested_by),
  CONSTRAINT continuity_kits_two_hands CHECK (successor_key = '' OR successor_key <> liquidator_key),
  CONSTRAINT continuity_kits_decided CHECK ((decided_by IS NULL) = (granted IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
  -- Nothing is made, still less taken out, that a second person did not grant;
  -- at the console of the server there is nobody to ask.
  CONSTRAINT continuity_kits_granted CHECK (state IN ('demande', 'refuse', 'arrete', 'console') OR granted IS TRUE),
  CONSTRAINT continuity_kits_taken_once CHECK ((downloaded_at IS NULL) = (downloaded_by IS NULL) AND (downloaded_at IS NULL OR granted IS TRUE)),
  CONSTRAINT continuity_kits_asked CHECK ((state = 'console') = (requested_by IS NULL) AND (state = 'console' OR liquidator_key LIKE 'age1%')),
  CONSTRAINT continuity_kits_ready_whole CHECK (state NOT IN ('pret', 'remis', 'perime') OR (manifest_hash IS NOT NULL AND taken_at IS NOT NULL AND expires_at IS NOT NULL AND size_bytes > 0)),
  CONSTRAINT continuity_kits_ended CHECK ((state IN ('demande', 'preparation', 'pret')) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX continuity_kits_one_live ON continuity_kits ((true)) WHERE ended_at IS NULL;
CREATE INDEX continuity_kits_recent ON continuity_kits (requested_at DESC, id DESC);
SELECT passnum.protect('continuity_kits', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (state, granted, decided_at, decided_by, decided_by_name, taken_at, files, rows, manifest_hash, size_bytes, chunks, expires_at,
  downloaded_at, downloaded_by, downloaded_by_name, ended_at) ON continuity_kits TO passnum_platform;

-- Its ciphertext, while somebody still has to fetch it.
CREATE TABLE continuity_kit_chunks (
  kit_id uuid NOT NULL REFERENCES continuity_kits,
  number int NOT NULL CHECK (number > 0),
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),
  PRIMARY KEY (kit_id, number)
);
ALTER TABLE continuity_kit_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
SELECT passnum.protect('continuity_kit_chunks', '{}', '{}', '{}', 'SELECT, INSERT, DELETE');
