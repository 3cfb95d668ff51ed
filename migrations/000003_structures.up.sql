-- Structures, their places, and which commanditaires agreed to them.
CREATE TABLE structures (
  organisation_id uuid PRIMARY KEY REFERENCES organisations,
  state text NOT NULL DEFAULT 'brouillon' CHECK (state IN ('brouillon', 'soumise', 'qualifiee', 'refusee', 'suspendue')),
  presentation text NOT NULL DEFAULT '',
  charter_accepted_at timestamptz,
  account_holder text NOT NULL DEFAULT '',
  iban text NOT NULL DEFAULT '',
  bic text NOT NULL DEFAULT '',
  submitted_at timestamptz,
  qualified_at timestamptz,
  decided_by uuid,
  reason text NOT NULL DEFAULT '',
  CHECK (state <> 'qualifiee' OR (iban <> '' AND account_holder <> '' AND charter_accepted_at IS NOT NULL))
);
SELECT passnum.protect('structures', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
REVOKE INSERT, UPDATE ON structures FROM passnum_org;
GRANT INSERT (organisation_id, presentation) ON structures TO passnum_org;
GRANT UPDATE (presentation, charter_accepted_at, account_holder, iban, bic, submitted_at, state) ON structures TO passnum_org;
-- Only the operator qualifies: a structure may move between draft and submitted.
CREATE POLICY own_states ON structures AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state IN ('brouillon', 'soumise', 'refusee')) WITH CHECK (state IN ('brouillon', 'soumise'));
SELECT passnum.door('structures', 'passnum_redeemer', 'SELECT');

CREATE TABLE places (
  id uuid PRIMARY KEY,
  structure_id uuid NOT NULL REFERENCES organisations,
  structure_name text NOT NULL,
  structure_siret text NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  referent text NOT NULL DEFAULT '',
  street text NOT NULL DEFAULT '',
  complement text NOT NULL DEFAULT '',
  postal_code text NOT NULL,
  town text NOT NULL,
  insee text NOT NULL,
  ancestors text[] NOT NULL,
  latitude double precision,
  longitude double precision,
  phone text NOT NULL DEFAULT '',
  email text NOT NULL DEFAULT '',
  website text NOT NULL DEFAULT '',
  opening_hours text NOT NULL DEFAULT '',
  presentation text NOT NULL DEFAULT '',
  access text NOT NULL DEFAULT '',
  entries smallint[] NOT NULL DEFAULT '{}',
  modes text[] NOT NULL DEFAULT '{individuel}',
  nothing_to_pay boolean NOT NULL DEFAULT true,
  published boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX places_structure ON places (structure_id);
CREATE INDEX places_insee ON places (insee);
SELECT passnum.protect('places', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY published ON places FOR SELECT TO passnum_public, passnum_org USING (published);
GRANT SELECT ON places TO passnum_public;
SELECT passnum.door('places', 'passnum_redeemer', 'SELECT');

-- A commanditaire that does not accept the whole national network agrees to
-- structures one by one.
CREATE TABLE agreements (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  structure_id uuid NOT NULL REFERENCES organisations,
  agreed_at timestamptz NOT NULL,
  agreed_by uuid NOT NULL,
  withdrawn_at timestamptz,
  PRIMARY KEY (commanditaire_id, structure_id)
);
SELECT passnum.protect('agreements', '{commanditaire_id,structure_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('agreements', 'passnum_redeemer', 'SELECT');

-- Points of distribution and the convention de mandat that attaches an
-- aiguilleur to a commanditaire (L.1611-7 CGCT).
CREATE TABLE points (
  id uuid PRIMARY KEY,
  aiguilleur_id uuid NOT NULL REFERENCES organisations,
  reader_ids uuid[] NOT NULL DEFAULT '{}',
  name text NOT NULL CHECK (name <> ''),
  referent_name text NOT NULL,
  referent_email text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  street text NOT NULL DEFAULT '',
  complement text NOT NULL DEFAULT '',
  postal_code text NOT NULL,
  town text NOT NULL,
  insee text NOT NULL,
  ancestors text[] NOT NULL,
  latitude double precision,
  longitude double precision,
  opening_hours text NOT NULL DEFAULT '',
  closed_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (aiguilleur_id, id)
);
SELECT passnum.protect('points', '{aiguilleur_id}', '{reader_ids}', '{aiguilleur_id}', 'SELECT, INSERT, UPDATE');

CREATE TABLE conventions (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL REFERENCES organisations,
  number text NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL CHECK (ends_on > starts_on),
  purpose text NOT NULL DEFAULT '',
  proposed_at timestamptz NOT NULL,
  proposed_by uuid NOT NULL,
  commanditaire_signatory text NOT NULL DEFAULT '',
  commanditaire_signed_at timestamptz,
  commanditaire_signed_by uuid,
  aiguilleur_signatory text NOT NULL DEFAULT '',
  aiguilleur_signed_at timestamptz,
  aiguilleur_signed_by uuid,
  ended_at timestamptz,
  PRIMARY KEY (commanditaire_id, id),
  CHECK ((commanditaire_signed_at IS NULL) = (commanditaire_signatory = '')),
  CHECK ((aiguilleur_signed_at IS NULL) = (aiguilleur_signatory = ''))
);
CREATE UNIQUE INDEX conventions_one_live ON conventions (commanditaire_id, aiguilleur_id) WHERE ended_at IS NULL;
CREATE INDEX conventions_aiguilleur ON conventions (aiguilleur_id);
SELECT passnum.protect('conventions', '{commanditaire_id,aiguilleur_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
-- The aiguilleur writes its own signature and nothing else.
CREATE POLICY aiguilleur_signs ON conventions FOR UPDATE TO passnum_org
  USING (aiguilleur_id = current_setting('app.organisation_id')::uuid)
  WITH CHECK (aiguilleur_id = current_setting('app.organisation_id')::uuid);
