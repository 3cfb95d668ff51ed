-- A place that its structure chose to hide stays hidden when a suspension ends:
-- published says what is shown, hidden why it may not be.
ALTER TABLE places ADD COLUMN hidden boolean NOT NULL DEFAULT false;
ALTER TABLE places NO FORCE ROW LEVEL SECURITY; -- the owner fills it once
ALTER TABLE structures NO FORCE ROW LEVEL SECURITY;
UPDATE places p SET hidden = true FROM structures s
  WHERE s.organisation_id = p.structure_id AND s.state = 'qualifiee' AND NOT p.published AND p.entries <> '{}';
ALTER TABLE structures FORCE ROW LEVEL SECURITY;
ALTER TABLE places FORCE ROW LEVEL SECURITY;
