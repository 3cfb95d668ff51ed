-- What a place says of each service it gives, what its visitors report, which
-- structures say that a known place is theirs, and when it was asked to confirm.
ALTER TABLE places ADD COLUMN confirm_asked_at timestamptz;
CREATE INDEX places_to_confirm ON places (confirmed_at) WHERE structure_id IS NOT NULL AND published;
CREATE INDEX places_known_siret ON places (structure_siret) WHERE structure_id IS NULL;

-- How a service is given and paid, where it is not as everywhere in the place.
CREATE TABLE place_offers (
  structure_id uuid NOT NULL REFERENCES organisations,
  place_id uuid NOT NULL,
  entry smallint NOT NULL CHECK (entry > 0),
  modes text[] NOT NULL DEFAULT '{}',                              -- empty: as the place
  minutes smallint CHECK (minutes BETWEEN 5 AND 600),
  price_cents int CHECK (price_cents BETWEEN 0 AND 100000),         -- without a chèque
  remains_cents int CHECK (remains_cents BETWEEN 0 AND 100000),     -- with one; null: as the place
  published boolean NOT NULL DEFAULT false,                         -- as its place
  PRIMARY KEY (structure_id, place_id, entry),
  FOREIGN KEY (structure_id, place_id) REFERENCES places (structure_id, id) ON DELETE CASCADE
);
CREATE INDEX place_offers_place ON place_offers (place_id);
SELECT passnum.protect('place_offers', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY published ON place_offers FOR SELECT TO passnum_public, passnum_org USING (published);
GRANT SELECT ON place_offers TO passnum_public;

-- A detail is shown as its place is.
CREATE FUNCTION passnum.offers_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE place_offers SET published = NEW.published WHERE structure_id = NEW.structure_id AND place_id = NEW.id AND published <> NEW.published;
  RETURN NULL;
END $$;
CREATE TRIGGER offers_follow AFTER UPDATE OF published ON places FOR EACH ROW
  WHEN (NEW.structure_id IS NOT NULL AND NEW.published <> OLD.published) EXECUTE FUNCTION passnum.offers_follow();

-- « Signaler une erreur »: no name, no address of who reports.
CREATE TABLE place_reports (
  id uuid PRIMARY KEY,
  structure_id uuid REFERENCES organisations, -- null: the place is nobody's here
  place_id uuid NOT NULL REFERENCES places ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('ferme', 'adresse', 'horaires', 'contact', 'services', 'paye', 'autre')),
  message text NOT NULL DEFAULT '' CHECK (length(message) <= 1000),
  reported_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'ouvert' CHECK (state IN ('ouvert', 'corrige', 'sans_suite')),
  answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 1000),
  answered_at timestamptz,
  answered_by uuid,
  answered_by_name text NOT NULL DEFAULT '',
  escalated_at timestamptz, -- since when the operator sees it
  CHECK ((state = 'ouvert') = (answered_at IS NULL))
);
CREATE INDEX place_reports_structure ON place_reports (structure_id, reported_at DESC);
CREATE INDEX place_reports_open ON place_reports (reported_at) WHERE state = 'ouvert';
CREATE INDEX place_reports_place ON place_reports (place_id);
SELECT passnum.protect('place_reports', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');
REVOKE INSERT, UPDATE, DELETE ON place_reports FROM passnum_org;
GRANT UPDATE (state, answer, answered_at, answered_by, answered_by_name) ON place_reports TO passnum_org;
CREATE POLICY visitors_report ON place_reports FOR INSERT TO passnum_identity WITH CHECK (state = 'ouvert');
GRANT INSERT ON place_reports TO passnum_identity;

-- « Ce lieu est le nôtre », where the SIRET does not prove it.
CREATE TABLE place_claims (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  place_id uuid NOT NULL REFERENCES places ON DELETE CASCADE,
  reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 1000),
  asked_at timestamptz NOT NULL,
  asked_by uuid,
  asked_by_name text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'attente' CHECK (state IN ('attente', 'acceptee', 'refusee')),
  answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 1000),
  decided_at timestamptz,
  decided_by uuid,
  PRIMARY KEY (structure_id, id),
  CHECK ((state = 'attente') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX place_claims_once ON place_claims (structure_id, place_id) WHERE state = 'attente';
CREATE INDEX place_claims_place ON place_claims (place_id);
SELECT passnum.protect('place_claims', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON place_claims FROM passnum_org;
CREATE POLICY only_asked ON place_claims AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (state = 'attente');
