CREATE TABLE carnets (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  number int NOT NULL CHECK (number > 0),
  serial text NOT NULL,
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'emis' CHECK (state IN ('emis', 'stock', 'remis', 'bloque', 'retourne', 'perime')),
  aiguilleur_id uuid,
  point_id uuid,
  handed_over_at timestamptz,
  public_category text NOT NULL DEFAULT '',
  usable_until date,
  accepted_until date,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT carnets_number_once UNIQUE (commanditaire_id, order_id, number),
  CONSTRAINT carnets_serial_once UNIQUE (commanditaire_id, serial),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CHECK (state <> 'stock' OR point_id IS NOT NULL),
  CHECK ((state = 'remis') <= (handed_over_at IS NOT NULL AND accepted_until IS NOT NULL))
);
CREATE INDEX carnets_point ON carnets (aiguilleur_id, point_id, state);
CREATE INDEX carnets_serial ON carnets (serial);
SELECT passnum.protect('carnets', '{commanditaire_id,aiguilleur_id}', '{funder_ids}', '{commanditaire_id,aiguilleur_id}', 'SELECT, UPDATE');
GRANT INSERT ON carnets TO passnum_platform;
SELECT passnum.door('carnets', 'passnum_redeemer', 'SELECT');

-- One voucher. Its own row says whether it may be redeemed: a hand-over opens
-- it, a redemption closes it, so two of them can only meet on this row's lock.
CREATE TABLE cheques (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  rank smallint NOT NULL CHECK (rank BETWEEN 1 AND 20),
  face_value_cents bigint NOT NULL CHECK (face_value_cents > 0),
  state text NOT NULL DEFAULT 'inactif' CHECK (state IN ('inactif', 'actif', 'utilise', 'bloque', 'perime', 'credite')),
  key_id text NOT NULL,
  accepted_until date,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT cheques_rank_once UNIQUE (commanditaire_id, carnet_id, rank),
  FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets,
  CHECK ((state = 'actif') <= (accepted_until IS NOT NULL))
) WITH (fillfactor = 85);
SELECT passnum.protect('cheques', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, UPDATE');
GRANT INSERT ON cheques TO passnum_platform;
SELECT passnum.door('cheques', 'passnum_redeemer', 'SELECT, UPDATE');

-- The registry of codes: a keyed hash, nothing that can be presented.
CREATE TABLE cheque_codes (
  code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 16),
  commanditaire_id uuid NOT NULL,
  cheque_id uuid NOT NULL
);
SELECT passnum.protect('cheque_codes', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.door('cheque_codes', 'passnum_redeemer', 'SELECT');

-- Custody of paper value, by range: who gave what to whom.
CREATE TABLE custody_moves (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  aiguilleur_id uuid,
  point_id uuid,
  kind text NOT NULL CHECK (kind IN ('fabrication', 'expedition', 'reception', 'remise', 'annulation_remise', 'retour', 'opposition')),
  number_from int NOT NULL,
  number_to int NOT NULL CHECK (number_to >= number_from),
  at timestamptz NOT NULL,
  account_id uuid,
  note text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
CREATE INDEX custody_moves_order ON custody_moves (commanditaire_id, order_id, at);
SELECT passnum.protect('custody_moves', '{commanditaire_id,aiguilleur_id}', '{}', '{commanditaire_id,aiguilleur_id}', 'SELECT, INSERT');
SELECT passnum.append_only('custody_moves');

-- The act that gives a carnet to a person; no name, ever.
CREATE TABLE handovers (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL,
  point_id uuid NOT NULL,
  serial text NOT NULL,
  at timestamptz NOT NULL,
  account_id uuid,
  public_category text NOT NULL DEFAULT '',
  idempotency_key text NOT NULL,
  undone_at timestamptz,
  undone_by uuid,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT handovers_key_once UNIQUE (commanditaire_id, aiguilleur_id, idempotency_key),
  FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets
);
CREATE UNIQUE INDEX handovers_one_live ON handovers (commanditaire_id, carnet_id) WHERE undone_at IS NULL;
CREATE INDEX handovers_point_day ON handovers (aiguilleur_id, point_id, at DESC);
CREATE INDEX handovers_order ON handovers (commanditaire_id, order_id, at);
SELECT passnum.protect('handovers', '{commanditaire_id,aiguilleur_id}', '{}', '{aiguilleur_id}', 'SELECT, INSERT, UPDATE');
