-- carnet_counts counts an order's carnets by state and point, for its
-- commanditaire and its co-funders. It checks the reader once: the policies of
-- carnets would check each of a hundred thousand rows.
CREATE FUNCTION carnet_counts(p_commanditaire uuid, p_order uuid, p_since timestamptz)
RETURNS TABLE (state text, point_id uuid, carnets int, handed int, recent int, last timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  IF me <> p_commanditaire AND NOT EXISTS (
    SELECT 1 FROM orders o WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order AND me = ANY (o.funder_ids)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT k.state, k.point_id, count(*)::int, count(k.handed_over_at)::int,
    (count(*) FILTER (WHERE k.handed_over_at >= p_since))::int, max(k.handed_over_at)
  FROM carnets k WHERE k.commanditaire_id = p_commanditaire AND k.order_id = p_order
  GROUP BY k.state, k.point_id;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION carnet_counts(uuid, uuid, timestamptz) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION carnet_counts(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION carnet_counts(uuid, uuid, timestamptz) TO passnum_org;
