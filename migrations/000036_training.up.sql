-- Lessons done in the product, by whom, for which organisation; and the
-- attestation that ends a course, with the points where the person serves.
CREATE TABLE training_lessons (
  organisation_id uuid NOT NULL REFERENCES organisations,
  account_id uuid NOT NULL,
  course text NOT NULL,
  edition smallint NOT NULL,
  lesson text NOT NULL,
  passed_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, account_id, course, edition, lesson)
);
SELECT passnum.protect('training_lessons', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT');
SELECT passnum.append_only('training_lessons');

CREATE TABLE training_attestations (
  organisation_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  course text NOT NULL,
  edition smallint NOT NULL,
  person_name text NOT NULL CHECK (person_name <> ''),
  organisation_name text NOT NULL,
  point_ids uuid[] NOT NULL DEFAULT '{}',
  issued_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, id),
  CONSTRAINT training_attested_once UNIQUE (organisation_id, account_id, course, edition)
);
CREATE INDEX training_attestations_points ON training_attestations USING gin (point_ids);
SELECT passnum.protect('training_attestations', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('training_attestations', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('memberships', 'passnum_redeemer', 'SELECT');

-- trained_agents tells, for the points the caller runs or may read, how many
-- people who still work there hold an attestation; never who.
CREATE FUNCTION trained_agents(p_points uuid[], p_course text)
RETURNS TABLE (point_id uuid, people int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
BEGIN
  RETURN QUERY
  SELECT p.id, count(DISTINCT t.account_id)::int
  FROM points p
  JOIN training_attestations t ON t.organisation_id = p.aiguilleur_id AND t.course = p_course AND t.point_ids @> ARRAY[p.id]
  JOIN memberships m ON m.organisation_id = t.organisation_id AND m.account_id = t.account_id AND m.ended_at IS NULL
  WHERE p.id = ANY (p_points) AND (p.aiguilleur_id = me OR me = ANY (p.reader_ids))
  GROUP BY p.id;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION trained_agents(uuid[], text) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION trained_agents(uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trained_agents(uuid[], text) TO passnum_org;
