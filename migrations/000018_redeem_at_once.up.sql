-- Redeeming in three statements: find the place, claim each chèque, write all
-- the rest at once (séance, redemptions, one balanced ledger transaction per
-- order, journal row, answer kept for retries); docs/decisions/redeem-at-once.md.
-- The signature, the answer and what each row holds are those of before, and
-- redeem is folded in. Joins other than nested loops are turned off because
-- everything is read by key: planned while tables are small, a merge would read
-- them whole later.
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

DROP FUNCTION redeem;
