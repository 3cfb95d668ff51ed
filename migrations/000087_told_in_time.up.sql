-- For which last day a delegation's two sides were told that it comes; another
-- last day is told again.
ALTER TABLE delegations ADD COLUMN reminded_for date;

-- book_workshop as before, but for the carnets that the structure of the atelier
-- handed over itself: it answers « remis » when their order does not want them
-- there, since their chèques would be refused on the day.
CREATE OR REPLACE FUNCTION book_workshop(p_workshop uuid, p_serial text, p_id uuid, p_code bytea, p_point uuid, p_wait boolean, p_now timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := nullif(current_setting('app.organisation_id', true), '')::uuid;
  session record;
  card record;
  day date;
  free boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('carnet ' || p_serial, 0));
  SELECT w.structure_id, w.starts_at, w.cancelled_at, w.seats, w.taken, w.cheques, w.entries, p.ancestors, p.insee INTO session
  FROM workshops w JOIN places p ON p.structure_id = w.structure_id AND p.id = w.place_id
  JOIN structures s ON s.organisation_id = w.structure_id AND s.state = 'qualifiee'
  WHERE w.id = p_workshop AND w.published FOR UPDATE OF w;
  IF NOT FOUND THEN
    RETURN 'introuvable';
  ELSIF session.cancelled_at IS NOT NULL THEN
    RETURN 'annule';
  ELSIF session.starts_at <= p_now THEN
    RETURN 'passe';
  END IF;
  day := (session.starts_at AT TIME ZONE 'Europe/Paris')::date;
  SELECT k.commanditaire_id, k.id, o.perimeter_codes, o.entries, o.accepted_structures, l.live, l.welcome
  INTO card
  FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id AND o.state = 'active'
  CROSS JOIN LATERAL (
    SELECT count(*) AS live, count(*) FILTER (WHERE o.own_handovers = 'acceptee'
      OR own_use_allowed(o.own_handovers, c.commanditaire_id, c.carnet_id, c.rank, session.structure_id, session.insee)) AS welcome
    FROM cheques c WHERE c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'actif' AND c.accepted_until >= day) l
  WHERE k.serial = p_serial AND k.state NOT IN ('bloque', 'retourne', 'perime') LIMIT 1;
  IF NOT FOUND OR card.live = 0 THEN
    RETURN 'inconnu';
  ELSIF EXISTS (SELECT 1 FROM workshop_bookings b WHERE b.workshop_id = p_workshop AND b.commanditaire_id = card.commanditaire_id
      AND b.carnet_id = card.id AND b.state <> 'annule') THEN
    RETURN 'deja';
  ELSIF NOT ((card.perimeter_codes = '{}' OR card.perimeter_codes && session.ancestors)
      AND (card.entries IS NULL OR session.entries <@ card.entries)
      AND (card.accepted_structures = 'toutes' OR EXISTS (SELECT 1 FROM agreements a
        WHERE a.commanditaire_id = card.commanditaire_id AND a.structure_id = session.structure_id AND a.withdrawn_at IS NULL))) THEN
    RETURN 'refuse';
  ELSIF card.welcome < card.live AND card.welcome < session.cheques THEN
    RETURN 'remis';
  ELSIF session.cheques + (SELECT coalesce(sum(b.cheques), 0) FROM workshop_bookings b
      JOIN workshops w ON w.structure_id = b.structure_id AND w.id = b.workshop_id AND w.cancelled_at IS NULL AND w.starts_at > p_now
      WHERE b.commanditaire_id = card.commanditaire_id AND b.carnet_id = card.id AND b.state <> 'annule') > card.welcome THEN
    RETURN 'cheques';
  END IF;
  free := session.taken < session.seats;
  IF NOT free AND NOT p_wait THEN
    RETURN 'complet';
  END IF;
  INSERT INTO workshop_bookings (structure_id, id, workshop_id, booker_id, point_id, commanditaire_id, carnet_id, serial, cheques, state, code_hash, booked_at)
  VALUES (session.structure_id, p_id, p_workshop, me, CASE WHEN me IS NOT NULL THEN p_point END, card.commanditaire_id, card.id, p_serial, session.cheques,
    CASE WHEN free THEN 'reserve' ELSE 'attente' END, p_code, p_now);
  UPDATE workshops w SET taken = w.taken + free::int, waiting = w.waiting + (NOT free)::int WHERE w.structure_id = session.structure_id AND w.id = p_workshop;
  RETURN CASE WHEN free THEN 'reserve' ELSE 'attente' END;
END $$;
