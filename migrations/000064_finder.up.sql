-- Being found: the nearest places without any extension, where an order's
-- chèques are accepted, and the sites that may show the search in a frame.

-- Comparisons of numbers may be looked up before a row's policy is checked;
-- operators on points and arrays may not, so plain columns serve best.
CREATE INDEX places_around ON places (latitude, longitude) WHERE published;
CREATE INDEX place_stops_around ON place_stops (latitude, longitude) WHERE published;
CREATE INDEX places_by_town ON places ((town || ' ' || name), id) WHERE published;

-- order_reach is where an order's chèques may be used: its territory, its
-- services, and the structures agreed to one by one (null: the whole network).
CREATE FUNCTION order_reach(p_commanditaire uuid, p_order uuid)
RETURNS TABLE (perimeter text[], entries smallint[], structures uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.perimeter_codes, o.entries, CASE WHEN o.accepted_structures <> 'toutes' THEN
    ARRAY(SELECT a.structure_id FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.withdrawn_at IS NULL) END
  FROM orders o WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order;
$$;
GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION order_reach(uuid, uuid) OWNER TO passnum_redeemer;
REVOKE ALL ON FUNCTION order_reach(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION order_reach(uuid, uuid) TO passnum_public;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;

-- The sites of a commanditaire that may show the search of places in a frame.
-- Everyone reads them: browsers are told.
CREATE TABLE embed_origins (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  origin text NOT NULL CHECK (origin ~ '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$'),
  added_at timestamptz NOT NULL,
  added_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT embed_origins_once UNIQUE (commanditaire_id, origin)
);
SELECT passnum.protect('embed_origins', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE, DELETE');
REVOKE UPDATE ON embed_origins FROM passnum_org, passnum_platform;
CREATE POLICY browsers_are_told ON embed_origins FOR SELECT TO passnum_public USING (true);
GRANT SELECT ON embed_origins TO passnum_public;
