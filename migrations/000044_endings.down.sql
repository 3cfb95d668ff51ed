-- Nothing can be closed or expired any more, what was stays.
DROP TABLE refunds, closings, ending_reminders, ending_steps, expiries;
DROP FUNCTION hand_overs_stopped(uuid, uuid), ending_open(uuid, uuid), revive_value(uuid[], uuid[], uuid[], bigint[], uuid, timestamptz, date, uuid);
REVOKE UPDATE (updated_at) ON orders FROM passnum_redeemer;
DROP POLICY not_by_themselves ON orders;
CREATE POLICY not_by_themselves ON orders AS RESTRICTIVE FOR UPDATE TO passnum_org USING (true)
  WITH CHECK (state NOT IN ('fonds_attestes', 'active'));
ALTER TABLE orders DROP CONSTRAINT orders_closed_after_statement, DROP COLUMN handover_blocked_at, DROP COLUMN closing_at, DROP COLUMN printed_until;
ALTER TABLE orders DROP CONSTRAINT orders_state_check;
ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state IN (
  'brouillon', 'devis', 'signee', 'cadrage', 'bat_propose', 'bat_valide',
  'fabrication', 'expediee', 'livree', 'fonds_attestes', 'active', 'annulee'));

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
    SELECT c.commanditaire_id, c.id, c.order_id, o.late_cap,
      CASE WHEN p_scan_day BETWEEN p_today - o.late_days AND p_today THEN p_scan_day ELSE p_today END AS judged INTO known
    FROM cheque_codes h
    JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
    JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
    WHERE h.code_hash = p_hashes[i];
    CONTINUE WHEN NOT FOUND;
    UPDATE cheques c SET state = 'utilise'
    FROM orders o, carnets k
    WHERE c.commanditaire_id = known.commanditaire_id AND c.id = known.id AND c.state = 'actif' AND c.accepted_until >= known.judged
      AND NOT gone AND area IS NOT NULL
      AND o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id AND o.state = 'active'
      AND (o.perimeter_codes = '{}' OR o.perimeter_codes && area)
      AND (o.entries IS NULL OR p_entries <@ o.entries)
      AND (o.accepted_structures = 'toutes' OR EXISTS (
        SELECT 1 FROM agreements a WHERE a.commanditaire_id = c.commanditaire_id AND a.structure_id = me AND a.withdrawn_at IS NULL))
      AND k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id AND k.state NOT IN ('bloque', 'retourne', 'perime')
    RETURNING c.commanditaire_id, c.id, c.order_id, c.carnet_id, k.serial, c.rank, c.face_value_cents, p_indexes[i] AS index INTO cheque;
    taken := FOUND;
    capped := taken AND p_counted AND NOT count_late(known.commanditaire_id, known.order_id, p_browser, known.judged, known.late_cap);
    IF capped OR NOT taken THEN
      IF capped THEN
        UPDATE cheques c SET state = 'actif' WHERE c.commanditaire_id = known.commanditaire_id AND c.id = known.id;
      END IF;
      left_out := left_out || jsonb_build_object('index', p_indexes[i], 'commanditaire', known.commanditaire_id, 'cheque', known.id,
        'judged', known.judged, 'capped', capped);
      CONTINUE;
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
    WHEN c.state IN ('perime', 'credite') OR k.state = 'perime' THEN 'expired'
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

CREATE OR REPLACE FUNCTION accept_disputes(
  p_disputes uuid[], p_seance uuid, p_hash bytea, p_ids uuid[], p_transactions uuid[],
  p_now timestamptz, p_today date, p_account uuid, p_actor_name text, p_request_id text, p_device text, p_decision text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  d record;
  first record;
  position int := 0;
  claimed jsonb := '[]';
  payers uuid[] := '{}';
  paying uuid[] := '{}';
  sums bigint[] := '{}';
  transactions uuid[] := '{}';
  parties uuid[] := '{}';
  accepted uuid[] := '{}';
  redeemed uuid[] := '{}';
  spot int;
BEGIN
  PERFORM 1 FROM disputes x WHERE x.id = ANY (p_disputes) AND x.state = 'ouvert' ORDER BY x.id FOR UPDATE;
  PERFORM 1 FROM disputes x JOIN cheques c ON c.commanditaire_id = x.commanditaire_id AND c.id = x.cheque_id
  WHERE x.id = ANY (p_disputes) ORDER BY c.commanditaire_id, c.id FOR NO KEY UPDATE OF c;
  SELECT x.* INTO first FROM disputes x WHERE x.id = ANY (p_disputes) AND x.state = 'ouvert' ORDER BY x.id LIMIT 1;
  FOR d IN
    SELECT x.* FROM disputes x
    WHERE x.id = ANY (p_disputes) AND x.state = 'ouvert' AND x.structure_id = first.structure_id AND x.request_id = first.request_id
      AND dispute_obstacle(x.commanditaire_id, x.id) = ''
    ORDER BY x.id
  LOOP
    UPDATE cheques c SET state = 'utilise' WHERE c.commanditaire_id = d.commanditaire_id AND c.id = d.cheque_id AND c.state = 'actif';
    CONTINUE WHEN NOT FOUND;
    position := position + 1;
    accepted := accepted || d.id;
    redeemed := redeemed || p_ids[position];
    claimed := claimed || jsonb_build_object('index', position - 1, 'id', p_ids[position], 'serial', d.serial, 'rank', d.rank, 'cents', d.amount_cents);
    IF d.commanditaire_id <> ALL (parties) THEN
      parties := parties || d.commanditaire_id;
    END IF;
    spot := array_position(paying, d.order_id);
    IF spot IS NULL THEN
      payers := payers || d.commanditaire_id;
      paying := paying || d.order_id;
      sums := sums || d.amount_cents;
      transactions := transactions || p_transactions[position];
    ELSE
      sums[spot] := sums[spot] + d.amount_cents;
    END IF;
  END LOOP;
  IF position = 0 THEN
    RETURN claimed;
  END IF;

  INSERT INTO seances (commanditaire_id, id, structure_id, place_id, account_id, at, given_at, mode, entries, duration_minutes, price_cents, first_visit, insee)
  SELECT unnest(parties), p_seance, first.structure_id, first.place_id, first.account_id, p_now,
    CASE WHEN first.scanned_at < first.received_at - interval '31 days' THEN first.received_at ELSE first.scanned_at END, first.mode, first.entries,
    first.duration_minutes, first.price_cents, first.first_visit, first.insee;
  INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day, account_id)
  SELECT x.commanditaire_id, u.redemption, x.cheque_id, x.carnet_id, x.order_id, p_seance, x.structure_id, x.place_id, x.serial, x.rank, x.amount_cents, p_now, p_today, p_account
  FROM unnest(accepted, redeemed) AS u(dispute, redemption) JOIN disputes x ON x.id = u.dispute;
  INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
  SELECT unnest(payers), unnest(transactions), 'redemption', p_seance, unnest(paying), first.structure_id, p_now, p_today, p_account;
  INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
  SELECT unnest(payers), unnest(transactions), 1, unnest(paying), first.structure_id, 'circulation', 'payable', unnest(sums);
  INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
  VALUES (p_seance, p_now, 'encaissement', 'seance', p_seance, parties || first.structure_id, p_account, p_actor_name, NULL, p_request_id, p_device, claimed);
  INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, account_id, place_id, claimed, refused)
  VALUES (first.structure_id, 'litige:' || accepted[1], p_hash, p_seance, p_now, p_account, first.place_id, claimed, '[]');
  UPDATE disputes x SET state = 'accepte', decided_at = p_now, decided_by = p_account, decided_by_name = p_actor_name, decision = p_decision, redemption_id = u.redemption
  FROM unnest(accepted, redeemed) AS u(dispute, redemption) WHERE x.id = u.dispute;
  RETURN claimed;
END $$;

CREATE OR REPLACE FUNCTION undo_redemption(p_commanditaire uuid, p_id uuid, p_transaction uuid, p_account uuid, p_reason text, p_now timestamptz, p_today date)
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

CREATE OR REPLACE FUNCTION open_cheques(p_commanditaire uuid, p_handover uuid)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  given record;
  opened int;
BEGIN
  SELECT h.carnet_id, h.ranks, k.accepted_until INTO given
  FROM handovers h JOIN carnets k ON k.commanditaire_id = h.commanditaire_id AND k.id = h.carnet_id
  WHERE h.commanditaire_id = p_commanditaire AND h.id = p_handover AND h.aiguilleur_id = me AND h.undone_at IS NULL
    AND k.aiguilleur_id = me AND k.state = 'remis';
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH opened AS (
    UPDATE cheques SET state = 'actif', accepted_until = given.accepted_until
    WHERE commanditaire_id = p_commanditaire AND carnet_id = given.carnet_id AND state = 'inactif'
      AND (given.ranks IS NULL OR rank = ANY (given.ranks))
    RETURNING rank
  )
  INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
  SELECT p_commanditaire, given.carnet_id, rank, p_handover, me FROM opened;
  GET DIAGNOSTICS opened = ROW_COUNT;
  RETURN opened;
END $$;
