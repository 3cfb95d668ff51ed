DROP POLICY requested ON organisations;
CREATE POLICY requested ON organisations FOR INSERT TO passnum_identity WITH CHECK (NOT (is_commanditaire OR is_aiguilleur OR is_structure OR is_observer));
ALTER TABLE capacity_requests DROP CONSTRAINT capacity_requests_capacity_check;
ALTER TABLE capacity_requests ADD CONSTRAINT capacity_requests_capacity_check CHECK (capacity IN ('commanditaire', 'aiguilleur', 'structure'));
ALTER TABLE organisations DROP COLUMN rna, DROP COLUMN is_hub;
DROP TRIGGER stops_follow ON places;
DROP FUNCTION passnum.stops_follow();
DROP TABLE place_stops;
DROP INDEX places_national_id;
ALTER TABLE places DROP CONSTRAINT places_known_or_owned;
ALTER TABLE places NO FORCE ROW LEVEL SECURITY;
DELETE FROM places WHERE structure_id IS NULL;
ALTER TABLE places FORCE ROW LEVEL SECURITY;
ALTER TABLE places DROP COLUMN national_id, DROP COLUMN source, DROP COLUMN own_fields, DROP COLUMN families, DROP COLUMN typologies,
  DROP COLUMN programmes, DROP COLUMN labels, DROP COLUMN other_labels, DROP COLUMN audiences, DROP COLUMN special_cares, DROP COLUMN fees,
  DROP COLUMN access_ways, DROP COLUMN languages, DROP COLUMN accessibility, DROP COLUMN accessibility_url, DROP COLUMN appointment_url,
  DROP COLUMN parent_structure, DROP COLUMN summary, DROP COLUMN itinerant, DROP COLUMN positioned, DROP COLUMN confirmed_at,
  ALTER COLUMN structure_id SET NOT NULL;
DROP TRIGGER guard_own_state ON structures;
DROP FUNCTION passnum.guard_own_state();
DROP POLICY own_states ON structures;
CREATE POLICY own_states ON structures AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state IN ('brouillon', 'soumise', 'refusee')) WITH CHECK (state IN ('brouillon', 'soumise'));
ALTER TABLE structures DROP CONSTRAINT structures_state_check;
ALTER TABLE structures ADD CONSTRAINT structures_state_check CHECK (state IN ('brouillon', 'soumise', 'qualifiee', 'refusee', 'suspendue'));
