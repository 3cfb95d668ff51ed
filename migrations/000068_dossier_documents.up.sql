-- The papers of a structure's file: sealed by the application, whose key is not in
-- the database. content is emptied when a paper has been kept long enough; that it
-- was there, and what was said of it, stays.
CREATE TABLE dossier_documents (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind <> ''),
  name text NOT NULL CHECK (name <> ''),
  media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
  size bigint NOT NULL CHECK (size > 0),
  sha256 bytea NOT NULL CHECK (length(sha256) = 32), -- of what was sealed
  content bytea,
  key_id text NOT NULL,
  state text NOT NULL DEFAULT 'recu' CHECK (state IN ('recu', 'accepte', 'refuse', 'retire')),
  reason text NOT NULL DEFAULT '',
  uploaded_at timestamptz NOT NULL,
  uploaded_by uuid NOT NULL,
  uploaded_by_name text NOT NULL,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  purged_at timestamptz,
  PRIMARY KEY (structure_id, id),
  CHECK ((state = 'recu') = (decided_at IS NULL)),
  CHECK (state <> 'refuse' OR reason <> ''),
  CHECK ((content IS NULL) = (purged_at IS NOT NULL)),
  CHECK (decided_by IS NULL OR state = 'retire' OR decided_by <> uploaded_by)
);
-- The same paper sent twice is one paper.
CREATE UNIQUE INDEX dossier_documents_once ON dossier_documents (structure_id, kind, sha256) WHERE state IN ('recu', 'accepte');
CREATE INDEX dossier_documents_kept ON dossier_documents (decided_at) WHERE content IS NOT NULL;
SELECT passnum.protect('dossier_documents', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON dossier_documents FROM passnum_org, passnum_platform;
-- A structure takes its paper back, nothing more; the operator decides and empties.
GRANT UPDATE (state, content, purged_at, decided_at, decided_by, decided_by_name) ON dossier_documents TO passnum_org;
GRANT UPDATE (state, reason, content, purged_at, decided_at, decided_by, decided_by_name) ON dossier_documents TO passnum_platform;
CREATE POLICY own_papers ON dossier_documents AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (state = 'recu' AND content IS NOT NULL);
CREATE POLICY taken_back ON dossier_documents AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state IN ('recu', 'refuse')) WITH CHECK (state = 'retire' AND content IS NULL);
