DROP TABLE open_data_chunks;
DROP TABLE open_data_files;
DROP TABLE open_data_choices;
DROP TABLE census_links;
DROP TABLE census_lines;
DROP TABLE census_imports;
