DROP FUNCTION delegated_order(uuid, date);
DROP FUNCTION delegated_points(uuid, date);
DROP FUNCTION delegated_structures(uuid, date, int);
DROP FUNCTION delegated_requests(uuid, date);
DROP FUNCTION answer_delegated_request(uuid, uuid, boolean, text, uuid, text, timestamptz, date);
DROP FUNCTION leave_agreement(uuid, date, text);
DROP FUNCTION invite_proposal(uuid, uuid, bytea, text, text, timestamptz, date);
DROP FUNCTION proposal_invitation(bytea, timestamptz);
DROP FUNCTION proposal_registered(bytea, uuid, timestamptz);
DROP FUNCTION asking_points(double precision, double precision, text[], date, int);
DROP FUNCTION live_delegation(uuid, date);
DROP TABLE proposals;
DROP INDEX agreements_ending;
DROP INDEX agreements_structure;
REVOKE INSERT, UPDATE ON agreements FROM passnum_redeemer;
ALTER TABLE agreements DROP COLUMN end_reason, DROP COLUMN ended_by, DROP COLUMN ends_on;
DROP TABLE affiliation_requests;
DROP TABLE delegation_messages;
DROP TABLE delegations;
ALTER TABLE disputes DROP CONSTRAINT disputes_reason_check;
ALTER TABLE disputes NO FORCE ROW LEVEL SECURITY;
UPDATE disputes SET reason = 'structure_not_accepted' WHERE reason = 'own_handover';
ALTER TABLE disputes FORCE ROW LEVEL SECURITY;
ALTER TABLE disputes ADD CONSTRAINT disputes_reason_check CHECK (reason IN ('already_redeemed', 'expired', 'blocked', 'not_handed_over', 'not_activated',
  'out_of_territory', 'service_not_covered', 'structure_not_accepted', 'late_cap', 'late_too_old', 'device_revoked'));
CREATE OR REPLACE FUNCTION accepting_places(p_commanditaire uuid, p_order uuid, p_latitude double precision, p_longitude double precision, p_ancestors text[], p_wanted smallint[], p_limit int)
RETURNS TABLE (name text, structure text, referent text, street text, complement text, postal_code text, town text, insee text,
  latitude double precision, longitude double precision, phone text, opening_hours text, access text, transport text, entries smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM counter_terms(p_commanditaire, p_order)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT p.name, p.structure_name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee,
    p.latitude, p.longitude, p.phone, p.opening_hours, p.access, p.transport,
    ARRAY(SELECT e FROM unnest(p.entries) AS e WHERE o.entries IS NULL OR e = ANY (o.entries) ORDER BY e)
  FROM orders o
  JOIN places p ON p.published AND (o.perimeter_codes = '{}' OR o.perimeter_codes && p.ancestors) AND (o.entries IS NULL OR o.entries && p.entries)
    AND (p_wanted = '{}' OR p_wanted && p.entries)
  JOIN structures s ON s.organisation_id = p.structure_id AND s.state = 'qualifiee'
  WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order
    AND (o.accepted_structures = 'toutes' OR EXISTS (
      SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL))
  ORDER BY power(p.latitude - p_latitude, 2) + power((p.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST,
    (SELECT count(*) FROM unnest(p.ancestors) AS a WHERE a = ANY (p_ancestors)) DESC, p.name, p.id
  LIMIT p_limit;
END $$;

DROP FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]);
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

CREATE OR REPLACE FUNCTION dispute_obstacle(p_commanditaire uuid, p_dispute uuid)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE
    WHEN c.state = 'utilise' THEN 'already_redeemed'
    WHEN c.state = 'credite' OR o.state = 'close' OR o.closing_at IS NOT NULL THEN 'expired'
    WHEN c.state = 'perime' AND (c.accepted_until IS NULL OR c.accepted_until < least(d.judged_on, (d.scanned_at AT TIME ZONE 'Europe/Paris')::date)) THEN 'expired'
    WHEN c.state = 'bloque' OR k.state = 'retourne' OR k.state = 'bloque' AND d.reason <> 'blocked' THEN 'blocked'
    WHEN o.state <> 'active' THEN 'not_activated'
    WHEN c.state = 'inactif' OR k.handed_over_at IS NULL THEN 'not_handed_over'
    WHEN d.reason NOT IN ('expired', 'late_too_old') AND (c.accepted_until IS NULL OR c.accepted_until < d.judged_on) THEN 'expired'
    WHEN d.reason <> 'structure_not_accepted' AND NOT (coalesce(s.state = 'qualifiee', false) AND (o.accepted_structures = 'toutes' OR EXISTS (
      SELECT 1 FROM agreements a WHERE a.commanditaire_id = d.commanditaire_id AND a.structure_id = d.structure_id AND a.withdrawn_at IS NULL)))
      THEN 'structure_not_accepted'
    WHEN d.reason <> 'out_of_territory' AND NOT (o.perimeter_codes = '{}' OR coalesce(o.perimeter_codes && p.ancestors, false)) THEN 'out_of_territory'
    WHEN d.reason <> 'service_not_covered' AND NOT (o.entries IS NULL OR d.entries <@ o.entries) THEN 'service_not_covered'
    ELSE '' END
  FROM disputes d
  JOIN cheques c ON c.commanditaire_id = d.commanditaire_id AND c.id = d.cheque_id
  JOIN carnets k ON k.commanditaire_id = d.commanditaire_id AND k.id = d.carnet_id
  JOIN orders o ON o.commanditaire_id = d.commanditaire_id AND o.id = d.order_id
  LEFT JOIN structures s ON s.organisation_id = d.structure_id
  LEFT JOIN places p ON p.id = d.place_id
  WHERE d.commanditaire_id = p_commanditaire AND d.id = p_dispute AND d.state = 'ouvert'
    AND coalesce(nullif(current_setting('app.organisation_id', true), '')::uuid IN (d.structure_id, d.commanditaire_id), true);
$$;

CREATE OR REPLACE FUNCTION claim_late(
  p_hashes bytea[], p_indexes int[], p_subjects text[], p_limits int[], p_since timestamptz,
  p_key text, p_hash bytea, p_request uuid, p_place uuid, p_account uuid, p_actor_name text, p_request_id text, p_device text,
  p_now timestamptz, p_today date, p_given_at timestamptz, p_mode text, p_entries smallint[],
  p_price bigint, p_duration smallint, p_first_visit boolean, p_ids uuid[], p_transactions uuid[],
  p_browser uuid, p_browser_kind text, p_scan_day date, p_counted boolean)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  here uuid;
  town_code text;
  area text[];
  gone boolean;
  taken boolean;
  known record;
  cheque record;
  capped boolean;
  spot int;
  claimed jsonb := '[]';
  left_out jsonb := '[]';
  owners uuid[] := '{}';
  cheques uuid[] := '{}';
  carnets uuid[] := '{}';
  orders uuid[] := '{}';
  serials text[] := '{}';
  ranks smallint[] := '{}';
  cents bigint[] := '{}';
  ids uuid[] := '{}';
  payers uuid[] := '{}';
  paying uuid[] := '{}';
  sums bigint[] := '{}';
  transactions uuid[] := '{}';
  revived_owners uuid[] := '{}'; -- one element a chèque whose value comes back
  revived_orders uuid[] := '{}';
  revived_carnets uuid[] := '{}';
  revived_cents bigint[] := '{}';
  parties uuid[] := '{}';
BEGIN
  -- One claim of a structure at a time: its counters are then met in any order
  -- without two claims waiting for each other.
  PERFORM pg_advisory_xact_lock(hashtextextended('late ' || me::text, 0));
  INSERT INTO late_devices AS d (structure_id, id, kind, agent, first_seen_at, last_seen_at, account_id, account_name)
  VALUES (me, p_browser, p_browser_kind, p_device, p_now, p_now, p_account, p_actor_name)
  ON CONFLICT (structure_id, id) DO UPDATE SET last_seen_at = p_now, agent = p_device, account_id = p_account, account_name = p_actor_name
  RETURNING d.revoked_at IS NOT NULL INTO gone;

  -- The place asked for, else the only one, else the one used last: a séance
  -- given days ago cannot be asked about again.
  SELECT p.id, p.insee, CASE WHEN s.state = 'qualifiee' THEN p.ancestors END INTO here, town_code, area
  FROM places p LEFT JOIN structures s ON s.organisation_id = p.structure_id
  WHERE p.structure_id = me
  ORDER BY p.id = p_place DESC NULLS LAST, (SELECT max(v.at) FROM seances v WHERE v.structure_id = me AND v.place_id = p.id) DESC NULLS LAST, p.created_at, p.id
  LIMIT 1;
  IF here IS NULL THEN
    RETURN jsonb_build_object('places', '[]'::jsonb);
  END IF;
  IF EXISTS ( -- the rule of find_cheques
    SELECT 1 FROM unnest(p_subjects, p_limits) AS w(subject, cap)
    WHERE (SELECT coalesce(sum(t.tries), 0) FROM failed_tries t WHERE t.subject = w.subject AND t.window_start >= p_since) >= w.cap
  ) THEN
    RETURN jsonb_build_object('place', here, 'throttled', true);
  END IF;

  PERFORM 1 FROM cheque_codes h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
  WHERE h.code_hash = ANY (p_hashes) ORDER BY c.commanditaire_id, c.id FOR NO KEY UPDATE OF c;
  FOR i IN 1 .. cardinality(p_hashes) LOOP
    SELECT c.commanditaire_id, c.id, c.order_id, c.state, o.late_cap,
      CASE WHEN p_scan_day BETWEEN p_today - o.late_days AND p_today THEN p_scan_day ELSE p_today END AS judged INTO known
    FROM cheque_codes h
    JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
    JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
    WHERE h.code_hash = p_hashes[i];
    CONTINUE WHEN NOT FOUND;
    -- An expired chèque scanned within its validity is honoured until the order's
    -- final statement is drawn.
    IF known.state = 'perime' AND NOT ending_open(known.commanditaire_id, known.order_id) THEN
      known.state := 'actif';
    END IF;
    UPDATE cheques c SET state = 'utilise'
    FROM orders o, carnets k
    WHERE c.commanditaire_id = known.commanditaire_id AND c.id = known.id AND c.state = known.state AND c.state IN ('actif', 'perime') AND c.accepted_until >= known.judged
      AND NOT gone AND area IS NOT NULL
      AND o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id AND o.state = 'active'
      AND (o.perimeter_codes = '{}' OR o.perimeter_codes && area)
      AND (o.entries IS NULL OR p_entries <@ o.entries)
      AND (o.accepted_structures = 'toutes' OR EXISTS (
        SELECT 1 FROM agreements a WHERE a.commanditaire_id = c.commanditaire_id AND a.structure_id = me AND a.withdrawn_at IS NULL))
      AND k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id AND (k.state NOT IN ('bloque', 'retourne', 'perime') OR k.state = 'perime' AND c.state = 'perime')
    RETURNING c.commanditaire_id, c.id, c.order_id, c.carnet_id, k.serial, c.rank, c.face_value_cents, p_indexes[i] AS index INTO cheque;
    taken := FOUND;
    capped := taken AND p_counted AND NOT count_late(known.commanditaire_id, known.order_id, p_browser, known.judged, known.late_cap);
    IF capped OR NOT taken THEN
      IF capped THEN
        UPDATE cheques c SET state = known.state WHERE c.commanditaire_id = known.commanditaire_id AND c.id = known.id;
      END IF;
      left_out := left_out || jsonb_build_object('index', p_indexes[i], 'commanditaire', known.commanditaire_id, 'cheque', known.id,
        'judged', known.judged, 'capped', capped);
      CONTINUE;
    END IF;
    IF known.state = 'perime' THEN
      revived_owners := revived_owners || cheque.commanditaire_id;
      revived_orders := revived_orders || cheque.order_id;
      revived_carnets := revived_carnets || cheque.carnet_id;
      revived_cents := revived_cents || cheque.face_value_cents;
    END IF;
    owners := owners || cheque.commanditaire_id;
    cheques := cheques || cheque.id;
    carnets := carnets || cheque.carnet_id;
    orders := orders || cheque.order_id;
    serials := serials || cheque.serial;
    ranks := ranks || cheque.rank;
    cents := cents || cheque.face_value_cents;
    ids := ids || p_ids[cheque.index + 1];
    claimed := claimed || jsonb_build_object('index', cheque.index, 'id', p_ids[cheque.index + 1],
      'serial', cheque.serial, 'rank', cheque.rank, 'cents', cheque.face_value_cents);
    spot := array_position(paying, cheque.order_id);
    IF spot IS NOT NULL THEN
      sums[spot] := sums[spot] + cheque.face_value_cents;
    ELSE
      payers := payers || cheque.commanditaire_id;
      paying := paying || cheque.order_id;
      sums := sums || cheque.face_value_cents;
      transactions := transactions || p_transactions[cheque.index + 1];
      IF cheque.commanditaire_id <> ALL (parties) THEN
        parties := parties || cheque.commanditaire_id;
      END IF;
    END IF;
  END LOOP;

  PERFORM revive_value(revived_owners, revived_orders, revived_carnets, revived_cents, p_request, p_now, p_today, p_account);
  INSERT INTO seances (commanditaire_id, id, structure_id, place_id, account_id, at, given_at, mode, entries, duration_minutes, price_cents, first_visit, insee)
  SELECT unnest(parties), p_request, me, here, p_account, p_now, p_given_at, p_mode, p_entries, p_duration, p_price, p_first_visit, town_code;
  INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day, account_id)
  SELECT unnest(owners), unnest(ids), unnest(cheques), unnest(carnets), unnest(orders), p_request, me, here, unnest(serials), unnest(ranks), unnest(cents), p_now, p_today, p_account;
  INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
  SELECT unnest(payers), unnest(transactions), 'redemption', p_request, unnest(paying), me, p_now, p_today, p_account;
  INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
  SELECT unnest(payers), unnest(transactions), 1, unnest(paying), me, 'circulation', 'payable', unnest(sums);
  INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
  SELECT p_request, p_now, 'encaissement', 'seance', p_request, parties, p_account, p_actor_name, me, p_request_id, p_device, claimed
  WHERE cardinality(parties) > 0;
  INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, account_id, place_id, claimed)
  VALUES (me, p_key, p_hash, p_request, p_now, p_account, here, claimed);
  RETURN jsonb_build_object('place', here, 'claimed', claimed, 'found', left_out, 'revoked', gone);
END $$;

CREATE OR REPLACE FUNCTION redeem_codes(
  p_hashes bytea[], p_indexes int[], p_subjects text[], p_limits int[], p_since timestamptz,
  p_key text, p_hash bytea, p_request uuid, p_place uuid, p_account uuid, p_actor_name text, p_request_id text, p_device text,
  p_now timestamptz, p_today date, p_given_at timestamptz, p_mode text, p_entries smallint[],
  p_price bigint, p_duration smallint, p_first_visit boolean, p_ids uuid[], p_transactions uuid[])
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  here uuid;
  town_code text;
  area text[]; -- NULL when the structure is not qualified: nothing is then claimed
  suspect boolean;
  cheque record;
  spot int;
  claimed jsonb := '[]';
  -- One element a chèque claimed …
  owners uuid[] := '{}';
  cheques uuid[] := '{}';
  carnets uuid[] := '{}';
  orders uuid[] := '{}';
  serials text[] := '{}';
  ranks smallint[] := '{}';
  cents bigint[] := '{}';
  ids uuid[] := '{}';
  -- … one an order that pays, one a commanditaire.
  payers uuid[] := '{}';
  paying uuid[] := '{}';
  sums bigint[] := '{}';
  transactions uuid[] := '{}';
  parties uuid[] := '{}';
BEGIN
  -- The place asked for, else the only one; and whether anybody guessed lately.
  SELECT p.id, p.insee, CASE WHEN s.state = 'qualifiee' THEN p.ancestors END,
    EXISTS (SELECT 1 FROM failed_tries t WHERE t.subject = ANY (p_subjects) AND t.window_start >= p_since)
  INTO here, town_code, area, suspect
  FROM places p LEFT JOIN structures s ON s.organisation_id = p.structure_id
  WHERE p.structure_id = me AND (p.id = p_place OR p_place IS NULL AND NOT EXISTS (
    SELECT 1 FROM places q WHERE q.structure_id = me AND q.id <> p.id));
  IF here IS NULL THEN
    RETURN jsonb_build_object('places', ARRAY(SELECT p.id FROM places p WHERE p.structure_id = me ORDER BY p.created_at, p.id));
  END IF;
  IF suspect AND EXISTS ( -- the rule of find_cheques
    SELECT 1 FROM unnest(p_subjects, p_limits) AS w(subject, cap)
    WHERE (SELECT coalesce(sum(t.tries), 0) FROM failed_tries t WHERE t.subject = w.subject AND t.window_start >= p_since) >= w.cap
  ) THEN
    RETURN jsonb_build_object('place', here, 'throttled', true);
  END IF;

  -- In the order of the keys, so that two requests cannot wait for each other;
  -- for a single chèque the claim's own lock is enough.
  IF cardinality(p_hashes) > 1 THEN
    PERFORM 1 FROM cheque_codes h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
    WHERE h.code_hash = ANY (p_hashes) ORDER BY c.commanditaire_id, c.id FOR NO KEY UPDATE OF c;
  END IF;
  FOR i IN 1 .. CASE WHEN area IS NULL THEN 0 ELSE cardinality(p_hashes) END LOOP
    UPDATE cheques c SET state = 'utilise'
    FROM cheque_codes h, orders o, carnets k
    WHERE h.code_hash = p_hashes[i]
      AND c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id AND c.state = 'actif' AND c.accepted_until >= p_today
      AND o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id AND o.state = 'active'
      AND (o.perimeter_codes = '{}' OR o.perimeter_codes && area)
      AND (o.entries IS NULL OR p_entries <@ o.entries)
      AND (o.accepted_structures = 'toutes' OR EXISTS (
        SELECT 1 FROM agreements a WHERE a.commanditaire_id = c.commanditaire_id AND a.structure_id = me AND a.withdrawn_at IS NULL))
      AND k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id AND k.state NOT IN ('bloque', 'retourne', 'perime')
    RETURNING c.commanditaire_id, c.id, c.order_id, c.carnet_id, k.serial, c.rank, c.face_value_cents, p_indexes[i] AS index INTO cheque;
    CONTINUE WHEN NOT FOUND;
    owners := owners || cheque.commanditaire_id;
    cheques := cheques || cheque.id;
    carnets := carnets || cheque.carnet_id;
    orders := orders || cheque.order_id;
    serials := serials || cheque.serial;
    ranks := ranks || cheque.rank;
    cents := cents || cheque.face_value_cents;
    ids := ids || p_ids[cheque.index + 1];
    claimed := claimed || jsonb_build_object('index', cheque.index, 'id', p_ids[cheque.index + 1],
      'serial', cheque.serial, 'rank', cheque.rank, 'cents', cheque.face_value_cents);
    spot := array_position(paying, cheque.order_id);
    IF spot IS NOT NULL THEN
      sums[spot] := sums[spot] + cheque.face_value_cents;
      CONTINUE;
    END IF;
    payers := payers || cheque.commanditaire_id;
    paying := paying || cheque.order_id;
    sums := sums || cheque.face_value_cents;
    transactions := transactions || p_transactions[cheque.index + 1];
    IF cheque.commanditaire_id <> ALL (parties) THEN
      parties := parties || cheque.commanditaire_id;
    END IF;
  END LOOP;

  WITH seance AS (
    INSERT INTO seances (commanditaire_id, id, structure_id, place_id, account_id, at, given_at, mode, entries, duration_minutes, price_cents, first_visit, insee)
    SELECT unnest(parties), p_request, me, here, p_account, p_now, p_given_at, p_mode, p_entries, p_duration, p_price, p_first_visit, town_code
  ), redemption AS (
    INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day, account_id)
    SELECT unnest(owners), unnest(ids), unnest(cheques), unnest(carnets), unnest(orders), p_request, me, here, unnest(serials), unnest(ranks), unnest(cents), p_now, p_today, p_account
  ), posting AS (
    INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
    SELECT unnest(payers), unnest(transactions), 'redemption', p_request, unnest(paying), me, p_now, p_today, p_account
  ), movement AS (
    INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
    SELECT unnest(payers), unnest(transactions), 1, unnest(paying), me, 'circulation', 'payable', unnest(sums)
  ), line AS (
    INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
    SELECT p_request, p_now, 'encaissement', 'seance', p_request, parties, p_account, p_actor_name, me, p_request_id, p_device, claimed
    WHERE cardinality(parties) > 0
  )
  INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, account_id, place_id, claimed)
  VALUES (me, p_key, p_hash, p_request, p_now, p_account, here, claimed);

  IF cardinality(ids) = cardinality(p_ids) THEN
    RETURN jsonb_build_object('place', here, 'claimed', claimed);
  END IF;
  RETURN jsonb_build_object('place', here, 'claimed', claimed, 'found', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('index', u.index, 'commanditaire', h.commanditaire_id, 'cheque', h.cheque_id)), '[]')
    FROM unnest(p_hashes, p_indexes) AS u(hash, index) JOIN cheque_codes h ON h.code_hash = u.hash));
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) OWNER TO passnum_redeemer;
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) SET plan_cache_mode = force_generic_plan; -- as before: everything in it is read by key
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) SET enable_seqscan = off;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) TO passnum_org;
DROP FUNCTION own_use_allowed(text, uuid, uuid, smallint, uuid, text);
ALTER TABLE points DROP COLUMN public_note, DROP COLUMN is_public;
ALTER TABLE orders DROP COLUMN announced, DROP COLUMN documents_to_bring, DROP COLUMN own_handovers;
