-- redeem_codes is redeeming in one round trip: it looks the codes up, finds the
-- caller's place and claims. It answers « places » alone when the place is to be
-- corrected, « throttled » when the caller guesses, else the place, what was
-- claimed and, unless everything was, which codes name a chèque. p_indexes says
-- which code of the request each hash comes from; ids are one per code.
CREATE FUNCTION redeem_codes(
  p_hashes bytea[], p_indexes int[], p_subjects text[], p_limits int[], p_since timestamptz,
  p_key text, p_hash bytea, p_request uuid, p_place uuid, p_account uuid, p_actor_name text, p_request_id text, p_device text,
  p_now timestamptz, p_today date, p_given_at timestamptz, p_mode text, p_entries smallint[],
  p_price bigint, p_duration smallint, p_first_visit boolean, p_ids uuid[], p_transactions uuid[])
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f constant regprocedure := 'redeem_codes(bytea[], int[], text[], int[], timestamptz, text, bytea, uuid, uuid, uuid, text, text, text, timestamptz, date, timestamptz, text, smallint[], bigint, smallint, boolean, uuid[], uuid[])'::regprocedure;
BEGIN
  EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org', f);
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;

-- Everything here reads by key. A session that plans while a table is small, or
-- was never analysed, would otherwise keep scanning it whole (foreign key checks
-- included) as it grows; and planning anew at each call costs as much as running.
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname IN ('redeem_codes', 'find_cheques', 'cheque_facts', 'undo_redemption') LOOP
    EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', f);
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', f);
  END LOOP;
END $$;
