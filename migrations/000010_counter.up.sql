-- What a counter may know of the orders whose carnets it holds, of the places
-- that accept them, and who may read its points.
ALTER TABLE conventions
  ADD COLUMN commanditaire_title text NOT NULL DEFAULT '',
  ADD COLUMN aiguilleur_title text NOT NULL DEFAULT '';

SELECT passnum.door('conventions', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('order_deliveries', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('points', 'passnum_redeemer', 'SELECT');
GRANT UPDATE (reader_ids) ON points TO passnum_redeemer;

-- counter_terms tells a counter what the carnets it holds, or is about to
-- receive, are worth and until when; nothing about who paid for them and how.
CREATE FUNCTION counter_terms(p_commanditaire uuid, p_order uuid)
RETURNS TABLE (commanditaire text, order_number text, title text, order_state text, cheques smallint, face_value_cents bigint,
  validity_until date, validity_months smallint, public_cible text, colour text, logo_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  IF me <> p_commanditaire
    AND NOT EXISTS (SELECT 1 FROM order_deliveries d WHERE d.commanditaire_id = p_commanditaire AND d.order_id = p_order AND d.aiguilleur_id = me)
    AND NOT EXISTS (SELECT 1 FROM carnets k WHERE k.commanditaire_id = p_commanditaire AND k.order_id = p_order AND k.aiguilleur_id = me) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT g.name, o.number, o.title, o.state, o.cheques_per_carnet, o.face_value_cents,
    o.valid_until, o.validity_months, o.public_cible, coalesce(nullif(o.colour, ''), g.colour), coalesce(o.logo_id, g.logo_id)
  FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
  WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order;
END $$;

-- accepting_places lists the published places that accept an order's chèques,
-- the nearest to a position first; those without a position follow, by how much
-- of their territory they share with p_ancestors.
CREATE FUNCTION accepting_places(p_commanditaire uuid, p_order uuid, p_latitude double precision, p_longitude double precision, p_ancestors text[], p_limit int)
RETURNS TABLE (name text, structure text, referent text, street text, complement text, postal_code text, town text, insee text,
  latitude double precision, longitude double precision, phone text, opening_hours text, access text, entries smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM counter_terms(p_commanditaire, p_order)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT p.name, p.structure_name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee,
    p.latitude, p.longitude, p.phone, p.opening_hours, p.access,
    ARRAY(SELECT e FROM unnest(p.entries) AS e WHERE o.entries IS NULL OR e = ANY (o.entries) ORDER BY e)
  FROM orders o
  JOIN places p ON p.published AND (o.perimeter_codes = '{}' OR o.perimeter_codes && p.ancestors) AND (o.entries IS NULL OR o.entries && p.entries)
  JOIN structures s ON s.organisation_id = p.structure_id AND s.state = 'qualifiee'
  WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order
    AND (o.accepted_structures = 'toutes' OR EXISTS (
      SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL))
  ORDER BY power(p.latitude - p_latitude, 2) + power((p.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST,
    (SELECT count(*) FROM unnest(p.ancestors) AS a WHERE a = ANY (p_ancestors)) DESC, p.name, p.id
  LIMIT p_limit;
END $$;

-- attach_points lets the commanditaires of an aiguilleur's signed conventions,
-- and those whose carnets it still holds, read its points.
CREATE FUNCTION attach_points(p_aiguilleur uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  IF me <> p_aiguilleur AND NOT EXISTS (SELECT 1 FROM conventions c WHERE c.commanditaire_id = me AND c.aiguilleur_id = p_aiguilleur) THEN
    RETURN;
  END IF;
  UPDATE points SET reader_ids = ARRAY(
    SELECT DISTINCT c.commanditaire_id FROM conventions c
    WHERE c.aiguilleur_id = p_aiguilleur AND c.aiguilleur_signed_at IS NOT NULL
      AND (c.ended_at IS NULL OR EXISTS (
        SELECT 1 FROM carnets k WHERE k.commanditaire_id = c.commanditaire_id AND k.aiguilleur_id = p_aiguilleur AND k.state IN ('emis', 'stock')))
    ORDER BY 1)
  WHERE aiguilleur_id = p_aiguilleur;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'counter_terms(uuid, uuid)'::regprocedure,
    'accepting_places(uuid, uuid, double precision, double precision, text[], int)'::regprocedure,
    'attach_points(uuid)'::regprocedure
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
