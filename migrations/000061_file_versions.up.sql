-- The file of a structure, step by step: each save is a version that nothing
-- rewrites. What was decided upon changes only with the operator's agreement.
CREATE TABLE file_versions (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  step text NOT NULL CHECK (step IN ('role', 'organisation', 'coordonnees', 'eligibilite', 'offre', 'charte')),
  content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
  before jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(before) = 'object'), -- the step as it stood
  waiting boolean NOT NULL DEFAULT false, -- takes effect when the operator agrees
  saved_at timestamptz NOT NULL,
  saved_by uuid,
  saved_by_name text NOT NULL,
  PRIMARY KEY (structure_id, id)
);
CREATE INDEX file_versions_step ON file_versions (structure_id, step, saved_at DESC, id DESC);
CREATE INDEX file_versions_waiting ON file_versions (structure_id, step) WHERE waiting;
SELECT passnum.protect('file_versions', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT');
SELECT passnum.append_only('file_versions');

-- What the operator answered to a change that waited, or that its author took back.
CREATE TABLE file_answers (
  structure_id uuid NOT NULL,
  version_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('acceptee', 'refusee', 'retiree')),
  reason text NOT NULL DEFAULT '' CHECK (outcome <> 'refusee' OR reason <> ''),
  answered_at timestamptz NOT NULL,
  answered_by uuid,
  answered_by_name text NOT NULL DEFAULT '',
  CONSTRAINT file_answers_once PRIMARY KEY (structure_id, version_id),
  FOREIGN KEY (structure_id, version_id) REFERENCES file_versions (structure_id, id)
);
SELECT passnum.protect('file_answers', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT');
SELECT passnum.append_only('file_answers');
-- A structure takes its own change back, and answers nothing else.
CREATE POLICY own_takes_back ON file_answers AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (outcome = 'retiree');

-- Once a file was decided upon, who the body is and whether it is eligible wait
-- for the operator, whatever the application says.
CREATE FUNCTION passnum.guard_file_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF current_user = 'passnum_org' AND NEW.step IN ('organisation', 'eligibilite') AND NOT NEW.waiting
     AND NOT EXISTS (SELECT FROM structures s WHERE s.organisation_id = NEW.structure_id AND s.state IN ('brouillon', 'corrections', 'refusee')) THEN
    RAISE EXCEPTION 'this step waits for the operator' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_file_version BEFORE INSERT ON file_versions FOR EACH ROW EXECUTE FUNCTION passnum.guard_file_version();

-- A body corrects what it says it is while its file is open and it does nothing
-- else here; invoices of others depend on it.
GRANT UPDATE (kind) ON organisations TO passnum_org;
CREATE FUNCTION passnum.guard_own_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF current_user = 'passnum_org' AND NEW.kind IS DISTINCT FROM OLD.kind AND (OLD.is_commanditaire OR OLD.is_aiguilleur OR OLD.is_observer OR OLD.is_hub
     OR NOT EXISTS (SELECT FROM structures s WHERE s.organisation_id = NEW.id AND s.state IN ('brouillon', 'corrections', 'refusee'))) THEN
    RAISE EXCEPTION 'the kind of this body waits for the operator' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_own_kind BEFORE UPDATE OF kind ON organisations FOR EACH ROW EXECUTE FUNCTION passnum.guard_own_kind();

-- The terms of use are accepted with the charter, in the version that was read.
ALTER TABLE structures
  ADD COLUMN terms_version text NOT NULL DEFAULT '',
  ADD COLUMN terms_accepted_at timestamptz;
GRANT UPDATE (terms_version, terms_accepted_at) ON structures TO passnum_org;
