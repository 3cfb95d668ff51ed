ALTER TABLE census_imports DROP COLUMN missing;
