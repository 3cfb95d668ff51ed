-- Orientation: parcours, where a carnet's parcours stands, and places by what
-- they give.

-- A parcours is the operator's when commanditaire_id is NULL. A version is never
-- rewritten: letters and carnets keep the one they were given.
CREATE TABLE pathways (
  id uuid PRIMARY KEY,
  root_id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  commanditaire_id uuid REFERENCES organisations,
  title text NOT NULL CHECK (title <> ''),
  summary text NOT NULL DEFAULT '',
  entries smallint[] NOT NULL CHECK (cardinality(entries) BETWEEN 2 AND 12),
  words text[] NOT NULL, -- one a step; empty for the entry's own label
  created_at timestamptz NOT NULL,
  created_by uuid,
  superseded_at timestamptz,
  archived_at timestamptz,
  CONSTRAINT pathways_version_once UNIQUE (root_id, version),
  CHECK (cardinality(words) = cardinality(entries))
);
CREATE UNIQUE INDEX pathways_one_current ON pathways (root_id) WHERE superseded_at IS NULL;
CREATE INDEX pathways_owner ON pathways (commanditaire_id) WHERE superseded_at IS NULL;
SELECT passnum.protect('pathways', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT');
GRANT UPDATE (superseded_at, archived_at) ON pathways TO passnum_org, passnum_platform;
-- The operator's are everybody's to propose; a counter reads those of the
-- commanditaires it works for through counter_pathways.
CREATE POLICY proposed ON pathways FOR SELECT TO passnum_org USING (commanditaire_id IS NULL);
SELECT passnum.door('pathways', 'passnum_redeemer', 'SELECT');

ALTER TABLE places ADD COLUMN transport text NOT NULL DEFAULT '';

-- What the redeeming door reads to tell where a parcours stands.
GRANT SELECT ON seances TO passnum_redeemer;

-- counter_entries tells a counter which entries an order's chèques pay for; no
-- row for an order it does not hold, NULL for all of them.
CREATE FUNCTION counter_entries(p_commanditaire uuid, p_order uuid)
RETURNS TABLE (entries smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM counter_terms(p_commanditaire, p_order)) THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT o.entries FROM orders o WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order;
END $$;

-- counter_pathways lists the parcours a counter may propose: the operator's, and
-- those of the commanditaires it signed a convention with. With p_id, that one
-- alone, even replaced or archived since, for the letters that already name it.
CREATE FUNCTION counter_pathways(p_id uuid)
RETURNS SETOF pathways
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.* FROM pathways w
  WHERE (w.id = p_id OR p_id IS NULL AND w.superseded_at IS NULL AND w.archived_at IS NULL)
    AND (w.commanditaire_id IS NULL OR EXISTS (
      SELECT 1 FROM conventions c
      WHERE c.commanditaire_id = w.commanditaire_id AND c.aiguilleur_id = current_setting('app.organisation_id')::uuid
        AND c.aiguilleur_signed_at IS NOT NULL))
  ORDER BY w.commanditaire_id IS NULL, w.title, w.id;
$$;

-- accepting_places lists the published places that accept an order's chèques and
-- give one of p_wanted (any entry when it is empty), the nearest to a position
-- first; those without a position follow, by how much of their territory they
-- share with p_ancestors.
DROP FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], int);
CREATE FUNCTION accepting_places(p_commanditaire uuid, p_order uuid, p_latitude double precision, p_longitude double precision, p_ancestors text[], p_wanted smallint[], p_limit int)
RETURNS TABLE (name text, structure text, referent text, street text, complement text, postal_code text, town text, insee text,
  latitude double precision, longitude double precision, phone text, opening_hours text, access text, transport text, entries smallint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM counter_terms(p_commanditaire, p_order)) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT p.name, p.structure_name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee,
    p.latitude, p.longitude, p.phone, p.opening_hours, p.access, p.transport,
    ARRAY(SELECT e FROM unnest(p.entries) AS e WHERE o.entries IS NULL OR e = ANY (o.entries) ORDER BY e)
  FROM orders o
  JOIN places p ON p.published AND (o.perimeter_codes = '{}' OR o.perimeter_codes && p.ancestors) AND (o.entries IS NULL OR o.entries && p.entries)
    AND (p_wanted = '{}' OR p_wanted && p.entries)
  JOIN structures s ON s.organisation_id = p.structure_id AND s.state = 'qualifiee'
  WHERE o.commanditaire_id = p_commanditaire AND o.id = p_order
    AND (o.accepted_structures = 'toutes' OR EXISTS (
      SELECT 1 FROM agreements a WHERE a.commanditaire_id = p_commanditaire AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL))
  ORDER BY power(p.latitude - p_latitude, 2) + power((p.longitude - p_longitude) * cos(radians(p_latitude)), 2) NULLS LAST,
    (SELECT count(*) FROM unnest(p.ancestors) AS a WHERE a = ANY (p_ancestors)) DESC, p.name, p.id
  LIMIT p_limit;
END $$;

-- carnet_progress tells a qualified structure that presents live chèques which
-- steps of the parcours they were given with were done; neither where, nor when, nor with
-- whom. Without a parcours, the entries kept with the hand-over are the steps.
CREATE FUNCTION carnet_progress(p_hashes bytea[], p_today date)
RETURNS TABLE (hash bytea, handover_id uuid, title text, entries smallint[], words text[], done boolean[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM structures s WHERE s.organisation_id = current_setting('app.organisation_id')::uuid AND s.state = 'qualifiee') THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT q.code_hash, h.id, coalesce(w.title, ''), steps.entries, coalesce(w.words, '{}'),
    ARRAY(SELECT EXISTS (
        SELECT 1 FROM handover_cheques given
        JOIN cheques k ON k.commanditaire_id = given.commanditaire_id AND k.carnet_id = given.carnet_id AND k.rank = given.rank
        JOIN redemptions r ON r.commanditaire_id = k.commanditaire_id AND r.cheque_id = k.id AND r.undone_at IS NULL
        JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
        WHERE given.commanditaire_id = h.commanditaire_id AND given.handover_id = h.id AND e.entry = ANY (s.entries))
      FROM unnest(steps.entries) WITH ORDINALITY AS e(entry, rank) ORDER BY e.rank)
  FROM cheque_codes q
  JOIN cheques c ON c.commanditaire_id = q.commanditaire_id AND c.id = q.cheque_id AND c.state = 'actif' AND c.accepted_until >= p_today
  JOIN handover_cheques o ON o.commanditaire_id = c.commanditaire_id AND o.carnet_id = c.carnet_id AND o.rank = c.rank
  JOIN handovers h ON h.commanditaire_id = o.commanditaire_id AND h.id = o.handover_id
  LEFT JOIN pathways w ON w.id = h.pathway_id
  CROSS JOIN LATERAL (SELECT coalesce(w.entries, h.entries) AS entries) steps
  WHERE q.code_hash = ANY (p_hashes) AND cardinality(steps.entries) > 0;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'counter_entries(uuid, uuid)'::regprocedure,
    'counter_pathways(uuid)'::regprocedure,
    'accepting_places(uuid, uuid, double precision, double precision, text[], smallint[], int)'::regprocedure,
    'carnet_progress(bytea[], date)'::regprocedure
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
