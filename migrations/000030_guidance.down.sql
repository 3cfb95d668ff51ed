DROP FUNCTION carnet_progress(bytea[], date);
DROP FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], smallint[], int);
DROP FUNCTION counter_pathways(uuid);
DROP FUNCTION counter_entries(uuid, uuid);
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
GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], int) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], int) TO passnum_org;
REVOKE SELECT ON seances FROM passnum_redeemer;
ALTER TABLE places DROP COLUMN transport;
DROP TABLE pathways;
