-- Reading a structure's file with it: what is said on both sides, what is to be
-- corrected, what was decided and why, and until when a qualification holds.
ALTER TABLE structures ADD COLUMN valid_until date; -- empty: without end
ALTER TABLE structures NO FORCE ROW LEVEL SECURITY; -- the owner fills it once
UPDATE structures SET valid_until = greatest(((qualified_at AT TIME ZONE 'Europe/Paris')::date + interval '24 months')::date, current_date + 120)
  WHERE qualified_at IS NOT NULL AND state IN ('qualifiee', 'suspendue');
ALTER TABLE structures FORCE ROW LEVEL SECURITY;

CREATE TABLE review_messages (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  side text NOT NULL CHECK (side IN ('structure', 'operateur')),
  kind text NOT NULL DEFAULT 'message' CHECK (kind IN ('message', 'corrections', 'decision')),
  account_id uuid NOT NULL,
  author_name text NOT NULL,
  body text NOT NULL CHECK (body <> '' AND length(body) <= 6000),
  PRIMARY KEY (structure_id, id)
);
SELECT passnum.protect('review_messages', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT');
SELECT passnum.append_only('review_messages');
-- A structure speaks for itself, and decides nothing.
CREATE POLICY own_side ON review_messages AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (side = 'structure' AND kind = 'message');

-- Until when each side has read, or has nothing to answer.
CREATE TABLE review_reads (
  structure_id uuid NOT NULL REFERENCES organisations,
  side text NOT NULL CHECK (side IN ('structure', 'operateur')),
  read_at timestamptz NOT NULL,
  PRIMARY KEY (structure_id, side)
);
SELECT passnum.protect('review_reads', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
CREATE POLICY own_side ON review_reads AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (side = 'structure');
CREATE POLICY own_side_again ON review_reads AS RESTRICTIVE FOR UPDATE TO passnum_org USING (side = 'structure') WITH CHECK (side = 'structure');

-- What the operator asks to correct, one field at a time.
CREATE TABLE file_corrections (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  step text NOT NULL CHECK (step <> ''),
  field text NOT NULL DEFAULT '', -- empty: the whole step
  label text NOT NULL,
  sentence text NOT NULL CHECK (sentence <> '' AND length(sentence) <= 600),
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL,
  asked_by_name text NOT NULL,
  answered_at timestamptz,
  withdrawn_at timestamptz,
  PRIMARY KEY (structure_id, id)
);
CREATE UNIQUE INDEX file_corrections_one_open ON file_corrections (structure_id, step, field) WHERE answered_at IS NULL AND withdrawn_at IS NULL;
SELECT passnum.protect('file_corrections', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
REVOKE INSERT, UPDATE ON file_corrections FROM passnum_org;
GRANT UPDATE (answered_at) ON file_corrections TO passnum_org;

-- Every decision, with its reasons: the file's own row keeps the last one only.
CREATE TABLE qualification_decisions (
  structure_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  decision text NOT NULL CHECK (decision IN ('qualifiee', 'corrections', 'refusee', 'suspendue', 'retablie', 'dequalifiee', 'rouverte', 'renouvelee')),
  reasons text[] NOT NULL DEFAULT '{}',
  sentence text NOT NULL DEFAULT '',
  months smallint NOT NULL DEFAULT 0, -- how long a qualification holds; 0 for the others
  valid_until date,
  at timestamptz NOT NULL,
  by_account uuid, -- empty: renewed by the structure's own confirmation
  by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (structure_id, id)
);
SELECT passnum.protect('qualification_decisions', '{structure_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('qualification_decisions');

-- Each time a qualification comes to its end: when it was reminded, who confirmed.
CREATE TABLE qualification_renewals (
  structure_id uuid NOT NULL REFERENCES organisations,
  due_on date NOT NULL,
  first_told_at timestamptz,
  last_told_at timestamptz,
  overdue_told_at timestamptz,
  confirmed_at timestamptz,
  confirmed_by uuid,
  confirmed_by_name text NOT NULL DEFAULT '',
  renewed_at timestamptz,
  PRIMARY KEY (structure_id, due_on),
  CHECK (renewed_at IS NULL OR confirmed_at IS NOT NULL)
);
SELECT passnum.protect('qualification_renewals', '{structure_id}', '{}', '{structure_id}', 'SELECT, INSERT, UPDATE');
REVOKE INSERT, UPDATE ON qualification_renewals FROM passnum_org;
GRANT INSERT (structure_id, due_on, confirmed_at, confirmed_by, confirmed_by_name), UPDATE (confirmed_at, confirmed_by, confirmed_by_name) ON qualification_renewals TO passnum_org;

-- The operator's own ready-made sentences.
CREATE TABLE review_templates (
  id uuid PRIMARY KEY,
  title text NOT NULL CONSTRAINT review_templates_title UNIQUE CHECK (title <> '' AND length(title) <= 80),
  body text NOT NULL CHECK (body <> '' AND length(body) <= 6000),
  updated_at timestamptz NOT NULL
);
SELECT passnum.protect('review_templates', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');
ALTER TABLE review_templates NO FORCE ROW LEVEL SECURITY; -- the owner fills it once
INSERT INTO review_templates (id, title, body, updated_at) VALUES
  ('0192f000-0000-7000-8000-000000000001', 'Une pièce est illisible', E'Une pièce de votre dossier est illisible. Pouvez-vous la déposer de nouveau, en PDF ou en photo nette, toutes les pages visibles\u00a0?', now()),
  ('0192f000-0000-7000-8000-000000000002', 'Le titulaire du compte diffère', E'Le compte bancaire n’est pas au nom de votre structure. Le contre-paiement ne peut aller qu’à la structure qui rend le service. Pouvez-vous indiquer un compte à son nom, ou nous dire pourquoi celui-ci convient\u00a0?', now()),
  ('0192f000-0000-7000-8000-000000000003', 'Qui accompagne les personnes', E'Pouvez-vous préciser qui accompagne les personnes, avec quelle formation ou quelle expérience, et qui encadre les services civiques, les stagiaires et les bénévoles\u00a0?', now()),
  ('0192f000-0000-7000-8000-000000000004', 'Les horaires d’un lieu', E'Un de vos lieux n’a pas d’horaires. Pouvez-vous les indiquer\u00a0? C’est ce que les personnes cherchent d’abord.', now()),
  ('0192f000-0000-7000-8000-000000000005', 'Un échange par téléphone', E'Nous aimerions vous poser deux ou trois questions par téléphone. Quand pouvons-nous vous appeler, et à quel numéro\u00a0?', now());
ALTER TABLE review_templates FORCE ROW LEVEL SECURITY;
