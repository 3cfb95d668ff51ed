-- One service given: N chèques, M entries. A séance paid with chèques of two
-- commanditaires has one row for each, with the same id.
CREATE TABLE seances (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  structure_id uuid NOT NULL,
  place_id uuid NOT NULL,
  account_id uuid,
  at timestamptz NOT NULL,
  given_at timestamptz NOT NULL,
  mode text NOT NULL CHECK (mode IN ('individuel', 'collectif')),
  entries smallint[] NOT NULL CHECK (cardinality(entries) > 0),
  duration_minutes smallint CHECK (duration_minutes BETWEEN 1 AND 1440),
  price_cents bigint CHECK (price_cents >= 0),
  first_visit boolean,
  insee text NOT NULL,
  PRIMARY KEY (commanditaire_id, id)
);
CREATE INDEX seances_structure ON seances (structure_id, at DESC);
SELECT passnum.protect('seances', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT');
SELECT passnum.door('seances', 'passnum_redeemer', 'INSERT');

CREATE TABLE redemptions (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  cheque_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  order_id uuid NOT NULL,
  seance_id uuid NOT NULL,
  structure_id uuid NOT NULL,
  place_id uuid NOT NULL,
  serial text NOT NULL,
  rank smallint NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  at timestamptz NOT NULL,
  day date NOT NULL,
  account_id uuid,
  undone_at timestamptz,
  undone_by uuid,
  undone_reason text NOT NULL DEFAULT '',
  settlement_line_id uuid REFERENCES settlement_lines,
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, cheque_id) REFERENCES cheques,
  FOREIGN KEY (commanditaire_id, seance_id) REFERENCES seances,
  CONSTRAINT redemptions_undone_never_paid CHECK (undone_at IS NULL OR settlement_line_id IS NULL)
);
-- A chèque is paid once: the second live redemption cannot exist.
CREATE UNIQUE INDEX redemptions_one_live ON redemptions (commanditaire_id, cheque_id) WHERE undone_at IS NULL;
CREATE INDEX redemptions_unpaid ON redemptions (structure_id, day) WHERE undone_at IS NULL AND settlement_line_id IS NULL;
CREATE INDEX redemptions_structure ON redemptions (structure_id, at DESC);
CREATE INDEX redemptions_order_day ON redemptions (commanditaire_id, order_id, day);
CREATE INDEX redemptions_line ON redemptions (settlement_line_id) WHERE settlement_line_id IS NOT NULL;
SELECT passnum.protect('redemptions', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT, UPDATE');
SELECT passnum.door('redemptions', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

-- The answer already given to a request, so that a retry hears it again.
CREATE TABLE redemption_requests (
  structure_id uuid NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  request_hash bytea NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  account_id uuid,
  place_id uuid NOT NULL,
  claimed jsonb NOT NULL,
  refused jsonb,
  CONSTRAINT redemption_requests_key PRIMARY KEY (structure_id, key)
);
CREATE UNIQUE INDEX redemption_requests_id ON redemption_requests (structure_id, id);
SELECT passnum.protect('redemption_requests', '{structure_id}', '{}', '{}', 'SELECT');
GRANT UPDATE (refused) ON redemption_requests TO passnum_org;
CREATE POLICY completes ON redemption_requests FOR UPDATE TO passnum_org
  USING (structure_id = current_setting('app.organisation_id')::uuid AND refused IS NULL)
  WITH CHECK (structure_id = current_setting('app.organisation_id')::uuid);
SELECT passnum.door('redemption_requests', 'passnum_redeemer', 'SELECT, INSERT');

-- find_cheques is the registry look-up: which chèque a code's hash names. It also
-- says whether the caller has guessed too often lately.
CREATE FUNCTION find_cheques(p_hashes bytea[], p_subjects text[], p_limits int[], p_since timestamptz)
RETURNS TABLE (hash bytea, commanditaire_id uuid, cheque_id uuid, throttled boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM unnest(p_subjects, p_limits) AS s(subject, cap)
    WHERE (SELECT coalesce(sum(t.tries), 0) FROM failed_tries t WHERE t.subject = s.subject AND t.window_start >= p_since) >= s.cap
  ) THEN
    RETURN QUERY SELECT NULL::bytea, NULL::uuid, NULL::uuid, true;
    RETURN;
  END IF;
  RETURN QUERY SELECT c.code_hash, c.commanditaire_id, c.cheque_id, false FROM cheque_codes c WHERE c.code_hash = ANY (p_hashes);
END $$;

-- count_failed_tries records wrong codes, per subject, in ten-minute windows.
CREATE FUNCTION count_failed_tries(p_subjects text[], p_window timestamptz, p_tries int)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO failed_tries AS t (subject, window_start, tries)
  SELECT s, p_window, p_tries FROM unnest(p_subjects) AS s ORDER BY s
  ON CONFLICT (subject, window_start) DO UPDATE SET tries = t.tries + excluded.tries;
$$;

-- cheque_facts tells what the rules need to judge a chèque for the calling
-- structure at a place; the rules themselves are in internal/carnet.
CREATE FUNCTION cheque_facts(p_commanditaire uuid, p_cheque uuid, p_place uuid, p_entries smallint[])
RETURNS TABLE (
  serial text, rank smallint, face_value_cents bigint, cheque_state text, carnet_state text, order_state text,
  accepted_until date, usable_until date, commanditaire text,
  in_territory boolean, service_covered boolean, structure_accepted boolean,
  used_at timestamptz, used_by uuid, used_place text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  RETURN QUERY
  SELECT k.serial, c.rank, c.face_value_cents, c.state, k.state, o.state,
    c.accepted_until, k.usable_until, g.name,
    o.perimeter_codes = '{}' OR coalesce(o.perimeter_codes && p.ancestors, false),
    o.entries IS NULL OR p_entries <@ o.entries,
    coalesce(s.state = 'qualifiee', false) AND (o.accepted_structures = 'toutes' OR EXISTS (
      SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.structure_id = me AND a.withdrawn_at IS NULL)),
    r.at, CASE WHEN r.structure_id = me THEN r.structure_id END, CASE WHEN r.structure_id = me THEN rp.name END
  FROM cheques c
  JOIN carnets k ON k.commanditaire_id = p_commanditaire AND k.id = c.carnet_id
  JOIN orders o ON o.commanditaire_id = p_commanditaire AND o.id = c.order_id
  JOIN organisations g ON g.id = p_commanditaire
  LEFT JOIN places p ON p.id = p_place AND p.structure_id = me
  LEFT JOIN structures s ON s.organisation_id = me
  LEFT JOIN redemptions r ON r.commanditaire_id = p_commanditaire AND r.cheque_id = c.id AND r.undone_at IS NULL
  LEFT JOIN places rp ON rp.id = r.place_id
  WHERE c.commanditaire_id = p_commanditaire AND c.id = p_cheque;
END $$;

-- cheque_public_status is all a visitor may learn by presenting a code.
CREATE FUNCTION cheque_public_status(p_hashes bytea[])
RETURNS TABLE (cheque_state text, carnet_state text, order_state text, accepted_until date, usable_until date,
  face_value_cents bigint, commanditaire text, used_at timestamptz, order_id uuid, commanditaire_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.state, k.state, o.state, c.accepted_until, k.usable_until, c.face_value_cents, g.name, r.at, o.id, o.commanditaire_id
  FROM cheque_codes h
  JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
  JOIN carnets k ON k.commanditaire_id = h.commanditaire_id AND k.id = c.carnet_id
  JOIN orders o ON o.commanditaire_id = h.commanditaire_id AND o.id = c.order_id
  JOIN organisations g ON g.id = h.commanditaire_id
  LEFT JOIN redemptions r ON r.commanditaire_id = h.commanditaire_id AND r.cheque_id = c.id AND r.undone_at IS NULL
  WHERE h.code_hash = ANY (p_hashes);
$$;

-- redeem claims chèques for the calling structure and writes, in the same round
-- trip, the séance, the redemptions, the balanced ledger movements, the journal
-- row and the answer kept for retries. A chèque that does not meet every
-- condition is simply not claimed; cheque_facts then explains why. A key already
-- used raises a violation of redemption_requests_key and undoes the whole call.
CREATE FUNCTION redeem(
  p_key text, p_hash bytea, p_request uuid, p_place uuid, p_account uuid, p_actor_name text, p_request_id text, p_device text,
  p_now timestamptz, p_today date, p_given_at timestamptz, p_mode text, p_entries smallint[],
  p_price bigint, p_duration smallint, p_first_visit boolean,
  p_indexes int[], p_commanditaires uuid[], p_cheques uuid[], p_ids uuid[], p_transactions uuid[])
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  area text[];
  town_code text;
  claimed jsonb := '[]';
  commanditaires uuid[] := '{}';
  orders_seen uuid[] := '{}';
  amounts bigint[] := '{}';
  transactions uuid[] := '{}';
  order_commanditaires uuid[] := '{}';
  cheque record;
  spot int;
BEGIN
  SELECT p.ancestors, p.insee INTO area, town_code
  FROM places p JOIN structures s ON s.organisation_id = p.structure_id
  WHERE p.id = p_place AND p.structure_id = me AND s.state = 'qualifiee';

  IF area IS NOT NULL THEN
    FOR i IN 1 .. cardinality(p_cheques) LOOP
      UPDATE cheques c SET state = 'utilise'
      FROM orders o, carnets k
      WHERE c.commanditaire_id = p_commanditaires[i] AND c.id = p_cheques[i] AND c.state = 'actif' AND c.accepted_until >= p_today
        AND o.commanditaire_id = p_commanditaires[i] AND o.id = c.order_id AND o.state = 'active'
        AND (o.perimeter_codes = '{}' OR o.perimeter_codes && area)
        AND (o.entries IS NULL OR p_entries <@ o.entries)
        AND (o.accepted_structures = 'toutes' OR EXISTS (
          SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaires[i] AND a.structure_id = me AND a.withdrawn_at IS NULL))
        AND k.commanditaire_id = p_commanditaires[i] AND k.id = c.carnet_id
      RETURNING c.order_id, c.carnet_id, c.rank, c.face_value_cents, k.serial INTO cheque;
      CONTINUE WHEN NOT FOUND;

      IF NOT p_commanditaires[i] = ANY (commanditaires) THEN
        commanditaires := commanditaires || p_commanditaires[i];
        INSERT INTO seances (commanditaire_id, id, structure_id, place_id, account_id, at, given_at, mode, entries, duration_minutes, price_cents, first_visit, insee)
        VALUES (p_commanditaires[i], p_request, me, p_place, p_account, p_now, p_given_at, p_mode, p_entries, p_duration, p_price, p_first_visit, town_code);
      END IF;
      INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day, account_id)
      VALUES (p_commanditaires[i], p_ids[i], p_cheques[i], cheque.carnet_id, cheque.order_id, p_request, me, p_place, cheque.serial, cheque.rank, cheque.face_value_cents, p_now, p_today, p_account);

      spot := array_position(orders_seen, cheque.order_id);
      IF spot IS NULL THEN
        orders_seen := orders_seen || cheque.order_id;
        amounts := amounts || cheque.face_value_cents;
        transactions := transactions || p_transactions[i];
        order_commanditaires := order_commanditaires || p_commanditaires[i];
      ELSE
        amounts[spot] := amounts[spot] + cheque.face_value_cents;
      END IF;
      claimed := claimed || jsonb_build_object('index', p_indexes[i], 'id', p_ids[i], 'serial', cheque.serial, 'rank', cheque.rank, 'cents', cheque.face_value_cents);
    END LOOP;
  END IF;

  FOR i IN 1 .. cardinality(orders_seen) LOOP
    INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
    VALUES (order_commanditaires[i], transactions[i], 'redemption', p_request, orders_seen[i], me, p_now, p_today, p_account);
    INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
    VALUES (order_commanditaires[i], transactions[i], 1, orders_seen[i], me, 'circulation', 'payable', amounts[i]);
  END LOOP;

  INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, account_id, place_id, claimed)
  VALUES (me, p_key, p_hash, p_request, p_now, p_account, p_place, claimed);
  IF cardinality(commanditaires) > 0 THEN
    INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
    VALUES (p_request, p_now, 'encaissement', 'seance', p_request, commanditaires, p_account, p_actor_name, me, p_request_id, p_device, claimed);
  END IF;
  RETURN claimed;
END $$;

-- open_cheques makes the chèques of a carnet the caller has just handed over
-- redeemable until a date, and says how many.
CREATE FUNCTION open_cheques(p_commanditaire uuid, p_carnet uuid, p_until date)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  opened int;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM carnets WHERE commanditaire_id = p_commanditaire AND id = p_carnet
      AND aiguilleur_id = current_setting('app.organisation_id')::uuid AND state = 'remis') THEN
    RETURN 0;
  END IF;
  UPDATE cheques SET state = 'actif', accepted_until = p_until
  WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet AND state = 'inactif';
  GET DIAGNOSTICS opened = ROW_COUNT;
  RETURN opened;
END $$;

-- close_cheques takes back a hand-over of the caller's, unless a chèque of the
-- carnet was already used; it locks the chèques first, so a redemption in flight
-- either comes before (and is seen) or finds them closed.
CREATE FUNCTION close_cheques(p_commanditaire uuid, p_carnet uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM carnets WHERE commanditaire_id = p_commanditaire AND id = p_carnet
      AND aiguilleur_id = current_setting('app.organisation_id')::uuid) THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet ORDER BY rank FOR UPDATE;
  IF EXISTS (SELECT 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet AND state <> 'actif') THEN
    RETURN false;
  END IF;
  UPDATE cheques SET state = 'inactif', accepted_until = NULL WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet;
  RETURN true;
END $$;

-- carnet_state tells a counter what it may know about a carnet that is not in
-- its stock: whether it exists, and in which state, nothing about whose it is.
CREATE FUNCTION carnet_state(p_serial text)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT state FROM carnets WHERE serial = p_serial LIMIT 1;
$$;

-- undo_redemption reopens a chèque, while its day lasts and before it is cut for
-- payment. Returns the amount, or NULL when it can no longer be undone.
CREATE FUNCTION undo_redemption(p_commanditaire uuid, p_id uuid, p_transaction uuid, p_account uuid, p_reason text, p_now timestamptz, p_today date)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  r record;
BEGIN
  UPDATE redemptions SET undone_at = p_now, undone_by = p_account, undone_reason = p_reason
  WHERE commanditaire_id = p_commanditaire AND id = p_id AND structure_id = me
    AND undone_at IS NULL AND settlement_line_id IS NULL AND day = p_today
  RETURNING cheque_id, order_id, amount_cents INTO r;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE cheques SET state = 'actif' WHERE commanditaire_id = p_commanditaire AND id = r.cheque_id AND state = 'utilise';
  INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
  VALUES (p_commanditaire, p_transaction, 'undo', p_id, r.order_id, me, p_now, p_today, p_account);
  INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
  VALUES (p_commanditaire, p_transaction, 1, r.order_id, me, 'payable', 'circulation', r.amount_cents);
  RETURN r.amount_cents;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'find_cheques(bytea[], text[], int[], timestamptz)'::regprocedure,
    'count_failed_tries(text[], timestamptz, int)'::regprocedure,
    'cheque_facts(uuid, uuid, uuid, smallint[])'::regprocedure,
    'cheque_public_status(bytea[])'::regprocedure,
    'open_cheques(uuid, uuid, date)'::regprocedure,
    'close_cheques(uuid, uuid)'::regprocedure,
    'carnet_state(text)'::regprocedure,
    'redeem(text, bytea, uuid, uuid, uuid, text, text, text, timestamptz, date, timestamptz, text, smallint[], bigint, smallint, boolean, int[], uuid[], uuid[], uuid[], uuid[])'::regprocedure,
    'undo_redemption(uuid, uuid, uuid, uuid, text, timestamptz, date)'::regprocedure
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
GRANT EXECUTE ON FUNCTION cheque_public_status(bytea[]), count_failed_tries(text[], timestamptz, int), find_cheques(bytea[], text[], int[], timestamptz) TO passnum_public, passnum_platform;
