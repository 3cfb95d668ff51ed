-- Custody of paper value: a carnet is at exactly one holder. While it travels its
-- row names the transfer and both parties; while it is disputed, the case. A
-- returned carnet keeps its state until it is sent out again.

ALTER TABLE carnets
  ADD COLUMN transfer_id uuid,
  ADD COLUMN case_id uuid,
  ADD COLUMN sender_id uuid,                        -- the aiguilleur it left, until it arrives
  ADD COLUMN reserve boolean NOT NULL DEFAULT false; -- in the commanditaire's own hands

-- carnet_holder is where a carnet is, in one word.
CREATE FUNCTION carnet_holder(state text, point_id uuid, transfer_id uuid, case_id uuid, reserve boolean, handed_over_at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN handed_over_at IS NOT NULL THEN 'personne'
    WHEN case_id IS NOT NULL THEN 'ecart'
    WHEN transfer_id IS NOT NULL THEN 'transit'
    WHEN reserve THEN 'commanditaire'
    WHEN point_id IS NOT NULL AND state <> 'emis' THEN 'point'
    ELSE 'operateur'
  END;
$$;

CREATE TABLE transfers (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  number text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('livraison', 'transfert', 'retour')),
  from_holder text NOT NULL CHECK (from_holder IN ('operateur', 'commanditaire', 'point')),
  from_aiguilleur_id uuid,
  from_point_id uuid,
  from_label text NOT NULL,
  to_holder text NOT NULL CHECK (to_holder IN ('operateur', 'commanditaire', 'point')),
  to_aiguilleur_id uuid,
  to_point_id uuid,
  to_label text NOT NULL,
  carnets int NOT NULL CHECK (carnets > 0),
  state text NOT NULL DEFAULT 'en_route' CHECK (state IN ('en_route', 'recu', 'annule')),
  tracking text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  request_id uuid,
  sent_at timestamptz NOT NULL,
  sent_by uuid,
  sent_by_name text NOT NULL DEFAULT '',
  received_at timestamptz,
  received_by uuid,
  received_by_name text NOT NULL DEFAULT '',
  received_carnets int CHECK (received_carnets >= 0),
  received_note text NOT NULL DEFAULT '',
  cancelled_at timestamptz,
  idempotency_key text NOT NULL,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT transfers_key_once UNIQUE (commanditaire_id, idempotency_key),
  FOREIGN KEY (from_aiguilleur_id, from_point_id) REFERENCES points (aiguilleur_id, id),
  FOREIGN KEY (to_aiguilleur_id, to_point_id) REFERENCES points (aiguilleur_id, id),
  CHECK ((from_holder = 'point') = (from_point_id IS NOT NULL) AND (from_point_id IS NULL) = (from_aiguilleur_id IS NULL)),
  CHECK ((to_holder = 'point') = (to_point_id IS NOT NULL) AND (to_point_id IS NULL) = (to_aiguilleur_id IS NULL)),
  CHECK ((state = 'recu') = (received_at IS NOT NULL) AND (received_at IS NULL) = (received_carnets IS NULL)),
  CHECK ((state = 'annule') = (cancelled_at IS NOT NULL))
);
CREATE INDEX transfers_from ON transfers (from_aiguilleur_id, sent_at DESC);
CREATE INDEX transfers_to ON transfers (to_aiguilleur_id, sent_at DESC);
CREATE INDEX transfers_on_the_way ON transfers (sent_at) WHERE state = 'en_route';
SELECT passnum.protect('transfers', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', '{}', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON transfers FROM passnum_org;
GRANT UPDATE (state, received_at, received_by, received_by_name, received_carnets, received_note, cancelled_at) ON transfers TO passnum_org;
-- Nobody sends what is in another's hands.
CREATE POLICY own_departures ON transfers AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (
  from_holder = 'point' AND from_aiguilleur_id = current_setting('app.organisation_id')::uuid
  OR from_holder = 'commanditaire' AND commanditaire_id = current_setting('app.organisation_id')::uuid);

-- What the sender declared: following numbers of one order, both ends included.
CREATE TABLE transfer_ranges (
  commanditaire_id uuid NOT NULL,
  transfer_id uuid NOT NULL,
  from_aiguilleur_id uuid,
  to_aiguilleur_id uuid,
  order_id uuid NOT NULL,
  order_number text NOT NULL,
  number_from int NOT NULL CHECK (number_from > 0),
  number_to int NOT NULL CHECK (number_to >= number_from),
  PRIMARY KEY (commanditaire_id, transfer_id, order_id, number_from),
  FOREIGN KEY (commanditaire_id, transfer_id) REFERENCES transfers,
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
CREATE INDEX transfer_ranges_order ON transfer_ranges (commanditaire_id, order_id, number_from);
SELECT passnum.protect('transfer_ranges', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', '{}', '{commanditaire_id,from_aiguilleur_id}', 'SELECT, INSERT');
SELECT passnum.append_only('transfer_ranges');

-- A reception that is not what was declared opens a case; it closes when each of
-- its carnets has an outcome.
CREATE TABLE custody_cases (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  number text NOT NULL,
  transfer_id uuid NOT NULL,
  from_holder text NOT NULL,
  from_aiguilleur_id uuid,
  from_label text NOT NULL,
  to_holder text NOT NULL,
  to_aiguilleur_id uuid,
  to_label text NOT NULL,
  declared int NOT NULL,
  counted int NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by uuid,
  opened_by_name text NOT NULL DEFAULT '',
  owner_id uuid,
  owner_name text NOT NULL DEFAULT '',
  closed_at timestamptz,
  closed_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, transfer_id) REFERENCES transfers
);
CREATE INDEX custody_cases_open ON custody_cases (opened_at) WHERE closed_at IS NULL;
SELECT passnum.protect('custody_cases', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', '{}', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON custody_cases FROM passnum_org;
GRANT UPDATE (owner_id, owner_name, closed_at, closed_by_name) ON custody_cases TO passnum_org;

-- One disputed carnet, and who had it before (where it goes when given back).
CREATE TABLE custody_case_lines (
  commanditaire_id uuid NOT NULL,
  case_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  from_aiguilleur_id uuid,
  to_aiguilleur_id uuid,
  order_id uuid NOT NULL,
  number int NOT NULL,
  serial text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('manquant', 'en_trop', 'abime')),
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'recu', 'rendu', 'perdu')),
  settled_at timestamptz,
  settled_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, case_id, carnet_id),
  FOREIGN KEY (commanditaire_id, case_id) REFERENCES custody_cases,
  FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets,
  CHECK ((outcome = '') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX custody_case_lines_one_open ON custody_case_lines (commanditaire_id, carnet_id) WHERE settled_at IS NULL;
SELECT passnum.protect('custody_case_lines', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', '{}', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON custody_case_lines FROM passnum_org;
GRANT UPDATE (outcome, settled_at, settled_by_name) ON custody_case_lines TO passnum_org;

CREATE TABLE custody_notes (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  from_aiguilleur_id uuid,
  to_aiguilleur_id uuid,
  at timestamptz NOT NULL,
  account_id uuid,
  author text NOT NULL,
  side text NOT NULL CHECK (side IN ('operateur', 'commanditaire', 'aiguilleur')),
  body text NOT NULL CHECK (body <> ''),
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, case_id) REFERENCES custody_cases
);
CREATE INDEX custody_notes_case ON custody_notes (commanditaire_id, case_id, at);
SELECT passnum.protect('custody_notes', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', '{}', '{commanditaire_id,from_aiguilleur_id,to_aiguilleur_id}', 'SELECT, INSERT');
SELECT passnum.append_only('custody_notes');

-- When a point's stock of an order is low (without a row: one in ten left), and
-- since when it was said to be.
CREATE TABLE stock_thresholds (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL,
  point_id uuid NOT NULL,
  carnets int CHECK (carnets BETWEEN 0 AND 100000), -- NULL: the usual one in ten
  warned_at timestamptz,
  PRIMARY KEY (commanditaire_id, order_id, point_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  FOREIGN KEY (aiguilleur_id, point_id) REFERENCES points (aiguilleur_id, id)
);
SELECT passnum.protect('stock_thresholds', '{commanditaire_id,aiguilleur_id}', '{}', '{commanditaire_id,aiguilleur_id}', 'SELECT, INSERT, UPDATE');

CREATE TABLE stock_requests (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL,
  point_id uuid NOT NULL,
  point_label text NOT NULL,
  carnets int NOT NULL CHECK (carnets BETWEEN 1 AND 100000),
  proposed int NOT NULL,
  in_stock int NOT NULL,
  note text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'envoyee' CHECK (state IN ('envoyee', 'acceptee', 'refusee', 'annulee', 'servie')),
  requested_at timestamptz NOT NULL,
  requested_by uuid,
  requested_by_name text NOT NULL DEFAULT '',
  answered_at timestamptz,
  answered_by_name text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  transfer_id uuid,
  idempotency_key text NOT NULL,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT stock_requests_key_once UNIQUE (commanditaire_id, aiguilleur_id, idempotency_key),
  FOREIGN KEY (aiguilleur_id, point_id) REFERENCES points (aiguilleur_id, id),
  CHECK ((state = 'envoyee') = (answered_at IS NULL)),
  CHECK (state <> 'refusee' OR reason <> '')
);
CREATE UNIQUE INDEX stock_requests_one_open ON stock_requests (commanditaire_id, point_id) WHERE state = 'envoyee';
CREATE INDEX stock_requests_aiguilleur ON stock_requests (aiguilleur_id, requested_at DESC);
SELECT passnum.protect('stock_requests', '{commanditaire_id,aiguilleur_id}', '{}', '{commanditaire_id,aiguilleur_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON stock_requests FROM passnum_org;
GRANT UPDATE (state, answered_at, answered_by_name, reason, transfer_id) ON stock_requests TO passnum_org;
CREATE POLICY asked_by_the_point ON stock_requests AS RESTRICTIVE FOR INSERT TO passnum_org
  WITH CHECK (aiguilleur_id = current_setting('app.organisation_id')::uuid);

-- Moves say where they leave the carnet, so that they can be replayed.
ALTER TABLE custody_moves
  ADD COLUMN transfer_id uuid,
  ADD COLUMN case_id uuid,
  ADD COLUMN holder text CHECK (holder IN ('operateur', 'commanditaire', 'transit', 'point', 'personne', 'ecart')),
  ADD COLUMN actor_name text NOT NULL DEFAULT '',
  DROP CONSTRAINT custody_moves_kind_check,
  ADD CONSTRAINT custody_moves_kind_check CHECK (kind IN ('fabrication', 'expedition', 'depart', 'retour', 'reception', 'annulation_envoi',
    'ecart', 'retrouve', 'restitution', 'perte', 'remise', 'annulation_remise', 'opposition', 'mainlevee', 'remplacement', 'peremption'));

-- Carnets on the way when this arrives: their parcels become transfers; those
-- missing from a parcel already received become the cases they should have been.
-- The owner too is held by row-level security, but for the time of this reading.
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE order_deliveries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE points NO FORCE ROW LEVEL SECURITY;
ALTER TABLE carnets NO FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_moves NO FORCE ROW LEVEL SECURITY;
ALTER TABLE transfers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE transfer_ranges NO FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_cases NO FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_case_lines NO FORCE ROW LEVEL SECURITY;
INSERT INTO transfers (commanditaire_id, id, number, purpose, from_holder, from_label, to_holder, to_aiguilleur_id, to_point_id, to_label, carnets,
    state, tracking, sent_at, received_at, received_by, received_carnets, received_note, idempotency_key)
  SELECT d.commanditaire_id, d.id, 'L' || substr(o.number, 3) || '-' || d.number_from, 'livraison', 'operateur', 'Opérateur', 'point', d.aiguilleur_id, d.point_id,
    p.name, d.number_to - d.number_from + 1, CASE WHEN d.received_at IS NULL THEN 'en_route' ELSE 'recu' END, d.tracking, d.shipped_at,
    d.received_at, d.received_by, d.received_carnets, d.received_note, d.id::text
  FROM order_deliveries d JOIN orders o ON o.commanditaire_id = d.commanditaire_id AND o.id = d.order_id JOIN points p ON p.id = d.point_id
  WHERE d.shipped_at IS NOT NULL AND d.number_from IS NOT NULL;
INSERT INTO transfer_ranges (commanditaire_id, transfer_id, to_aiguilleur_id, order_id, order_number, number_from, number_to)
  SELECT d.commanditaire_id, d.id, d.aiguilleur_id, d.order_id, o.number, d.number_from, d.number_to
  FROM order_deliveries d JOIN orders o ON o.commanditaire_id = d.commanditaire_id AND o.id = d.order_id
  WHERE d.shipped_at IS NOT NULL AND d.number_from IS NOT NULL;
INSERT INTO custody_cases (commanditaire_id, id, number, transfer_id, from_holder, from_label, to_holder, to_aiguilleur_id, to_label, declared, counted, opened_at)
  SELECT t.commanditaire_id, gen_random_uuid(), replace(t.number, 'L', 'E'), t.id, t.from_holder, t.from_label, t.to_holder, t.to_aiguilleur_id, t.to_label,
    t.carnets, t.received_carnets, t.received_at
  FROM transfers t WHERE t.received_carnets < t.carnets;
UPDATE carnets k SET transfer_id = CASE WHEN c.id IS NULL THEN t.id END, case_id = c.id
  FROM transfers t JOIN transfer_ranges r ON r.commanditaire_id = t.commanditaire_id AND r.transfer_id = t.id
  LEFT JOIN custody_cases c ON c.commanditaire_id = t.commanditaire_id AND c.transfer_id = t.id
  WHERE k.commanditaire_id = t.commanditaire_id AND k.order_id = r.order_id AND k.number BETWEEN r.number_from AND r.number_to
    AND k.state = 'emis' AND k.point_id = t.to_point_id;
INSERT INTO custody_case_lines (commanditaire_id, case_id, carnet_id, to_aiguilleur_id, order_id, number, serial, kind)
  SELECT commanditaire_id, case_id, id, aiguilleur_id, order_id, number, serial, 'manquant' FROM carnets WHERE case_id IS NOT NULL;
INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at, transfer_id, case_id, holder)
  SELECT k.commanditaire_id, gen_random_uuid(), k.order_id, k.aiguilleur_id, k.point_id, 'ecart', k.number, k.number, c.opened_at, c.transfer_id, c.id, 'ecart'
  FROM carnets k JOIN custody_cases c ON c.commanditaire_id = k.commanditaire_id AND c.id = k.case_id;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
ALTER TABLE order_deliveries FORCE ROW LEVEL SECURITY;
ALTER TABLE points FORCE ROW LEVEL SECURITY;
ALTER TABLE carnets FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_moves FORCE ROW LEVEL SECURITY;
ALTER TABLE transfers FORCE ROW LEVEL SECURITY;
ALTER TABLE transfer_ranges FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_cases FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_case_lines FORCE ROW LEVEL SECURITY;

ALTER TABLE carnets
  ADD CONSTRAINT carnets_one_holder CHECK (num_nonnulls(transfer_id, case_id) + reserve::int + (state IN ('stock', 'remis'))::int <= 1),
  ADD FOREIGN KEY (commanditaire_id, transfer_id) REFERENCES transfers,
  ADD FOREIGN KEY (commanditaire_id, case_id) REFERENCES custody_cases;
CREATE INDEX carnets_transfer ON carnets (commanditaire_id, transfer_id) WHERE transfer_id IS NOT NULL;
CREATE INDEX carnets_case ON carnets (commanditaire_id, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX carnets_sender ON carnets (sender_id) WHERE sender_id IS NOT NULL;

-- The sender stays a party until the carnet has arrived.
CREATE POLICY sender_reads ON carnets FOR SELECT TO passnum_org USING (sender_id = current_setting('app.organisation_id')::uuid);
CREATE POLICY sender_updates ON carnets FOR UPDATE TO passnum_org
  USING (sender_id = current_setting('app.organisation_id')::uuid) WITH CHECK (sender_id = current_setting('app.organisation_id')::uuid);

SELECT passnum.door('transfers', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('custody_cases', 'passnum_redeemer', 'SELECT');
GRANT UPDATE (state, aiguilleur_id, point_id, case_id, sender_id, reserve) ON carnets TO passnum_redeemer;

-- transfer_points lists where the carnets of a commanditaire may be sent: the
-- open points under a convention signed by both, for that commanditaire and for
-- those who hold its carnets.
CREATE FUNCTION transfer_points(p_commanditaire uuid)
RETURNS TABLE (id uuid, aiguilleur_id uuid, name text, aiguilleur text, town text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  IF me <> p_commanditaire AND NOT EXISTS (SELECT 1 FROM carnets k WHERE k.commanditaire_id = p_commanditaire AND k.aiguilleur_id = me) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT p.id, p.aiguilleur_id, p.name, g.name, p.town FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
  WHERE p.closed_at IS NULL AND (p.aiguilleur_id = p_commanditaire OR EXISTS (
    SELECT 1 FROM conventions c WHERE c.commanditaire_id = p_commanditaire AND c.aiguilleur_id = p.aiguilleur_id
      AND c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= current_date))
  ORDER BY g.name, p.name, p.id;
END $$;

-- claim_carnets puts into a case carnets that came with a transfer without being
-- declared, provided its sender has them: the receiver cannot see them itself.
CREATE FUNCTION claim_carnets(p_commanditaire uuid, p_case uuid, p_serials text[])
RETURNS TABLE (id uuid, order_id uuid, number int, serial text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me text := coalesce(current_setting('app.organisation_id', true), '');
  t record;
BEGIN
  SELECT x.* INTO t FROM transfers x JOIN custody_cases c ON c.commanditaire_id = x.commanditaire_id AND c.transfer_id = x.id
  WHERE c.commanditaire_id = p_commanditaire AND c.id = p_case AND c.closed_at IS NULL;
  IF NOT FOUND OR NOT (current_setting('role') = 'passnum_platform' AND t.to_holder = 'operateur'
    OR t.to_holder = 'commanditaire' AND me = p_commanditaire::text OR t.to_holder = 'point' AND me = t.to_aiguilleur_id::text) THEN
    RETURN;
  END IF;
  RETURN QUERY
  UPDATE carnets k SET state = CASE WHEN k.state IN ('bloque', 'perime') THEN k.state WHEN t.purpose = 'retour' THEN 'retourne' ELSE 'emis' END,
    aiguilleur_id = coalesce(t.to_aiguilleur_id, t.from_aiguilleur_id), point_id = coalesce(t.to_point_id, t.from_point_id),
    sender_id = t.from_aiguilleur_id, case_id = p_case, reserve = false
  WHERE k.commanditaire_id = p_commanditaire AND k.serial = ANY (p_serials) AND k.handed_over_at IS NULL
    AND carnet_holder(k.state, k.point_id, k.transfer_id, k.case_id, k.reserve, k.handed_over_at) = t.from_holder
    AND (t.from_holder <> 'point' OR k.point_id = t.from_point_id)
  RETURNING k.id, k.order_id, k.number, k.serial;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION transfer_points(uuid) OWNER TO passnum_redeemer;
ALTER FUNCTION claim_carnets(uuid, uuid, text[]) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION transfer_points(uuid), claim_carnets(uuid, uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION transfer_points(uuid), claim_carnets(uuid, uuid, text[]) TO passnum_org;
GRANT EXECUTE ON FUNCTION claim_carnets(uuid, uuid, text[]) TO passnum_platform;
