-- What was scanned without network, and the disputes it may open
-- (docs/decisions/late-claims.md). Trust in a phone's word is bounded by the
-- order: how old a scan may be, and how many chèques a device may claim a day.
ALTER TABLE orders
  ADD COLUMN late_days smallint NOT NULL DEFAULT 7 CONSTRAINT orders_late_days CHECK (late_days BETWEEN 0 AND 31),
  ADD COLUMN late_cap smallint NOT NULL DEFAULT 20 CONSTRAINT orders_late_cap CHECK (late_cap BETWEEN 0 AND 1000);
GRANT INSERT (late_days, late_cap), UPDATE (late_days, late_cap) ON orders TO passnum_org;

-- What a structure's claims came from: a browser by the identifier it made, a
-- paired device or an API token by theirs.
CREATE TABLE late_devices (
  structure_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('navigateur', 'appareil', 'jeton')),
  agent text NOT NULL DEFAULT '',
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  account_id uuid,
  account_name text NOT NULL DEFAULT '',
  revoked_at timestamptz,
  revoked_by uuid,
  revoked_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (structure_id, id)
);
SELECT passnum.protect('late_devices', '{structure_id}', '{}', '{structure_id}', 'SELECT, UPDATE');
REVOKE UPDATE ON late_devices FROM passnum_org;
GRANT UPDATE (revoked_at, revoked_by, revoked_by_name) ON late_devices TO passnum_org;
SELECT passnum.door('late_devices', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

-- Chèques of an order that a device claimed late, by day of scan. The row whose
-- device is the structure itself counts all of them: a browser's identifier is
-- its own to change.
CREATE TABLE late_claim_days (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  structure_id uuid NOT NULL,
  device_id uuid NOT NULL,
  day date NOT NULL,
  claimed int NOT NULL CHECK (claimed >= 0),
  PRIMARY KEY (commanditaire_id, order_id, structure_id, device_id, day),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
SELECT passnum.protect('late_claim_days', '{commanditaire_id,structure_id}', '{}', '{}', 'SELECT');
SELECT passnum.door('late_claim_days', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

-- One chèque of a late claim that was refused for a reason the person could not
-- foresee, with what is needed to redeem it if the operator accepts.
CREATE TABLE disputes (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  structure_id uuid NOT NULL,
  request_id uuid NOT NULL,
  order_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  cheque_id uuid NOT NULL,
  serial text NOT NULL,
  rank smallint NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  reason text NOT NULL CHECK (reason IN ('already_redeemed', 'expired', 'blocked', 'not_handed_over', 'not_activated',
    'out_of_territory', 'service_not_covered', 'structure_not_accepted', 'late_cap', 'late_too_old', 'device_revoked')),
  message text NOT NULL,
  judged_on date NOT NULL,
  scanned_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  clock_seconds int NOT NULL DEFAULT 0, -- by how much the device's clock was wrong, when it was corrected
  device_id uuid NOT NULL,
  place_id uuid NOT NULL,
  insee text NOT NULL,
  account_id uuid,
  account_name text NOT NULL DEFAULT '',
  mode text NOT NULL CHECK (mode IN ('individuel', 'collectif')),
  entries smallint[] NOT NULL CHECK (cardinality(entries) > 0),
  duration_minutes smallint,
  price_cents bigint,
  first_visit boolean,
  explanation text NOT NULL DEFAULT '',
  explained_at timestamptz,
  explained_by_name text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'ouvert' CHECK (state IN ('ouvert', 'accepte', 'rejete', 'retire')),
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  decision text NOT NULL DEFAULT '',
  redemption_id uuid,
  told_at timestamptz, -- when the structure was written to
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, cheque_id) REFERENCES cheques,
  FOREIGN KEY (commanditaire_id, redemption_id) REFERENCES redemptions,
  CONSTRAINT disputes_settled CHECK ((state = 'ouvert') = (decided_at IS NULL)),
  CONSTRAINT disputes_accepted_is_redeemed CHECK ((state = 'accepte') = (redemption_id IS NOT NULL)),
  CONSTRAINT disputes_say_why CHECK (state NOT IN ('accepte', 'rejete') OR decision <> '')
);
CREATE UNIQUE INDEX disputes_id ON disputes (id);
CREATE UNIQUE INDEX disputes_redemption_once ON disputes (commanditaire_id, redemption_id) WHERE redemption_id IS NOT NULL;
-- Sending a chèque again does not dispute it twice.
CREATE UNIQUE INDEX disputes_one_open ON disputes (commanditaire_id, cheque_id, structure_id) WHERE state = 'ouvert';
CREATE INDEX disputes_structure ON disputes (structure_id, received_at DESC);
CREATE INDEX disputes_open ON disputes (received_at) WHERE state = 'ouvert';
CREATE INDEX disputes_untold ON disputes (structure_id) WHERE told_at IS NULL;
SELECT passnum.protect('disputes', '{structure_id,commanditaire_id}', '{}', '{structure_id}', 'SELECT, UPDATE');
-- A structure explains or gives up; only the operator decides.
REVOKE UPDATE ON disputes FROM passnum_org;
GRANT UPDATE (explanation, explained_at, explained_by_name, state, decided_at, decided_by, decided_by_name) ON disputes TO passnum_org;
CREATE POLICY only_gives_up ON disputes AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state = 'ouvert') WITH CHECK (state IN ('ouvert', 'retire'));
SELECT passnum.door('disputes', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

-- claim_late is redeem_codes for a scan made without network: each chèque is
-- judged on the day it was scanned when its order still believes it, on today
-- otherwise, and counted against the order's cap when p_counted. What is written,
-- and dated, is written today. It tells of each chèque it did not claim on which
-- day it was judged, and whether the cap alone refused it.
CREATE FUNCTION claim_late(
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

-- count_late counts one chèque against an order's cap, for a device and for the
-- whole structure; false, and nothing counted, when one of them is reached.
CREATE FUNCTION count_late(p_commanditaire uuid, p_order uuid, p_browser uuid, p_day date, p_cap int)
RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  INSERT INTO late_claim_days AS t (commanditaire_id, order_id, structure_id, device_id, day, claimed)
  SELECT p_commanditaire, p_order, me, p_browser, p_day, 1 WHERE p_cap > 0
  ON CONFLICT (commanditaire_id, order_id, structure_id, device_id, day) DO UPDATE SET claimed = t.claimed + 1 WHERE t.claimed < p_cap;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO late_claim_days AS t (commanditaire_id, order_id, structure_id, device_id, day, claimed)
  VALUES (p_commanditaire, p_order, me, me, p_day, 1)
  ON CONFLICT (commanditaire_id, order_id, structure_id, device_id, day) DO UPDATE SET claimed = t.claimed + 1 WHERE t.claimed < 10 * p_cap;
  IF NOT FOUND THEN
    UPDATE late_claim_days SET claimed = claimed - 1
    WHERE commanditaire_id = p_commanditaire AND order_id = p_order AND structure_id = me AND device_id = p_browser AND day = p_day;
    RETURN false;
  END IF;
  RETURN true;
END $$;

-- open_disputes opens the disputes of a claim just answered. Codes are proved by
-- their hashes again, so that nothing but a code ever leads to its chèque; an
-- open dispute of the structure about the same chèque stands for the new one.
CREATE FUNCTION open_disputes(
  p_request uuid, p_hashes bytea[], p_ids uuid[], p_reasons text[], p_messages text[], p_judged date[],
  p_now timestamptz, p_scanned_at timestamptz, p_clock int, p_browser uuid, p_place uuid, p_account uuid, p_actor_name text,
  p_mode text, p_entries smallint[], p_duration smallint, p_price bigint, p_first_visit boolean)
RETURNS TABLE (opened uuid, standing uuid, owner uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  INSERT INTO disputes (commanditaire_id, id, structure_id, request_id, order_id, carnet_id, cheque_id, serial, rank, amount_cents,
    reason, message, judged_on, scanned_at, received_at, clock_seconds, device_id, place_id, insee, account_id, account_name,
    mode, entries, duration_minutes, price_cents, first_visit)
  SELECT c.commanditaire_id, u.id, me, q.id, c.order_id, c.carnet_id, c.id, k.serial, c.rank, c.face_value_cents,
    u.reason, u.message, u.judged, p_scanned_at, p_now, p_clock, p_browser, p_place, p.insee, p_account, p_actor_name,
    p_mode, p_entries, p_duration, p_price, p_first_visit
  FROM unnest(p_hashes, p_ids, p_reasons, p_messages, p_judged) AS u(hash, id, reason, message, judged)
  JOIN cheque_codes h ON h.code_hash = u.hash
  JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id
  JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
  JOIN redemption_requests q ON q.structure_id = me AND q.id = p_request AND q.at = p_now
  JOIN places p ON p.id = p_place AND p.structure_id = me
  ORDER BY c.commanditaire_id, c.id
  ON CONFLICT DO NOTHING;
  RETURN QUERY
  SELECT u.id, d.id, d.commanditaire_id
  FROM unnest(p_hashes, p_ids) AS u(hash, id)
  JOIN cheque_codes h ON h.code_hash = u.hash
  JOIN disputes d ON d.commanditaire_id = h.commanditaire_id AND d.cheque_id = h.cheque_id AND d.structure_id = me AND d.state = 'ouvert';
END $$;

-- dispute_obstacle is why an open dispute cannot be accepted: the rules of
-- redeeming but for the one in dispute, and never a chèque already paid nor one
-- whose value left circulation (expired, blocked). Empty when it can; NULL when it is not open, or
-- not the caller's.
CREATE FUNCTION dispute_obstacle(p_commanditaire uuid, p_dispute uuid)
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

-- accept_disputes redeems the chèques of one claim whose disputes the operator
-- accepts, as a séance of their own dated when it was given, and says which it
-- redeemed. The chèque's row, under its lock, decides: whoever else takes it
-- came before, and is an obstacle, or finds it taken.
CREATE FUNCTION accept_disputes(
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

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname IN ('claim_late', 'count_late', 'open_disputes', 'dispute_obstacle', 'accept_disputes') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    CONTINUE WHEN f::text LIKE 'count_late(%';
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', f,
      CASE WHEN f::text LIKE 'accept_disputes(%' THEN 'passnum_platform' WHEN f::text LIKE 'dispute_obstacle(%' THEN 'passnum_org, passnum_platform' ELSE 'passnum_org' END);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
