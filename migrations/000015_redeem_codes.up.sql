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
  throttled boolean;
  indexes int[];
  commanditaires uuid[];
  cheques uuid[];
  hashes text[];
  ids uuid[];
  transactions uuid[];
  claimed jsonb;
BEGIN
  SELECT coalesce(array_agg(p.id ORDER BY p.created_at, p.id), '{}') INTO own FROM places p WHERE p.structure_id = me;
  place := coalesce(p_place, CASE WHEN cardinality(own) = 1 THEN own[1] END);
  IF place IS NULL OR place <> ALL (own) THEN
    RETURN jsonb_build_object('places', own);
  END IF;

  -- In the order of the keys, so that two requests cannot wait for each other.
  SELECT coalesce(bool_or(f.throttled), false),
    coalesce(array_agg(u.index ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}'),
    coalesce(array_agg(f.commanditaire_id ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}'),
    coalesce(array_agg(f.cheque_id ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}'),
    coalesce(array_agg(encode(f.hash, 'hex') ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}'),
    coalesce(array_agg(p_ids[u.index + 1] ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}'),
    coalesce(array_agg(p_transactions[u.index + 1] ORDER BY f.commanditaire_id, f.cheque_id, u.index) FILTER (WHERE u.index IS NOT NULL), '{}')
  INTO throttled, indexes, commanditaires, cheques, hashes, ids, transactions
  FROM find_cheques(p_hashes, p_subjects, p_limits, p_since) f
  LEFT JOIN unnest(p_hashes, p_indexes) AS u(hash, index) ON u.hash = f.hash;
  IF throttled THEN
    RETURN jsonb_build_object('place', place, 'throttled', true);
  END IF;

  claimed := redeem(p_key, p_hash, p_request, place, p_account, p_actor_name, p_request_id, p_device, p_now, p_today, p_given_at,
    p_mode, p_entries, p_price, p_duration, p_first_visit, indexes, commanditaires, cheques, ids, transactions);
  RETURN jsonb_build_object('place', place, 'claimed', claimed, 'found',
    CASE WHEN jsonb_array_length(claimed) < cardinality(p_ids) THEN (
      SELECT jsonb_agg(jsonb_build_object('hash', h, 'commanditaire', c, 'cheque', q)) FROM unnest(hashes, commanditaires, cheques) AS x(h, c, q)) END);
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
    WHERE n.nspname = 'public' AND p.proname IN ('redeem_codes', 'redeem', 'find_cheques', 'cheque_facts', 'undo_redemption') LOOP
    EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', f);
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', f);
  END LOOP;
END $$;
