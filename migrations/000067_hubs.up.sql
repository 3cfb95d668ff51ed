-- Who animates the network beside those who order: hubs a commanditaire
-- delegates to, structures that ask to be agreed, structures somebody proposes,
-- where a carnet is asked for, and an organisation that both hands over and
-- accepts (docs/decisions/delegations.md, docs/decisions/own-handovers.md).

-- ---------------------------------------------------------------------------
-- What an order says of those who hand it over, and to those who ask for it.
ALTER TABLE orders
  ADD COLUMN own_handovers text NOT NULL DEFAULT 'acceptee' CHECK (own_handovers IN ('acceptee', 'ailleurs', 'refusee')),
  ADD COLUMN documents_to_bring text NOT NULL DEFAULT '' CHECK (length(documents_to_bring) <= 600),
  ADD COLUMN announced boolean NOT NULL DEFAULT true; -- shown on « Où demander un carnet ? »
GRANT UPDATE (own_handovers, documents_to_bring, announced) ON orders TO passnum_org;

-- A point is shown to the public only when who holds it says so.
ALTER TABLE points
  ADD COLUMN is_public boolean NOT NULL DEFAULT false,
  ADD COLUMN public_note text NOT NULL DEFAULT '' CHECK (length(public_note) <= 280);

-- own_use_allowed says whether a structure may take a chèque it handed over
-- itself: never, or only in another commune than that of the point it was given
-- at. Who was given it by somebody else is not concerned.
CREATE FUNCTION own_use_allowed(p_rule text, p_commanditaire uuid, p_carnet uuid, p_rank smallint, p_structure uuid, p_insee text)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT p_rule = 'acceptee' OR NOT EXISTS (
    SELECT 1 FROM handover_cheques g
    JOIN handovers h ON h.commanditaire_id = g.commanditaire_id AND h.id = g.handover_id
    JOIN points t ON t.aiguilleur_id = h.aiguilleur_id AND t.id = h.point_id
    WHERE g.commanditaire_id = p_commanditaire AND g.carnet_id = p_carnet AND g.rank = p_rank AND g.aiguilleur_id = p_structure
      AND (p_rule = 'refusee' OR t.insee = p_insee));
$$;

-- The four functions that judge a chèque, and the one that lists where it may be
-- used, are those of before with that rule; it costs nothing to an order without one.
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
      AND (o.own_handovers = 'acceptee' OR own_use_allowed(o.own_handovers, c.commanditaire_id, c.carnet_id, c.rank, me, town_code))
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
      AND (o.own_handovers = 'acceptee' OR own_use_allowed(o.own_handovers, c.commanditaire_id, c.carnet_id, c.rank, me, town_code))
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
    WHEN d.reason <> 'own_handover' AND NOT own_use_allowed(o.own_handovers, d.commanditaire_id, d.carnet_id, c.rank, d.structure_id, d.insee)
      THEN 'own_handover'
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

DROP FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]);
CREATE FUNCTION cheque_facts(p_commanditaire uuid, p_cheque uuid, p_place uuid, p_entries smallint[])
RETURNS TABLE (
  serial text, rank smallint, face_value_cents bigint, cheque_state text, carnet_state text, order_state text,
  accepted_until date, usable_until date, commanditaire text,
  in_territory boolean, service_covered boolean, structure_accepted boolean,
  own_accepted boolean,
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
    o.own_handovers = 'acceptee' OR own_use_allowed(o.own_handovers, p_commanditaire, c.carnet_id, c.rank, me, p.insee),
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

CREATE OR REPLACE FUNCTION accepting_places(p_commanditaire uuid, p_order uuid, p_latitude double precision, p_longitude double precision, p_ancestors text[], p_wanted smallint[], p_limit int)
RETURNS TABLE (name text, structure text, referent text, street text, complement text, postal_code text, town text, insee text,
  latitude double precision, longitude double precision, phone text, opening_hours text, access text, transport text, entries smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
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
    AND (o.own_handovers <> 'refusee' OR p.structure_id <> me) AND (o.own_handovers <> 'ailleurs' OR p.structure_id <> me OR p.insee <> ALL (ARRAY(
      SELECT t.insee FROM points t WHERE t.aiguilleur_id = me AND t.closed_at IS NULL)))
  ORDER BY power(p.latitude - p_latitude, 2) + power((p.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST,
    (SELECT count(*) FROM unnest(p.ancestors) AS a WHERE a = ANY (p_ancestors)) DESC, p.name, p.id
  LIMIT p_limit;
END $$;

ALTER TABLE disputes DROP CONSTRAINT disputes_reason_check;
ALTER TABLE disputes ADD CONSTRAINT disputes_reason_check CHECK (reason IN ('already_redeemed', 'expired', 'blocked', 'not_handed_over', 'not_activated',
  'out_of_territory', 'service_not_covered', 'structure_not_accepted', 'own_handover', 'late_cap', 'late_too_old', 'device_revoked'));

-- ---------------------------------------------------------------------------
-- A commanditaire delegates the follow-up of one order, until a day.
CREATE TABLE delegations (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  hub_id uuid NOT NULL REFERENCES organisations,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  may_invite boolean NOT NULL,
  may_decide boolean NOT NULL,
  purpose text NOT NULL DEFAULT '' CHECK (length(purpose) <= 600),
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by_name text NOT NULL DEFAULT '',
  withdrawn_reason text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT delegations_hub_key UNIQUE (commanditaire_id, id, hub_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT delegations_days CHECK (ends_on >= starts_on),
  CONSTRAINT delegations_to_another CHECK (hub_id <> commanditaire_id),
  CONSTRAINT delegations_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_reason = ''))
);
CREATE UNIQUE INDEX delegations_one_live ON delegations (commanditaire_id, order_id, hub_id) WHERE withdrawn_at IS NULL;
CREATE INDEX delegations_hub ON delegations (hub_id);
SELECT passnum.protect('delegations', '{commanditaire_id,hub_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('delegations', 'passnum_redeemer', 'SELECT');

-- What a hub wrote to points and structures, kept for both sides.
CREATE TABLE delegation_messages (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  delegation_id uuid NOT NULL,
  hub_id uuid NOT NULL,
  audience text NOT NULL CHECK (audience IN ('points', 'points_inactifs', 'structures')),
  subject text NOT NULL CHECK (subject <> ''),
  body text NOT NULL CHECK (body <> ''),
  recipients int NOT NULL CHECK (recipients > 0),
  sent_at timestamptz NOT NULL,
  sent_by uuid NOT NULL,
  sent_by_name text NOT NULL,
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, delegation_id, hub_id) REFERENCES delegations (commanditaire_id, id, hub_id)
);
CREATE INDEX delegation_messages_of ON delegation_messages (commanditaire_id, delegation_id, sent_at DESC);
SELECT passnum.protect('delegation_messages', '{commanditaire_id,hub_id}', '{}', '{hub_id}', 'SELECT, INSERT');
SELECT passnum.append_only('delegation_messages');

-- A structure asks a commanditaire to be agreed.
CREATE TABLE affiliation_requests (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  structure_id uuid NOT NULL REFERENCES organisations,
  message text NOT NULL DEFAULT '' CHECK (length(message) <= 1000),
  asked_at timestamptz NOT NULL,
  asked_by_name text NOT NULL,
  state text NOT NULL DEFAULT 'demandee' CHECK (state IN ('demandee', 'acceptee', 'refusee', 'retiree')),
  decided_at timestamptz,
  decided_by_name text NOT NULL DEFAULT '',
  hub_id uuid, -- when a hub answered for the commanditaire
  reason text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT affiliation_requests_decided CHECK ((state = 'demandee') = (decided_at IS NULL)),
  CONSTRAINT affiliation_requests_reasoned CHECK (state <> 'refusee' OR reason <> '')
);
CREATE UNIQUE INDEX affiliation_requests_one_open ON affiliation_requests (commanditaire_id, structure_id) WHERE state = 'demandee';
CREATE INDEX affiliation_requests_structure ON affiliation_requests (structure_id, asked_at DESC);
SELECT passnum.protect('affiliation_requests', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT');
SELECT passnum.door('affiliation_requests', 'passnum_redeemer', 'SELECT, UPDATE');
GRANT INSERT ON affiliation_requests TO passnum_org;
GRANT UPDATE (state, decided_at, decided_by_name, reason) ON affiliation_requests TO passnum_org;
CREATE POLICY structure_asks ON affiliation_requests FOR INSERT TO passnum_org
  WITH CHECK (structure_id = current_setting('app.organisation_id')::uuid AND state = 'demandee');
CREATE POLICY structure_takes_back ON affiliation_requests FOR UPDATE TO passnum_org
  USING (structure_id = current_setting('app.organisation_id')::uuid AND state = 'demandee')
  WITH CHECK (structure_id = current_setting('app.organisation_id')::uuid AND state = 'retiree');
CREATE POLICY commanditaire_answers ON affiliation_requests FOR UPDATE TO passnum_org
  USING (commanditaire_id = current_setting('app.organisation_id')::uuid AND state = 'demandee')
  WITH CHECK (commanditaire_id = current_setting('app.organisation_id')::uuid AND state IN ('acceptee', 'refusee'));

-- An agreement ends at once, or on a day told before, by either side.
ALTER TABLE agreements
  ADD COLUMN ends_on date,
  ADD COLUMN ended_by text NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'commanditaire', 'structure', 'operateur')),
  ADD COLUMN end_reason text NOT NULL DEFAULT '';
CREATE INDEX agreements_structure ON agreements (structure_id);
CREATE INDEX agreements_ending ON agreements (ends_on) WHERE ends_on IS NOT NULL AND withdrawn_at IS NULL;
GRANT INSERT, UPDATE ON agreements TO passnum_redeemer;

-- leave_agreement lets a structure announce that it leaves.
CREATE FUNCTION leave_agreement(p_commanditaire uuid, p_day date, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE agreements SET ends_on = p_day, ended_by = 'structure', end_reason = p_reason
  WHERE commanditaire_id = p_commanditaire AND structure_id = current_setting('app.organisation_id')::uuid AND withdrawn_at IS NULL
    AND (ends_on IS NULL OR ends_on > p_day);
  RETURN FOUND;
END $$;

-- A structure that somebody would like to see qualified. The token is that of
-- the invitation; what it becomes is read from the directory.
CREATE TABLE proposals (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  proposer_id uuid NOT NULL REFERENCES organisations,
  delegation_id uuid,
  name text NOT NULL CHECK (name <> ''),
  siret text NOT NULL DEFAULT '' CHECK (siret = '' OR siret ~ '^[0-9]{14}$'),
  insee text NOT NULL,
  town text NOT NULL,
  contact_name text NOT NULL DEFAULT '',
  contact_email text NOT NULL DEFAULT '',
  contact_phone text NOT NULL DEFAULT '',
  why text NOT NULL CHECK (why <> '' AND length(why) <= 1000),
  by_adviser boolean NOT NULL DEFAULT false, -- a conseiller numérique proposes it
  proposed_at timestamptz NOT NULL,
  proposed_by uuid NOT NULL,
  proposed_by_name text NOT NULL,
  state text NOT NULL DEFAULT 'proposee' CHECK (state IN ('proposee', 'invitee', 'ecartee')),
  decided_at timestamptz,
  decided_by_name text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  token_hash bytea,
  invited_email text NOT NULL DEFAULT '',
  organisation_id uuid,
  registered_at timestamptz,
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, delegation_id, proposer_id) REFERENCES delegations (commanditaire_id, id, hub_id),
  CONSTRAINT proposals_decided CHECK ((state = 'proposee') = (decided_at IS NULL)),
  CONSTRAINT proposals_invited CHECK ((state = 'invitee') = (token_hash IS NOT NULL) AND (token_hash IS NULL) = (invited_email = '')),
  CONSTRAINT proposals_reasoned CHECK (state <> 'ecartee' OR reason <> ''),
  CONSTRAINT proposals_registered CHECK ((organisation_id IS NULL) = (registered_at IS NULL))
);
CREATE UNIQUE INDEX proposals_token ON proposals (token_hash) WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX proposals_one_open ON proposals (commanditaire_id, siret) WHERE siret <> '' AND state <> 'ecartee';
CREATE INDEX proposals_proposer ON proposals (proposer_id, proposed_at DESC);
CREATE INDEX proposals_day ON proposals (proposed_at DESC);
SELECT passnum.protect('proposals', '{commanditaire_id,proposer_id}', '{}', '{}', 'SELECT');
SELECT passnum.door('proposals', 'passnum_redeemer', 'SELECT, UPDATE');
GRANT INSERT ON proposals TO passnum_org;
GRANT UPDATE (state, decided_at, decided_by_name, reason, token_hash, invited_email) ON proposals TO passnum_org;
CREATE POLICY proposer_proposes ON proposals FOR INSERT TO passnum_org
  WITH CHECK (proposer_id = current_setting('app.organisation_id')::uuid AND state = 'proposee' AND organisation_id IS NULL);
CREATE POLICY commanditaire_decides ON proposals FOR UPDATE TO passnum_org
  USING (commanditaire_id = current_setting('app.organisation_id')::uuid)
  WITH CHECK (commanditaire_id = current_setting('app.organisation_id')::uuid);

-- ---------------------------------------------------------------------------
-- The doors of a hub. Each reads the delegation again, with its dates: nothing
-- is copied that would have to be taken back.
CREATE FUNCTION live_delegation(p_id uuid, p_today date) RETURNS SETOF delegations
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT * FROM delegations d WHERE d.id = p_id AND d.hub_id = current_setting('app.organisation_id')::uuid
    AND d.withdrawn_at IS NULL AND p_today BETWEEN d.starts_on AND d.ends_on;
$$;

-- delegated_order tells what a hub follows: counts, never an amount.
CREATE FUNCTION delegated_order(p_id uuid, p_today date)
RETURNS TABLE (number text, title text, state text, public_cible text, documents text, valid_until date, accepted_structures text, perimeter_codes text[], entries smallint[],
  carnets int, cheques_per_carnet smallint, in_stock int, handed_over int, started int, cheques_used int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.number, o.title, o.state, o.public_cible, o.documents_to_bring, o.valid_until, o.accepted_structures, o.perimeter_codes, o.entries,
    o.carnets, o.cheques_per_carnet, k.in_stock, k.handed_over, u.started, u.used
  FROM live_delegation(p_id, p_today) d
  JOIN orders o ON o.commanditaire_id = d.commanditaire_id AND o.id = d.order_id
  CROSS JOIN LATERAL (SELECT (count(*) FILTER (WHERE c.state = 'stock'))::int AS in_stock, (count(*) FILTER (WHERE c.handed_over_at IS NOT NULL))::int AS handed_over
    FROM carnets c WHERE c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id) k
  CROSS JOIN LATERAL (SELECT count(DISTINCT r.carnet_id)::int AS started, count(*)::int AS used
    FROM redemptions r WHERE r.commanditaire_id = o.commanditaire_id AND r.order_id = o.id AND r.undone_at IS NULL) u;
$$;

-- delegated_points lists the points that hold, held or await carnets of it.
CREATE FUNCTION delegated_points(p_id uuid, p_today date)
RETURNS TABLE (point_id uuid, aiguilleur text, name text, town text, referent text, email text, phone text, opening_hours text, closed boolean,
  expected int, in_stock int, handed_over int, started int, last_handover timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH d AS (SELECT * FROM live_delegation(p_id, p_today)),
  used AS (SELECT DISTINCT r.carnet_id FROM d JOIN redemptions r ON r.commanditaire_id = d.commanditaire_id AND r.order_id = d.order_id WHERE r.undone_at IS NULL),
  held AS (
    SELECT c.point_id, (count(*) FILTER (WHERE c.state = 'stock'))::int AS in_stock, (count(*) FILTER (WHERE c.handed_over_at IS NOT NULL))::int AS handed_over,
      count(used.carnet_id)::int AS started, max(c.handed_over_at) AS last_handover
    FROM d JOIN carnets c ON c.commanditaire_id = d.commanditaire_id AND c.order_id = d.order_id LEFT JOIN used ON used.carnet_id = c.id
    WHERE c.point_id IS NOT NULL GROUP BY c.point_id),
  awaited AS (
    SELECT x.point_id, (sum(x.carnets) FILTER (WHERE x.received_at IS NULL))::int AS expected
    FROM d JOIN order_deliveries x ON x.commanditaire_id = d.commanditaire_id AND x.order_id = d.order_id GROUP BY x.point_id)
  SELECT p.id, g.name, p.name, p.town, p.referent_name, p.referent_email, p.phone, p.opening_hours, p.closed_at IS NOT NULL,
    coalesce(a.expected, 0), coalesce(h.in_stock, 0), coalesce(h.handed_over, 0), coalesce(h.started, 0), h.last_handover
  FROM held h FULL JOIN awaited a USING (point_id) JOIN points p ON p.id = point_id JOIN organisations g ON g.id = p.aiguilleur_id
  ORDER BY p.closed_at IS NOT NULL, g.name, p.name, p.id;
$$;

-- delegated_structures lists the structures that took its chèques, those its
-- commanditaire agreed to and, when every structure may, those of its territory.
CREATE FUNCTION delegated_structures(p_id uuid, p_today date, p_limit int)
RETURNS TABLE (structure_id uuid, name text, town text, places int, email text, agreed_at timestamptz, leaves_on date, cheques_used int, last_used date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH d AS (SELECT o.commanditaire_id, o.id AS order_id, o.accepted_structures, o.perimeter_codes
    FROM live_delegation(p_id, p_today) l JOIN orders o ON o.commanditaire_id = l.commanditaire_id AND o.id = l.order_id),
  used AS (SELECT r.structure_id, count(*)::int AS n, max(r.day) AS last FROM d JOIN redemptions r ON r.commanditaire_id = d.commanditaire_id AND r.order_id = d.order_id
    WHERE r.undone_at IS NULL GROUP BY r.structure_id),
  agreed AS (SELECT a.structure_id, a.agreed_at, a.ends_on FROM d JOIN agreements a ON a.commanditaire_id = d.commanditaire_id WHERE a.withdrawn_at IS NULL),
  near AS (SELECT DISTINCT p.structure_id FROM d JOIN places p ON p.published AND p.structure_id IS NOT NULL AND (d.perimeter_codes = '{}' OR d.perimeter_codes && p.ancestors)
    WHERE d.accepted_structures = 'toutes')
  SELECT o.id, o.name, o.town, s.places, s.email, agreed.agreed_at, agreed.ends_on, coalesce(used.n, 0), used.last
  FROM (SELECT structure_id FROM used UNION SELECT structure_id FROM agreed UNION SELECT structure_id FROM near) x
  JOIN organisations o ON o.id = x.structure_id
  LEFT JOIN used ON used.structure_id = o.id LEFT JOIN agreed ON agreed.structure_id = o.id
  CROSS JOIN LATERAL (SELECT count(*)::int AS places, coalesce(min(p.email) FILTER (WHERE p.email <> ''), '') AS email
    FROM places p WHERE p.structure_id = o.id AND p.published) s
  ORDER BY coalesce(used.n, 0) DESC, o.name, o.id LIMIT p_limit;
$$;

-- delegated_requests lists what structures asked of the commanditaire, when the
-- hub may answer.
CREATE FUNCTION delegated_requests(p_id uuid, p_today date)
RETURNS TABLE (id uuid, structure_id uuid, name text, town text, message text, asked_at timestamptz, places int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT q.id, q.structure_id, o.name, o.town, q.message, q.asked_at, (SELECT count(*) FROM places p WHERE p.structure_id = o.id AND p.published)::int
  FROM live_delegation(p_id, p_today) d
  JOIN affiliation_requests q ON q.commanditaire_id = d.commanditaire_id AND q.state = 'demandee'
  JOIN organisations o ON o.id = q.structure_id
  WHERE d.may_decide ORDER BY q.asked_at, q.id;
$$;

-- answer_delegated_request answers one of them for the commanditaire, and says
-- which structure asked; nothing when there is none to answer.
CREATE FUNCTION answer_delegated_request(p_id uuid, p_request uuid, p_accept boolean, p_reason text, p_account uuid, p_name text, p_now timestamptz, p_today date)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  d delegations;
  asked uuid;
BEGIN
  SELECT * INTO d FROM live_delegation(p_id, p_today) l WHERE l.may_decide;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE affiliation_requests q SET state = CASE WHEN p_accept THEN 'acceptee' ELSE 'refusee' END, decided_at = p_now, decided_by_name = p_name, hub_id = d.hub_id, reason = p_reason
  WHERE q.commanditaire_id = d.commanditaire_id AND q.id = p_request AND q.state = 'demandee'
  RETURNING q.structure_id INTO asked;
  IF NOT FOUND OR NOT p_accept THEN
    RETURN asked;
  END IF;
  INSERT INTO agreements AS a (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES (d.commanditaire_id, asked, p_now, p_account)
  ON CONFLICT (commanditaire_id, structure_id) DO UPDATE SET
    agreed_at = CASE WHEN a.withdrawn_at IS NULL THEN a.agreed_at ELSE excluded.agreed_at END,
    withdrawn_at = NULL, ends_on = NULL, ended_by = '', end_reason = '';
  RETURN asked;
END $$;

-- invite_proposal records an invitation, by the commanditaire or by the hub that
-- proposed under a delegation that lets it invite.
CREATE FUNCTION invite_proposal(p_commanditaire uuid, p_id uuid, p_token bytea, p_email text, p_name text, p_now timestamptz, p_today date)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE proposals x SET state = 'invitee', decided_at = p_now, decided_by_name = p_name, reason = '', token_hash = p_token, invited_email = p_email
  WHERE x.commanditaire_id = p_commanditaire AND x.id = p_id AND x.organisation_id IS NULL
    AND (x.commanditaire_id = current_setting('app.organisation_id')::uuid OR EXISTS (
      SELECT 1 FROM live_delegation(x.delegation_id, p_today) d WHERE d.commanditaire_id = x.commanditaire_id AND d.may_invite));
  RETURN FOUND;
END $$;

-- proposal_invitation tells who opens the link what is already known of them.
CREATE FUNCTION proposal_invitation(p_token bytea, p_now timestamptz)
RETURNS TABLE (commanditaire text, name text, siret text, contact_name text, email text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT g.name, x.name, x.siret, x.contact_name, x.invited_email FROM proposals x JOIN organisations g ON g.id = x.commanditaire_id
  WHERE x.token_hash = p_token AND x.state = 'invitee' AND x.organisation_id IS NULL AND x.decided_at > p_now - interval '90 days';
$$;

-- proposal_registered writes which organisation an invitation made.
CREATE FUNCTION proposal_registered(p_token bytea, p_organisation uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE proposals x SET organisation_id = p_organisation, registered_at = p_now
  WHERE x.token_hash = p_token AND x.state = 'invitee' AND x.organisation_id IS NULL;
  RETURN FOUND;
END $$;

-- asking_points lists the points that agreed to be shown and can give a carnet
-- of a live order today, the nearest first; neither how many, nor who answers.
CREATE FUNCTION asking_points(p_latitude double precision, p_longitude double precision, p_ancestors text[], p_today date, p_limit int)
RETURNS TABLE (point_id uuid, name text, organisation text, street text, complement text, postal_code text, town text, insee text, latitude double precision, longitude double precision,
  phone text, opening_hours text, note text, orders jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.name, g.name, p.street, p.complement, p.postal_code, p.town, p.insee, p.latitude, p.longitude, p.phone, p.opening_hours, p.public_note, live.list
  FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('commanditaire', c.name, 'public', o.public_cible, 'documents', o.documents_to_bring) ORDER BY c.name, o.id) AS list
    FROM orders o JOIN organisations c ON c.id = o.commanditaire_id
    WHERE o.announced AND o.state = 'active' AND o.handover_blocked_at IS NULL AND o.closing_at IS NULL AND o.valid_until >= p_today
      AND (o.commanditaire_id, o.id) IN (SELECT k.commanditaire_id, k.order_id FROM carnets k WHERE k.aiguilleur_id = p.aiguilleur_id AND k.point_id = p.id AND k.state = 'stock')
  ) live
  WHERE p.is_public AND p.closed_at IS NULL AND g.suspended_at IS NULL AND live.list IS NOT NULL
    AND (p_ancestors = '{}' OR p_ancestors && p.ancestors)
  ORDER BY power(p.latitude - p_latitude, 2) + power((p.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST, p.name, p.id
  LIMIT p_limit;
$$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) OWNER TO passnum_redeemer;
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) SET plan_cache_mode = force_generic_plan; -- as before: everything in it is read by key
ALTER FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) SET enable_seqscan = off;
ALTER FUNCTION delegated_order(uuid, date) OWNER TO passnum_redeemer;
ALTER FUNCTION delegated_points(uuid, date) OWNER TO passnum_redeemer;
ALTER FUNCTION delegated_structures(uuid, date, int) OWNER TO passnum_redeemer;
ALTER FUNCTION delegated_requests(uuid, date) OWNER TO passnum_redeemer;
ALTER FUNCTION answer_delegated_request(uuid, uuid, boolean, text, uuid, text, timestamptz, date) OWNER TO passnum_redeemer;
ALTER FUNCTION leave_agreement(uuid, date, text) OWNER TO passnum_redeemer;
ALTER FUNCTION invite_proposal(uuid, uuid, bytea, text, text, timestamptz, date) OWNER TO passnum_redeemer;
ALTER FUNCTION proposal_invitation(bytea, timestamptz) OWNER TO passnum_redeemer;
ALTER FUNCTION proposal_registered(bytea, uuid, timestamptz) OWNER TO passnum_redeemer;
ALTER FUNCTION asking_points(double precision, double precision, text[], date, int) OWNER TO passnum_redeemer;
ALTER FUNCTION own_use_allowed(text, uuid, uuid, smallint, uuid, text) OWNER TO passnum_redeemer;
ALTER FUNCTION live_delegation(uuid, date) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cheque_facts(uuid, uuid, uuid, smallint[]) TO passnum_org;

REVOKE ALL ON FUNCTION own_use_allowed(text, uuid, uuid, smallint, uuid, text), live_delegation(uuid, date), delegated_order(uuid, date), delegated_points(uuid, date),
  delegated_structures(uuid, date, int), delegated_requests(uuid, date), answer_delegated_request(uuid, uuid, boolean, text, uuid, text, timestamptz, date),
  leave_agreement(uuid, date, text), invite_proposal(uuid, uuid, bytea, text, text, timestamptz, date), proposal_invitation(bytea, timestamptz),
  proposal_registered(bytea, uuid, timestamptz), asking_points(double precision, double precision, text[], date, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delegated_order(uuid, date), delegated_points(uuid, date), delegated_structures(uuid, date, int), delegated_requests(uuid, date),
  answer_delegated_request(uuid, uuid, boolean, text, uuid, text, timestamptz, date), leave_agreement(uuid, date, text),
  invite_proposal(uuid, uuid, bytea, text, text, timestamptz, date) TO passnum_org;
GRANT EXECUTE ON FUNCTION proposal_invitation(bytea, timestamptz), proposal_registered(bytea, uuid, timestamptz) TO passnum_identity;
GRANT EXECUTE ON FUNCTION asking_points(double precision, double precision, text[], date, int) TO passnum_public, passnum_org;
