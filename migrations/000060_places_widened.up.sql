-- What structures and places share from here on: more states of a file, what the
-- national schema of places knows (v1.0.2), places that are known without being
-- anybody's here yet, and the stops of those that travel.
ALTER TABLE structures DROP CONSTRAINT structures_state_check;
ALTER TABLE structures ADD CONSTRAINT structures_state_check
  CHECK (state IN ('brouillon', 'soumise', 'corrections', 'qualifiee', 'refusee', 'suspendue', 'dequalifiee'));
DROP POLICY own_states ON structures;
CREATE POLICY own_states ON structures AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state IN ('brouillon', 'soumise', 'corrections', 'refusee', 'qualifiee'))
  WITH CHECK (state IN ('brouillon', 'soumise', 'corrections', 'qualifiee'));
-- A structure rewrites its file, never its own state into a qualified one.
CREATE FUNCTION passnum.guard_own_state() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF current_user = 'passnum_org' AND NEW.state IS DISTINCT FROM OLD.state AND (NEW.state = 'qualifiee' OR OLD.state = 'qualifiee' OR NEW.state = 'corrections') THEN
    RAISE EXCEPTION 'a structure does not decide on its own file' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_own_state BEFORE UPDATE OF state ON structures FOR EACH ROW EXECUTE FUNCTION passnum.guard_own_state();

-- A place without a structure is known from the national data: it does not take
-- chèques, and a structure may make it its own.
ALTER TABLE places ALTER COLUMN structure_id DROP NOT NULL;
ALTER TABLE places
  ADD COLUMN national_id text NOT NULL DEFAULT '',        -- its id in the national files; empty for our own
  ADD COLUMN source text NOT NULL DEFAULT '',
  ADD COLUMN own_fields text[] NOT NULL DEFAULT '{}',     -- columns the structure wrote: an import leaves them alone
  ADD COLUMN families text[] NOT NULL DEFAULT '{}',       -- national services, when entries are not known
  ADD COLUMN typologies text[] NOT NULL DEFAULT '{}',
  ADD COLUMN programmes text[] NOT NULL DEFAULT '{}',     -- dispositif_programmes_nationaux
  ADD COLUMN labels text[] NOT NULL DEFAULT '{}',         -- formations_labels
  ADD COLUMN other_labels text[] NOT NULL DEFAULT '{}',   -- autres_formations_labels
  ADD COLUMN audiences text[] NOT NULL DEFAULT '{}',      -- publics_specifiquement_adresses
  ADD COLUMN special_cares text[] NOT NULL DEFAULT '{}',  -- prise_en_charge_specifique
  ADD COLUMN fees text[] NOT NULL DEFAULT '{}',           -- frais_a_charge, as imported
  ADD COLUMN access_ways text[] NOT NULL DEFAULT '{}',    -- modalites_acces
  ADD COLUMN languages text[] NOT NULL DEFAULT '{fr}',    -- ISO 639-1
  ADD COLUMN accessibility text[] NOT NULL DEFAULT '{}',  -- our codes: fauteuil, boucle, lsf, calme, animaux
  ADD COLUMN accessibility_url text NOT NULL DEFAULT '',  -- fiche_acces_libre
  ADD COLUMN appointment_url text NOT NULL DEFAULT '',    -- prise_rdv
  ADD COLUMN parent_structure text NOT NULL DEFAULT '',
  ADD COLUMN summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 280),
  ADD COLUMN itinerant boolean NOT NULL DEFAULT false,
  ADD COLUMN positioned text NOT NULL DEFAULT 'commune' CHECK (positioned IN ('commune', 'adresse', 'main', 'import')),
  ADD COLUMN confirmed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE places NO FORCE ROW LEVEL SECURITY; -- the owner fills it once
UPDATE places SET confirmed_at = updated_at;
ALTER TABLE places FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX places_national_id ON places (national_id) WHERE national_id <> '';
ALTER TABLE places ADD CONSTRAINT places_known_or_owned CHECK (structure_id IS NOT NULL OR national_id <> '');

-- Where and when an itinerant place stops.
CREATE TABLE place_stops (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  place_id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  street text NOT NULL DEFAULT '',
  postal_code text NOT NULL,
  town text NOT NULL,
  insee text NOT NULL,
  ancestors text[] NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  opening_hours text NOT NULL DEFAULT '',
  published boolean NOT NULL DEFAULT false, -- as its place
  rank smallint NOT NULL,
  PRIMARY KEY (structure_id, id),
  FOREIGN KEY (structure_id, place_id) REFERENCES places (structure_id, id)
);
CREATE INDEX place_stops_place ON place_stops (structure_id, place_id);
SELECT passnum.protect('place_stops', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY published ON place_stops FOR SELECT TO passnum_public, passnum_org USING (published);
GRANT SELECT ON place_stops TO passnum_public;
SELECT passnum.door('place_stops', 'passnum_redeemer', 'SELECT');

-- A stop is shown as its place is.
CREATE FUNCTION passnum.stops_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE place_stops SET published = NEW.published WHERE structure_id = NEW.structure_id AND place_id = NEW.id AND published <> NEW.published;
  RETURN NULL;
END $$;
CREATE TRIGGER stops_follow AFTER UPDATE OF published ON places FOR EACH ROW
  WHEN (NEW.structure_id IS NOT NULL AND NEW.published <> OLD.published) EXECUTE FUNCTION passnum.stops_follow();

-- Organisations of the structures' network beside the three capacities: hubs and
-- assistance (AMO) are asked for and granted like the others.
ALTER TABLE organisations
  ADD COLUMN is_hub boolean NOT NULL DEFAULT false,
  ADD COLUMN rna text NOT NULL DEFAULT '' CHECK (rna = '' OR rna ~ '^W[0-9A-Z]{9}$');
GRANT UPDATE (rna) ON organisations TO passnum_org;
ALTER TABLE capacity_requests DROP CONSTRAINT capacity_requests_capacity_check;
ALTER TABLE capacity_requests ADD CONSTRAINT capacity_requests_capacity_check
  CHECK (capacity IN ('commanditaire', 'aiguilleur', 'structure', 'hub'));
DROP POLICY requested ON organisations;
CREATE POLICY requested ON organisations FOR INSERT TO passnum_identity
  WITH CHECK (NOT (is_commanditaire OR is_aiguilleur OR is_structure OR is_observer OR is_hub));
