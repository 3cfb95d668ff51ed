-- The print shops the operator works with, and the public key each one gave.
CREATE TABLE print_shops (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  email text NOT NULL DEFAULT '',
  public_key text NOT NULL CHECK (public_key LIKE 'age1%'),
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL DEFAULT '',
  retired_at timestamptz
);
CREATE UNIQUE INDEX print_shops_key_once ON print_shops (public_key) WHERE retired_at IS NULL;
SELECT passnum.protect('print_shops', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (retired_at) ON print_shops TO passnum_platform;

-- A print pack holds an order's codes, encrypted to one print shop's key. Its
-- ciphertext lives in chunks, only while somebody still has to fetch it.
CREATE TABLE print_packs (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  shop_id uuid NOT NULL REFERENCES print_shops,
  shop_name text NOT NULL,
  public_key text NOT NULL,
  state text NOT NULL DEFAULT 'preparation' CHECK (state IN ('preparation', 'pret', 'recu', 'remplace', 'perime', 'arrete')),
  manifest bytea,
  manifest_hash bytea CHECK (length(manifest_hash) = 32),
  size_bytes bigint NOT NULL DEFAULT 0,
  chunks int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL DEFAULT '',
  ready_at timestamptz,
  expires_at timestamptz,
  ended_at timestamptz,
  ended_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT print_packs_ready_whole CHECK (state NOT IN ('pret', 'recu', 'perime') OR (manifest IS NOT NULL AND manifest_hash IS NOT NULL AND ready_at IS NOT NULL AND expires_at IS NOT NULL AND size_bytes > 0)),
  CHECK ((state IN ('preparation', 'pret')) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX print_packs_one_live ON print_packs (commanditaire_id, order_id) WHERE state IN ('preparation', 'pret');
CREATE INDEX print_packs_order ON print_packs (commanditaire_id, order_id, created_at);
CREATE INDEX print_packs_expiry ON print_packs (expires_at) WHERE state = 'pret';
SELECT passnum.protect('print_packs', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (state, manifest, manifest_hash, size_bytes, chunks, ready_at, expires_at, ended_at, ended_by_name) ON print_packs TO passnum_platform;

CREATE TABLE print_pack_chunks (
  commanditaire_id uuid NOT NULL,
  pack_id uuid NOT NULL,
  number int NOT NULL CHECK (number > 0),
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),
  PRIMARY KEY (commanditaire_id, pack_id, number),
  FOREIGN KEY (commanditaire_id, pack_id) REFERENCES print_packs
);
-- Encrypted bytes do not shrink: trying would only cost time.
ALTER TABLE print_pack_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
SELECT passnum.protect('print_pack_chunks', '{}', '{}', '{}', 'SELECT, INSERT, DELETE');

-- Leave to download a pack, used up as the download begins. One person may take
-- an order's codes out once; every other time needs a second person.
CREATE TABLE print_downloads (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  pack_id uuid NOT NULL,
  is_first boolean NOT NULL,
  reason text NOT NULL DEFAULT '',
  requested_at timestamptz NOT NULL,
  requested_by uuid NOT NULL,
  requested_by_name text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  granted boolean,
  used_at timestamptz,
  used_by uuid,
  used_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, pack_id) REFERENCES print_packs,
  CONSTRAINT print_downloads_four_eyes CHECK (decided_by <> requested_by),
  CONSTRAINT print_downloads_granted CHECK (is_first OR used_at IS NULL OR (granted AND decided_by IS NOT NULL)),
  CONSTRAINT print_downloads_first_used CHECK (NOT is_first OR (used_at IS NOT NULL AND decided_by IS NULL)),
  CONSTRAINT print_downloads_said_why CHECK (is_first OR reason <> ''),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (granted IS NULL))
);
CREATE UNIQUE INDEX print_downloads_first_once ON print_downloads (commanditaire_id, order_id) WHERE is_first;
CREATE UNIQUE INDEX print_downloads_one_open ON print_downloads (commanditaire_id, pack_id) WHERE used_at IS NULL AND granted IS NOT FALSE;
SELECT passnum.protect('print_downloads', '{}', '{}', '{}', 'SELECT, INSERT');
-- What was asked, by whom and why, is not rewritten afterwards.
GRANT UPDATE (decided_at, decided_by, decided_by_name, granted, used_at, used_by, used_by_name) ON print_downloads TO passnum_platform;
