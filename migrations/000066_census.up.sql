-- National files of places: what was sent, what each line became, what was
-- decided about those that look like a place already known, and the files that
-- are published from here.

-- A file taken in, the operator's or a structure's own. Its content is kept
-- until it is applied or dropped.
CREATE TABLE census_imports (
  id uuid PRIMARY KEY,
  structure_id uuid REFERENCES organisations, -- whose places; the operator's file has none
  file_name text NOT NULL,
  content bytea,
  state text NOT NULL CHECK (state IN ('lecture', 'prete', 'application', 'appliquee', 'refusee', 'abandonnee')),
  version text NOT NULL DEFAULT '',
  encoding text NOT NULL DEFAULT '',
  separator text NOT NULL DEFAULT '',
  unknown_columns text[] NOT NULL DEFAULT '{}',
  refusal text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL,
  asked_by uuid,
  asked_by_name text NOT NULL,
  applied_at timestamptz,
  applied_by uuid,
  applied_by_name text NOT NULL DEFAULT '',
  CHECK (state NOT IN ('lecture', 'prete', 'application') OR content IS NOT NULL),
  CHECK ((state = 'appliquee') = (applied_at IS NOT NULL))
);
CREATE INDEX census_imports_asked ON census_imports (structure_id, asked_at DESC, id DESC);
SELECT passnum.protect('census_imports', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');

-- What a line of a file becomes.
CREATE TABLE census_lines (
  import_id uuid NOT NULL REFERENCES census_imports,
  line int NOT NULL,
  structure_id uuid,
  outcome text NOT NULL CHECK (outcome IN ('creation', 'mise a jour', 'inchangee', 'fusion', 'a choisir', 'ecartee', 'rejetee')),
  key text NOT NULL DEFAULT '',     -- the line's own identifier
  name text NOT NULL DEFAULT '',
  town text NOT NULL DEFAULT '',
  target text NOT NULL DEFAULT '',  -- the place it is, or may be: its identifier
  target_name text NOT NULL DEFAULT '',
  changes text[] NOT NULL DEFAULT '{}',
  problems jsonb NOT NULL DEFAULT '[]',
  accepts boolean NOT NULL DEFAULT false, -- says it took the Pass numérique
  PRIMARY KEY (import_id, line)
);
CREATE INDEX census_lines_outcome ON census_lines (import_id, outcome, line);
SELECT passnum.protect('census_lines', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');

-- What an identifier of a file stands for, decided once and remembered.
CREATE TABLE census_links (
  id uuid PRIMARY KEY,
  structure_id uuid REFERENCES organisations,
  key text NOT NULL CHECK (key <> ''),
  choice text NOT NULL CHECK (choice IN ('fusionner', 'separer', 'ecarter')),
  target text NOT NULL DEFAULT '',
  decided_at timestamptz NOT NULL,
  decided_by uuid,
  UNIQUE NULLS NOT DISTINCT (structure_id, key)
);
SELECT passnum.protect('census_links', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');

-- What a structure agreed to publish as open data of its places: without a
-- line, that they exist and what they do, and no way to reach a person.
CREATE TABLE open_data_choices (
  structure_id uuid PRIMARY KEY REFERENCES organisations,
  listed boolean NOT NULL,
  phone boolean NOT NULL,
  email boolean NOT NULL,
  website boolean NOT NULL,
  chosen_at timestamptz NOT NULL,
  chosen_by uuid NOT NULL
);
SELECT passnum.protect('open_data_choices', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
GRANT SELECT ON open_data_choices TO passnum_public;
CREATE POLICY everyone_reads ON open_data_choices FOR SELECT TO passnum_public USING (true);

-- The files of the day, written once and read by everyone.
CREATE TABLE open_data_files (
  name text PRIMARY KEY,
  edition uuid NOT NULL,
  places int NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  chunks int NOT NULL,
  written_at timestamptz NOT NULL
);
SELECT passnum.protect('open_data_files', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');
GRANT SELECT ON open_data_files TO passnum_public;
CREATE POLICY everyone_reads ON open_data_files FOR SELECT TO passnum_public USING (true);

CREATE TABLE open_data_chunks (
  edition uuid NOT NULL,
  number int NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (edition, number)
);
SELECT passnum.protect('open_data_chunks', '{}', '{}', '{}', 'SELECT, INSERT, DELETE');
GRANT SELECT ON open_data_chunks TO passnum_public;
CREATE POLICY everyone_reads ON open_data_chunks FOR SELECT TO passnum_public USING (true);
