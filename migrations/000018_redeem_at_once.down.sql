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
        AND k.commanditaire_id = p_commanditaires[i] AND k.id = c.carnet_id AND k.state NOT IN ('bloque', 'retourne', 'perime')
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

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f constant regprocedure := 'redeem(text, bytea, uuid, uuid, uuid, text, text, text, timestamptz, date, timestamptz, text, smallint[], bigint, smallint, boolean, int[], uuid[], uuid[], uuid[], uuid[])'::regprocedure;
BEGIN
  EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org', f);
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;

CREATE OR REPLACE FUNCTION redeem_codes(
  p_hashes bytea[], p_indexes int[], p_subjects text[], p_limits int[], p_since timestamptz,
  p_key text, p_hash bytea, p_request uuid, p_place uuid, p_account uuid, p_actor_name text, p_request_id text, p_device text,
  p_now timestamptz, p_today date, p_given_at timestamptz, p_mode text, p_entries smallint[],
  p_price bigint, p_duration smallint, p_first_visit boolean, p_ids uuid[], p_transactions uuid[])
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  own uuid[];
  place uuid;
  cheque record;
  indexes int[] := '{}';
  commanditaires uuid[] := '{}';
  cheques uuid[] := '{}';
  ids uuid[] := '{}';
  transactions uuid[] := '{}';
  found_codes jsonb := '[]';
  claimed jsonb;
BEGIN
  own := ARRAY(SELECT p.id FROM places p WHERE p.structure_id = me ORDER BY p.created_at, p.id);
  place := coalesce(p_place, CASE WHEN cardinality(own) = 1 THEN own[1] END);
  IF place IS NULL OR place <> ALL (own) THEN
    RETURN jsonb_build_object('places', own);
  END IF;
  -- The same rule as find_cheques, without the cost of another call.
  IF EXISTS (
    SELECT 1 FROM unnest(p_subjects, p_limits) AS s(subject, cap)
    WHERE (SELECT coalesce(sum(t.tries), 0) FROM failed_tries t WHERE t.subject = s.subject AND t.window_start >= p_since) >= s.cap
  ) THEN
    RETURN jsonb_build_object('place', place, 'throttled', true);
  END IF;

  -- In the order of the keys, so that two requests cannot wait for each other.
  FOR cheque IN
    SELECT u.index, c.code_hash, c.commanditaire_id, c.cheque_id
    FROM unnest(p_hashes, p_indexes) AS u(hash, index) JOIN cheque_codes c ON c.code_hash = u.hash
    ORDER BY c.commanditaire_id, c.cheque_id, u.index
  LOOP
    indexes := indexes || cheque.index;
    commanditaires := commanditaires || cheque.commanditaire_id;
    cheques := cheques || cheque.cheque_id;
    ids := ids || p_ids[cheque.index + 1];
    transactions := transactions || p_transactions[cheque.index + 1];
  END LOOP;

  claimed := redeem(p_key, p_hash, p_request, place, p_account, p_actor_name, p_request_id, p_device, p_now, p_today, p_given_at,
    p_mode, p_entries, p_price, p_duration, p_first_visit, indexes, commanditaires, cheques, ids, transactions);
  IF jsonb_array_length(claimed) = cardinality(p_ids) THEN
    RETURN jsonb_build_object('place', place, 'claimed', claimed);
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('index', i, 'commanditaire', c, 'cheque', q)), '[]') INTO found_codes
  FROM unnest(indexes, commanditaires, cheques) AS x(i, c, q);
  RETURN jsonb_build_object('place', place, 'claimed', claimed, 'found', found_codes);
END $$;
