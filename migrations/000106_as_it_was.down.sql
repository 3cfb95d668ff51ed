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

CREATE OR REPLACE FUNCTION own_use_allowed(p_rule text, p_commanditaire uuid, p_carnet uuid, p_rank smallint, p_structure uuid, p_insee text)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN p_rule = 'acceptee' OR NOT EXISTS (
    SELECT 1 FROM handover_cheques g
    JOIN handovers h ON h.commanditaire_id = g.commanditaire_id AND h.id = g.handover_id
    JOIN points t ON t.aiguilleur_id = h.aiguilleur_id AND t.id = h.point_id
    WHERE g.commanditaire_id = p_commanditaire AND g.carnet_id = p_carnet AND g.rank = p_rank AND g.aiguilleur_id = p_structure
      AND (p_rule = 'refusee' OR t.insee = p_insee));
END $$;

DROP FUNCTION agreed_on(timestamptz, date, text, date);
DROP TRIGGER handover_place ON handovers;
DROP FUNCTION handover_place();
ALTER TABLE handovers DROP COLUMN insee;
