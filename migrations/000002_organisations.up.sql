-- The directory: who exists. Legal identity is public information, so every
-- scope may read it; what is private lives in organisation_settings.
CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  siret text NOT NULL CONSTRAINT organisations_siret_unique UNIQUE CHECK (siret ~ '^[0-9]{14}$'),
  kind text NOT NULL,
  street text NOT NULL DEFAULT '',
  complement text NOT NULL DEFAULT '',
  postal_code text NOT NULL DEFAULT '',
  town text NOT NULL DEFAULT '',
  insee text NOT NULL DEFAULT '',
  is_commanditaire boolean NOT NULL DEFAULT false,
  is_aiguilleur boolean NOT NULL DEFAULT false,
  is_structure boolean NOT NULL DEFAULT false,
  is_observer boolean NOT NULL DEFAULT false,
  slug text NOT NULL CONSTRAINT organisations_slug_unique UNIQUE,
  colour text NOT NULL DEFAULT '',
  logo_id uuid,
  created_at timestamptz NOT NULL,
  suspended_at timestamptz
);
SELECT passnum.protect('organisations', '{}', '{}', '{id}', 'SELECT, INSERT, UPDATE');
CREATE POLICY directory ON organisations FOR SELECT TO passnum_org, passnum_public, passnum_identity USING (true);
GRANT SELECT ON organisations TO passnum_org, passnum_public, passnum_identity;
SELECT passnum.door('organisations', 'passnum_redeemer', 'SELECT');
-- A person asking to join creates the organisation before anyone acts for it.
CREATE POLICY requested ON organisations FOR INSERT TO passnum_identity WITH CHECK (NOT (is_commanditaire OR is_aiguilleur OR is_structure OR is_observer));
GRANT INSERT ON organisations TO passnum_identity;
REVOKE INSERT, UPDATE ON organisations FROM passnum_org;
GRANT UPDATE (name, street, complement, postal_code, town, insee, colour, logo_id) ON organisations TO passnum_org;

CREATE TABLE organisation_settings (
  organisation_id uuid PRIMARY KEY REFERENCES organisations,
  contact_name text NOT NULL DEFAULT '',
  contact_email text NOT NULL DEFAULT '',
  contact_phone text NOT NULL DEFAULT '',
  billing_name text NOT NULL DEFAULT '',
  billing_street text NOT NULL DEFAULT '',
  billing_postal_code text NOT NULL DEFAULT '',
  billing_town text NOT NULL DEFAULT '',
  chorus_service_required boolean NOT NULL DEFAULT false,
  chorus_service_code text NOT NULL DEFAULT '',
  chorus_engagement_required boolean NOT NULL DEFAULT false
);
SELECT passnum.protect('organisation_settings', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('organisation_settings', 'passnum_identity', 'INSERT');

-- A capacity (commanditaire, aiguilleur, structure) is asked for and granted.
CREATE TABLE capacity_requests (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  capacity text NOT NULL CHECK (capacity IN ('commanditaire', 'aiguilleur', 'structure')),
  message text NOT NULL DEFAULT '',
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'demandee' CHECK (state IN ('demandee', 'acceptee', 'refusee')),
  decided_by uuid,
  decided_at timestamptz,
  reason text NOT NULL DEFAULT '',
  CHECK ((state = 'demandee') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX capacity_requests_one_open ON capacity_requests (organisation_id, capacity) WHERE state = 'demandee';
CREATE INDEX capacity_requests_open ON capacity_requests (requested_at) WHERE state = 'demandee';
SELECT passnum.protect('capacity_requests', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
REVOKE UPDATE ON capacity_requests FROM passnum_org;
SELECT passnum.door('capacity_requests', 'passnum_identity', 'SELECT, INSERT');

-- People. An account belongs to nobody's tenant; only the identity scope and
-- the platform read it.
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL DEFAULT '',
  password_hash text NOT NULL DEFAULT '',
  operator_role text CHECK (operator_role IN ('administration', 'finance', 'suivi')),
  created_at timestamptz NOT NULL,
  last_sign_in_at timestamptz,
  disabled_at timestamptz,
  CONSTRAINT accounts_email_unique UNIQUE (email)
);
SELECT passnum.protect('accounts', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('accounts', 'passnum_identity', 'SELECT, INSERT, UPDATE');

CREATE TABLE memberships (
  organisation_id uuid NOT NULL REFERENCES organisations,
  account_id uuid NOT NULL REFERENCES accounts,
  role text NOT NULL CHECK (role IN ('responsable', 'signataire', 'gestionnaire', 'agent', 'mediateur', 'lecteur')),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id);
SELECT passnum.protect('memberships', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('memberships', 'passnum_identity', 'SELECT, INSERT, UPDATE');

CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  email text NOT NULL,
  role text NOT NULL,
  token_hash bytea NOT NULL CONSTRAINT invitations_token_unique UNIQUE,
  invited_by uuid NOT NULL,
  invited_by_name text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX invitations_organisation ON invitations (organisation_id, created_at DESC);
SELECT passnum.protect('invitations', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('invitations', 'passnum_identity', 'SELECT, UPDATE');

CREATE TABLE password_resets (
  token_hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
SELECT passnum.protect('password_resets', '{}', '{}', '{}', 'SELECT');
SELECT passnum.door('password_resets', 'passnum_identity', 'SELECT, INSERT, UPDATE');

-- Counts of refused tries (passwords, chèque codes) per subject and window;
-- written only when a try fails.
CREATE TABLE failed_tries (
  subject text NOT NULL,
  window_start timestamptz NOT NULL,
  tries int NOT NULL,
  PRIMARY KEY (subject, window_start)
);
SELECT passnum.protect('failed_tries', '{}', '{}', '{}', 'SELECT, DELETE');
SELECT passnum.door('failed_tries', 'passnum_identity', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('failed_tries', 'passnum_redeemer', 'SELECT, INSERT, UPDATE');

CREATE TABLE api_tokens (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  name text NOT NULL,
  token_hash bytea NOT NULL CONSTRAINT api_tokens_hash_unique UNIQUE,
  scopes text[] NOT NULL,
  place_id uuid,
  created_by uuid,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX api_tokens_organisation ON api_tokens (organisation_id);
SELECT passnum.protect('api_tokens', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('api_tokens', 'passnum_identity', 'SELECT');
SELECT passnum.door('api_tokens', 'passnum_redeemer', 'SELECT');

-- Files an organisation gives (logos) and documents it received (quotes, proofs,
-- conventions). Never a chèque: printed codes are not stored anywhere.
CREATE TABLE documents (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations,
  reader_ids uuid[] NOT NULL DEFAULT '{}',
  kind text NOT NULL,
  subject_id uuid,
  name text NOT NULL,
  media_type text NOT NULL,
  content bytea NOT NULL,
  sha256 bytea NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX documents_subject ON documents (organisation_id, subject_id, kind);
SELECT passnum.protect('documents', '{organisation_id}', '{reader_ids}', '{organisation_id}', 'SELECT, INSERT');
SELECT passnum.append_only('documents');
CREATE POLICY logos ON documents FOR SELECT TO passnum_public USING (kind = 'logo');
GRANT SELECT ON documents TO passnum_public;

-- The journal: who did what. Parties read what concerns them; nobody edits it.
CREATE TABLE journal (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  act text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  party_ids uuid[] NOT NULL DEFAULT '{}',
  account_id uuid,
  actor_name text NOT NULL DEFAULT '',
  organisation_id uuid,
  request_id text NOT NULL DEFAULT '',
  device text NOT NULL DEFAULT '',
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX journal_subject ON journal (subject_id, at);
SELECT passnum.protect('journal', '{organisation_id}', '{party_ids}', '{organisation_id}', 'SELECT, INSERT');
SELECT passnum.append_only('journal');
SELECT passnum.door('journal', 'passnum_redeemer', 'INSERT');
SELECT passnum.door('journal', 'passnum_identity', 'INSERT');

-- Mail leaves through here: a row in the business transaction, sent by a job.
CREATE TABLE mail_outbox (
  id uuid PRIMARY KEY,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT ''
);
CREATE INDEX mail_outbox_waiting ON mail_outbox (created_at) WHERE sent_at IS NULL;
SELECT passnum.protect('mail_outbox', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE');
CREATE POLICY posting ON mail_outbox FOR INSERT TO passnum_org, passnum_identity WITH CHECK (sent_at IS NULL);
GRANT INSERT ON mail_outbox TO passnum_org, passnum_identity;

-- Progress of long work, shown live.
CREATE TABLE job_runs (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('en_attente', 'en_cours', 'termine', 'annule', 'echec')),
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  message text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX job_runs_subject ON job_runs (subject_id, created_at DESC);
CREATE UNIQUE INDEX job_runs_one_live ON job_runs (kind, subject_id) WHERE state IN ('en_attente', 'en_cours');
SELECT passnum.protect('job_runs', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');
