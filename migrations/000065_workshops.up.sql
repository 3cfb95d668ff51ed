-- Ateliers: dated sessions of a place, and the seats booked there with a carnet's
-- number. A booking names nobody.
CREATE TABLE workshops (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL CONSTRAINT workshops_id_once UNIQUE,
  series_id uuid NOT NULL, -- its own id, or the first one's of those planned together
  place_id uuid NOT NULL,
  title text NOT NULL CHECK (title <> '' AND length(title) <= 120),
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  entries smallint[] NOT NULL CHECK (cardinality(entries) BETWEEN 1 AND 129),
  starts_at timestamptz NOT NULL,
  minutes smallint NOT NULL CHECK (minutes BETWEEN 60 AND 120),
  mode text NOT NULL CHECK (mode IN ('individuel', 'collectif')),
  seats smallint NOT NULL CHECK (seats BETWEEN 1 AND 60),
  taken smallint NOT NULL DEFAULT 0 CHECK (taken >= 0),
  waiting smallint NOT NULL DEFAULT 0 CHECK (waiting >= 0),
  cheques smallint NOT NULL CHECK (cheques BETWEEN 0 AND 10),
  language text NOT NULL DEFAULT 'fr' CHECK (language ~ '^[a-z]{2,3}$'),
  level smallint NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 3), -- 0: for everyone
  published boolean NOT NULL DEFAULT false, -- as its place
  revision int NOT NULL DEFAULT 0, -- what calendars compare
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  cancel_reason text NOT NULL DEFAULT '',
  closed_at timestamptz, -- presence was noted
  PRIMARY KEY (structure_id, id),
  FOREIGN KEY (structure_id, place_id) REFERENCES places (structure_id, id),
  -- No seat is given twice, whoever asks at the same moment.
  CONSTRAINT workshops_seats_enough CHECK (taken <= seats),
  CHECK (mode = 'collectif' OR seats = 1),
  CHECK ((cancelled_at IS NULL) = (cancel_reason = ''))
);
-- The same session is not planned twice by a double click.
CREATE UNIQUE INDEX workshops_once ON workshops (structure_id, place_id, starts_at, title) WHERE cancelled_at IS NULL;
CREATE INDEX workshops_structure ON workshops (structure_id, starts_at);
CREATE INDEX workshops_series ON workshops (structure_id, series_id, starts_at);
CREATE INDEX workshops_shown ON workshops (place_id, starts_at) WHERE published AND cancelled_at IS NULL;
SELECT passnum.protect('workshops', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
CREATE POLICY published ON workshops FOR SELECT TO passnum_public, passnum_org USING (published);
GRANT SELECT ON workshops TO passnum_public;
SELECT passnum.door('workshops', 'passnum_redeemer', 'SELECT, UPDATE');

CREATE TABLE workshop_bookings (
  structure_id uuid NOT NULL,
  id uuid NOT NULL,
  workshop_id uuid NOT NULL,
  booker_id uuid REFERENCES organisations, -- the counter's; NULL for the person
  point_id uuid, -- the counter
  commanditaire_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  serial text NOT NULL,
  cheques smallint NOT NULL CHECK (cheques >= 0),
  state text NOT NULL CHECK (state IN ('reserve', 'attente', 'annule')),
  code_hash bytea NOT NULL,
  booked_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by text NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'personne', 'guichet', 'structure')),
  present boolean, -- NULL until the structure says
  PRIMARY KEY (structure_id, id),
  FOREIGN KEY (structure_id, workshop_id) REFERENCES workshops,
  FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets,
  CHECK ((state = 'annule') = (ended_at IS NOT NULL) AND (state = 'annule') = (ended_by <> ''))
);
CREATE UNIQUE INDEX workshop_bookings_one_seat ON workshop_bookings (workshop_id, commanditaire_id, carnet_id) WHERE state <> 'annule';
CREATE UNIQUE INDEX workshop_bookings_code ON workshop_bookings (workshop_id, code_hash);
CREATE INDEX workshop_bookings_workshop ON workshop_bookings (structure_id, workshop_id, booked_at);
CREATE INDEX workshop_bookings_carnet ON workshop_bookings (commanditaire_id, carnet_id) WHERE state <> 'annule';
CREATE INDEX workshop_bookings_booker ON workshop_bookings (booker_id, booked_at DESC) WHERE booker_id IS NOT NULL;
SELECT passnum.protect('workshop_bookings', '{structure_id,booker_id}', '{}', '{structure_id}', 'SELECT, UPDATE');
SELECT passnum.door('workshop_bookings', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

-- An atelier is shown as its place is.
CREATE FUNCTION passnum.workshops_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE workshops SET published = NEW.published WHERE structure_id = NEW.structure_id AND place_id = NEW.id AND published <> NEW.published;
  RETURN NULL;
END $$;
CREATE TRIGGER workshops_follow AFTER UPDATE OF published ON places FOR EACH ROW
  WHEN (NEW.structure_id IS NOT NULL AND NEW.published <> OLD.published) EXECUTE FUNCTION passnum.workshops_follow();

-- book_workshop gives one seat to a carnet, or a rank on the waiting list, and
-- says in a word what became of it. Two bookings of one atelier meet on its row;
-- two of one carnet on its number, so that it never promises a chèque twice.
CREATE FUNCTION book_workshop(p_workshop uuid, p_serial text, p_id uuid, p_code bytea, p_point uuid, p_wait boolean, p_now timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := nullif(current_setting('app.organisation_id', true), '')::uuid;
  session record;
  card record;
  day date;
  free boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('carnet ' || p_serial, 0));
  SELECT w.structure_id, w.starts_at, w.cancelled_at, w.seats, w.taken, w.cheques, w.entries, p.ancestors INTO session
  FROM workshops w JOIN places p ON p.structure_id = w.structure_id AND p.id = w.place_id
  JOIN structures s ON s.organisation_id = w.structure_id AND s.state = 'qualifiee'
  WHERE w.id = p_workshop AND w.published FOR UPDATE OF w;
  IF NOT FOUND THEN
    RETURN 'introuvable';
  ELSIF session.cancelled_at IS NOT NULL THEN
    RETURN 'annule';
  ELSIF session.starts_at <= p_now THEN
    RETURN 'passe';
  END IF;
  day := (session.starts_at AT TIME ZONE 'Europe/Paris')::date;
  SELECT k.commanditaire_id, k.id, o.perimeter_codes, o.entries, o.accepted_structures,
    (SELECT count(*) FROM cheques c WHERE c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'actif' AND c.accepted_until >= day) AS live
  INTO card
  FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id AND o.state = 'active'
  WHERE k.serial = p_serial AND k.state NOT IN ('bloque', 'retourne', 'perime') LIMIT 1;
  IF NOT FOUND OR card.live = 0 THEN
    RETURN 'inconnu';
  ELSIF EXISTS (SELECT 1 FROM workshop_bookings b WHERE b.workshop_id = p_workshop AND b.commanditaire_id = card.commanditaire_id
      AND b.carnet_id = card.id AND b.state <> 'annule') THEN
    RETURN 'deja';
  ELSIF NOT ((card.perimeter_codes = '{}' OR card.perimeter_codes && session.ancestors)
      AND (card.entries IS NULL OR session.entries <@ card.entries)
      AND (card.accepted_structures = 'toutes' OR EXISTS (SELECT 1 FROM agreements a
        WHERE a.commanditaire_id = card.commanditaire_id AND a.structure_id = session.structure_id AND a.withdrawn_at IS NULL))) THEN
    RETURN 'refuse';
  ELSIF session.cheques + (SELECT coalesce(sum(b.cheques), 0) FROM workshop_bookings b
      JOIN workshops w ON w.structure_id = b.structure_id AND w.id = b.workshop_id AND w.cancelled_at IS NULL AND w.starts_at > p_now
      WHERE b.commanditaire_id = card.commanditaire_id AND b.carnet_id = card.id AND b.state <> 'annule') > card.live THEN
    RETURN 'cheques';
  END IF;
  free := session.taken < session.seats;
  IF NOT free AND NOT p_wait THEN
    RETURN 'complet';
  END IF;
  INSERT INTO workshop_bookings (structure_id, id, workshop_id, booker_id, point_id, commanditaire_id, carnet_id, serial, cheques, state, code_hash, booked_at)
  VALUES (session.structure_id, p_id, p_workshop, me, CASE WHEN me IS NOT NULL THEN p_point END, card.commanditaire_id, card.id, p_serial, session.cheques,
    CASE WHEN free THEN 'reserve' ELSE 'attente' END, p_code, p_now);
  UPDATE workshops w SET taken = w.taken + free::int, waiting = w.waiting + (NOT free)::int WHERE w.structure_id = session.structure_id AND w.id = p_workshop;
  RETURN CASE WHEN free THEN 'reserve' ELSE 'attente' END;
END $$;

-- fill_workshop gives the seats that are free to those who wait, first come first
-- served, and says who got one.
CREATE FUNCTION fill_workshop(p_structure uuid, p_workshop uuid)
RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  session record;
  lucky uuid[];
BEGIN
  SELECT w.seats - w.taken AS room, w.waiting INTO session FROM workshops w
  WHERE w.structure_id = p_structure AND w.id = p_workshop AND w.cancelled_at IS NULL FOR UPDATE;
  IF NOT FOUND OR session.room <= 0 OR session.waiting = 0 THEN
    RETURN;
  END IF;
  lucky := ARRAY(SELECT b.id FROM workshop_bookings b WHERE b.structure_id = p_structure AND b.workshop_id = p_workshop AND b.state = 'attente'
    ORDER BY b.booked_at, b.id LIMIT session.room);
  UPDATE workshop_bookings b SET state = 'reserve' WHERE b.structure_id = p_structure AND b.id = ANY (lucky);
  UPDATE workshops w SET taken = w.taken + cardinality(lucky), waiting = w.waiting - cardinality(lucky)
  WHERE w.structure_id = p_structure AND w.id = p_workshop;
  RETURN QUERY SELECT unnest(lucky);
END $$;

-- leave_workshop gives a seat back: to whoever shows the code given on booking,
-- the counter that booked, or the structure. It answers with the booking that
-- ended and those that got a seat thereby; nothing when there is none to end.
CREATE FUNCTION leave_workshop(p_workshop uuid, p_code bytea, p_booking uuid, p_now timestamptz)
RETURNS TABLE (structure uuid, booking uuid, ended boolean) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := nullif(current_setting('app.organisation_id', true), '')::uuid;
  session record;
  seat record;
BEGIN
  SELECT w.structure_id, w.starts_at INTO session FROM workshops w WHERE w.id = p_workshop FOR UPDATE;
  SELECT b.id, b.state, b.booker_id, b.structure_id INTO seat FROM workshop_bookings b
  WHERE b.structure_id = session.structure_id AND b.workshop_id = p_workshop AND b.state <> 'annule'
    AND (b.code_hash = p_code OR b.id = p_booking AND (b.structure_id = me OR b.booker_id = me));
  IF NOT FOUND OR session.starts_at <= p_now AND seat.structure_id IS DISTINCT FROM me THEN
    RETURN;
  END IF;
  UPDATE workshop_bookings b SET state = 'annule', ended_at = p_now,
    ended_by = CASE WHEN b.code_hash = p_code THEN 'personne' WHEN b.structure_id = me THEN 'structure' ELSE 'guichet' END
  WHERE b.structure_id = session.structure_id AND b.id = seat.id;
  UPDATE workshops w SET taken = w.taken - (seat.state = 'reserve')::int, waiting = w.waiting - (seat.state = 'attente')::int
  WHERE w.structure_id = session.structure_id AND w.id = p_workshop;
  RETURN QUERY SELECT session.structure_id, seat.id, true;
  IF session.starts_at > p_now THEN
    RETURN QUERY SELECT session.structure_id, f, false FROM fill_workshop(session.structure_id, p_workshop) AS f;
  END IF;
END $$;

-- booked_seat tells whoever holds the code of a booking how it stands.
CREATE FUNCTION booked_seat(p_workshop uuid, p_code bytea)
RETURNS TABLE (serial text, state text, cheques smallint, ended_by text, ahead int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT b.serial, b.state, b.cheques, b.ended_by,
    (SELECT count(*)::int FROM workshop_bookings o WHERE o.structure_id = b.structure_id AND o.workshop_id = b.workshop_id AND o.state = 'attente'
      AND (o.booked_at, o.id) < (b.booked_at, b.id))
  FROM workshop_bookings b WHERE b.workshop_id = p_workshop AND b.code_hash = p_code;
$$;

-- counter_workshops lists the next ateliers with a free seat where an order's
-- chèques are accepted, one of each series, for a counter that hands its carnets
-- over.
CREATE FUNCTION counter_workshops(p_commanditaire uuid, p_order uuid, p_latitude double precision, p_longitude double precision, p_wanted smallint[],
  p_from timestamptz, p_until timestamptz, p_limit int)
RETURNS TABLE (id uuid, title text, starts_at timestamptz, minutes smallint, cheques smallint, place text, street text, postal_code text, town text, insee text,
  latitude double precision, longitude double precision, phone text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM counter_terms(p_commanditaire, p_order)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT n.id, n.title, n.starts_at, n.minutes, n.cheques, n.name, n.street, n.postal_code, n.town, n.insee, n.latitude, n.longitude, n.phone FROM (
    SELECT DISTINCT ON (w.series_id) w.id, w.title, w.starts_at, w.minutes, w.cheques, p.name, p.street, p.postal_code, p.town, p.insee, p.latitude, p.longitude, p.phone
    FROM orders o
    JOIN workshops w ON w.published AND w.cancelled_at IS NULL AND w.starts_at BETWEEN p_from AND p_until AND w.taken < w.seats
      AND (o.entries IS NULL OR w.entries <@ o.entries) AND (p_wanted = '{}' OR p_wanted && w.entries)
    JOIN places p ON p.structure_id = w.structure_id AND p.id = w.place_id AND p.published AND (o.perimeter_codes = '{}' OR o.perimeter_codes && p.ancestors)
    JOIN structures s ON s.organisation_id = w.structure_id AND s.state = 'qualifiee'
    WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order
      AND (o.accepted_structures = 'toutes' OR EXISTS (
        SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.structure_id = w.structure_id AND a.withdrawn_at IS NULL))
    ORDER BY w.series_id, w.starts_at
  ) n
  ORDER BY power(n.latitude - p_latitude, 2) + power((n.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST, n.starts_at, n.id
  LIMIT p_limit;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'book_workshop(uuid, text, uuid, bytea, uuid, boolean, timestamptz)'::regprocedure,
    'fill_workshop(uuid, uuid)'::regprocedure,
    'leave_workshop(uuid, bytea, uuid, timestamptz)'::regprocedure,
    'booked_seat(uuid, bytea)'::regprocedure,
    'counter_workshops(uuid, uuid, double precision, double precision, smallint[], timestamptz, timestamptz, int)'::regprocedure
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION book_workshop(uuid, text, uuid, bytea, uuid, boolean, timestamptz), leave_workshop(uuid, bytea, uuid, timestamptz),
  booked_seat(uuid, bytea) TO passnum_org, passnum_public;
GRANT EXECUTE ON FUNCTION fill_workshop(uuid, uuid) TO passnum_org, passnum_redeemer;
GRANT EXECUTE ON FUNCTION counter_workshops(uuid, uuid, double precision, double precision, smallint[], timestamptz, timestamptz, int) TO passnum_org;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
