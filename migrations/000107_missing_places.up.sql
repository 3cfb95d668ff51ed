-- The known places that a file of their own source and département no longer
-- lists: somebody decides whether they are still shown.
ALTER TABLE census_imports ADD COLUMN missing uuid[] NOT NULL DEFAULT '{}';
