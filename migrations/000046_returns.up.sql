-- What comes back from the bank, the accounts structures are paid on, and what
-- is corrected after a payout.

-- Accounts. A first account takes effect when the structure is qualified; a
-- change waits three days and for a second person; a correction keeps the same
-- number, and only says better whose it is.
ALTER TABLE structure_bank_accounts
  ADD COLUMN kind text NOT NULL DEFAULT 'changement' CHECK (kind IN ('premier', 'changement', 'correction')),
  ADD COLUMN effective_at timestamptz,
  ADD COLUMN confirmed_as text NOT NULL DEFAULT '' CHECK (confirmed_as IN ('', 'structure', 'operateur')),
  ADD COLUMN confirmed_note text NOT NULL DEFAULT '',
  ADD COLUMN refusal_hash bytea, -- of the secret in the link that refuses the change
  ADD COLUMN ended_by uuid,
  ADD COLUMN ended_by_name text NOT NULL DEFAULT '',
  ADD COLUMN ended_reason text NOT NULL DEFAULT '',
  ADD COLUMN vop_needed boolean NOT NULL DEFAULT false, -- corrected after a close match or none: to be verified again
  ADD COLUMN vop_by uuid,
  ADD COLUMN vop_by_name text NOT NULL DEFAULT '',
  ADD COLUMN vop_reason text NOT NULL DEFAULT '';

-- Accounts of before: those that were decided upon are in force, the others wait
-- for their file to be. The owner fills the past in.
ALTER TABLE structures NO FORCE ROW LEVEL SECURITY;
ALTER TABLE structure_bank_accounts NO FORCE ROW LEVEL SECURITY;
INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, bic, state, declared_at, held_until, effective_at)
SELECT organisation_id, gen_random_uuid(), 'premier', coalesce(nullif(account_holder, ''), 'Titulaire à préciser'), iban, bic,
  CASE WHEN decided THEN 'active' ELSE 'attente' END, at, at, CASE WHEN decided THEN at END
FROM (
  SELECT *, qualified_at IS NOT NULL OR state IN ('qualifiee', 'suspendue') AS decided, coalesce(submitted_at, qualified_at, now()) AS at
  FROM structures WHERE iban <> '') AS s;
UPDATE structures SET account_holder = '', iban = '', bic = ''
WHERE iban <> '' AND qualified_at IS NULL AND state NOT IN ('qualifiee', 'suspendue');
ALTER TABLE structures FORCE ROW LEVEL SECURITY;
ALTER TABLE structure_bank_accounts FORCE ROW LEVEL SECURITY;

ALTER TABLE structure_bank_accounts
  -- Three days at least, whatever the application says.
  ADD CONSTRAINT structure_bank_accounts_held CHECK (kind <> 'changement' OR held_until - declared_at >= interval '72 hours'),
  ADD CONSTRAINT structure_bank_accounts_hold_passed CHECK (effective_at IS NULL OR effective_at >= held_until),
  ADD CONSTRAINT structure_bank_accounts_second_person CHECK (effective_at IS NULL OR kind <> 'changement' OR confirmed_by IS NOT NULL),
  ADD CONSTRAINT structure_bank_accounts_effective CHECK (CASE state WHEN 'active' THEN effective_at IS NOT NULL WHEN 'remplacee' THEN true ELSE effective_at IS NULL END),
  ADD CONSTRAINT structure_bank_accounts_confirmed_as CHECK ((confirmed_by IS NULL) = (confirmed_as = '')),
  ADD CONSTRAINT structure_bank_accounts_called_back CHECK (confirmed_as <> 'operateur' OR confirmed_note <> ''),
  ADD CONSTRAINT structure_bank_accounts_ended CHECK ((state IN ('remplacee', 'refusee')) = (ended_at IS NOT NULL)),
  ADD CONSTRAINT structure_bank_accounts_vop_accepted CHECK ((vop_accepted_by IS NULL) = (vop_accepted_at IS NULL)
    AND (vop_accepted_by IS NULL OR vop_result IN ('RVMC', 'RVNM', 'RVNA') AND vop_reason <> '')),
  ADD CONSTRAINT structure_bank_accounts_vop_four_eyes CHECK (vop_accepted_by <> vop_by);
CREATE INDEX structure_bank_accounts_iban ON structure_bank_accounts (iban) WHERE state IN ('attente', 'active');
CREATE UNIQUE INDEX structure_bank_accounts_refusal ON structure_bank_accounts (refusal_hash) WHERE refusal_hash IS NOT NULL;

-- What was declared is never edited, what ended never lives again, and nobody
-- calls « first » or « correction » what changes the account.
CREATE FUNCTION passnum.guard_bank_account() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.structure_id, NEW.id, NEW.kind, NEW.account_holder, NEW.iban, NEW.bic, NEW.declared_at, NEW.declared_by, NEW.held_until)
       IS DISTINCT FROM (OLD.structure_id, OLD.id, OLD.kind, OLD.account_holder, OLD.iban, OLD.bic, OLD.declared_at, OLD.declared_by, OLD.held_until)
       OR OLD.state IN ('remplacee', 'refusee') AND NEW.state <> OLD.state
       OR OLD.state = 'active' AND NEW.state NOT IN ('active', 'remplacee')
       OR OLD.effective_at IS NOT NULL AND NEW.effective_at IS DISTINCT FROM OLD.effective_at THEN
      RAISE EXCEPTION 'a declared bank account is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.kind = 'premier' AND EXISTS (SELECT FROM structure_bank_accounts b WHERE b.structure_id = NEW.structure_id AND b.effective_at IS NOT NULL) THEN
    RAISE EXCEPTION 'this structure has had an account in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'structure_bank_accounts_first_only';
  END IF;
  IF NEW.kind = 'correction' AND NOT EXISTS (SELECT FROM structure_bank_accounts b WHERE b.structure_id = NEW.structure_id AND b.state = 'active' AND b.iban = NEW.iban) THEN
    RAISE EXCEPTION 'a correction keeps the number of the account in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'structure_bank_accounts_same_number';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_bank_account BEFORE INSERT OR UPDATE ON structure_bank_accounts FOR EACH ROW EXECUTE FUNCTION passnum.guard_bank_account();

-- The account in force of a structure is one of its accounts in force.
CREATE FUNCTION passnum.guard_account_in_force() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF NEW.iban <> '' AND (NEW.iban, NEW.account_holder, NEW.bic) IS DISTINCT FROM (OLD.iban, OLD.account_holder, OLD.bic)
     AND NOT EXISTS (SELECT FROM structure_bank_accounts b WHERE b.structure_id = NEW.organisation_id AND b.state = 'active' AND b.iban = NEW.iban) THEN
    RAISE EXCEPTION 'no account in force has this number' USING ERRCODE = 'check_violation', CONSTRAINT = 'structures_account_in_force';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_account_in_force BEFORE UPDATE OF iban, account_holder, bic ON structures FOR EACH ROW EXECUTE FUNCTION passnum.guard_account_in_force();

-- A structure declares, confirms and refuses; it never makes an account effective.
REVOKE INSERT, UPDATE ON structure_bank_accounts FROM passnum_org;
GRANT INSERT (structure_id, id, kind, account_holder, iban, bic, state, declared_at, declared_by, declared_by_name, held_until) ON structure_bank_accounts TO passnum_org;
GRANT UPDATE (state, confirmed_at, confirmed_by, confirmed_by_name, confirmed_as, ended_at, ended_by, ended_by_name, ended_reason) ON structure_bank_accounts TO passnum_org;
CREATE POLICY own_declares ON structure_bank_accounts AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (state = 'attente');
CREATE POLICY own_answers ON structure_bank_accounts AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (true) WITH CHECK (effective_at IS NULL AND state <> 'active' AND (confirmed_as <> 'operateur' OR state = 'refusee'));
REVOKE UPDATE (account_holder, iban, bic) ON structures FROM passnum_org;

-- What came back: one row a line, once, whoever tells it first. Finance may ask
-- for it to be paid again on the same account.
CREATE TABLE settlement_returns (
  settlement_line_id uuid PRIMARY KEY REFERENCES settlement_lines,
  structure_id uuid NOT NULL REFERENCES organisations,
  key text NOT NULL CONSTRAINT settlement_returns_key_once UNIQUE,
  kind text NOT NULL CHECK (kind IN ('rejet', 'retour')),
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  code text NOT NULL DEFAULT '',
  explanation text NOT NULL DEFAULT '',
  returned_on date NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid,
  recorded_by_name text NOT NULL DEFAULT '',
  represented_at timestamptz,
  represented_by uuid,
  represented_by_name text NOT NULL DEFAULT '',
  represented_reason text NOT NULL DEFAULT '',
  CONSTRAINT settlement_returns_represented CHECK ((represented_at IS NULL) = (represented_by IS NULL) AND (represented_at IS NULL) = (represented_reason = ''))
);
CREATE INDEX settlement_returns_structure ON settlement_returns (structure_id, recorded_at DESC);
SELECT passnum.protect('settlement_returns', '{structure_id}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (represented_at, represented_by, represented_by_name, represented_reason) ON settlement_returns TO passnum_platform;

-- The bank's answers to payment files (pain.002): a file is read once, and what
-- could not be applied waits for somebody.
CREATE TABLE status_reports (
  id uuid PRIMARY KEY,
  fingerprint bytea NOT NULL CONSTRAINT status_reports_once UNIQUE,
  file_name text NOT NULL,
  version text NOT NULL,
  message_id text NOT NULL,
  original_message_id text NOT NULL,
  group_status text NOT NULL,
  group_code text NOT NULL DEFAULT '',
  content bytea NOT NULL,
  loaded_at timestamptz NOT NULL,
  loaded_by uuid NOT NULL,
  loaded_by_name text NOT NULL
);
CREATE INDEX status_reports_loaded ON status_reports (loaded_at DESC);
SELECT passnum.protect('status_reports', '{}', '{}', '{}', 'SELECT, INSERT');

CREATE TABLE status_report_lines (
  report_id uuid NOT NULL REFERENCES status_reports,
  position int NOT NULL CHECK (position > 0),
  end_to_end_id text NOT NULL DEFAULT '',
  status text NOT NULL,
  code text NOT NULL DEFAULT '',
  explanation text NOT NULL DEFAULT '',
  amount_cents bigint,
  settlement_line_id uuid REFERENCES settlement_lines,
  outcome text NOT NULL CHECK (outcome IN ('applique', 'deja', 'rien', 'attente', 'classe')),
  sentence text NOT NULL,
  settled_at timestamptz,
  settled_by uuid,
  settled_by_name text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  PRIMARY KEY (report_id, position),
  CONSTRAINT status_report_lines_settled CHECK ((outcome = 'classe') <= (settled_by IS NOT NULL AND note <> ''))
);
CREATE INDEX status_report_lines_waiting ON status_report_lines (report_id) WHERE outcome = 'attente';
SELECT passnum.protect('status_report_lines', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (outcome, sentence, settlement_line_id, settled_at, settled_by, settled_by_name, note) ON status_report_lines TO passnum_platform;

-- A structure that pays back what it owes is an incident too, of the opposite
-- sign, which the bank statement decides.
ALTER TABLE incidents
  ADD COLUMN decision text NOT NULL DEFAULT '',
  ADD COLUMN recovery_key text,
  ADD COLUMN recovered_on date;
ALTER TABLE incidents DROP CONSTRAINT incidents_kind_check;
ALTER TABLE incidents DROP CONSTRAINT incidents_decided;
ALTER TABLE incidents DROP CONSTRAINT incidents_sign;
ALTER TABLE incidents
  ADD CONSTRAINT incidents_kind_check CHECK (kind IN ('trop_percu', 'fraude', 'geste', 'annulation', 'recouvrement')),
  ADD CONSTRAINT incidents_decided CHECK (CASE kind WHEN 'recouvrement' THEN state = 'valide' AND decided_by IS NULL ELSE (state = 'propose') = (decided_by IS NULL) END),
  ADD CONSTRAINT incidents_sign CHECK (kind = 'annulation' OR (kind IN ('geste', 'recouvrement')) = (amount_cents > 0)),
  ADD CONSTRAINT incidents_recovery CHECK ((kind = 'recouvrement') = (recovery_key IS NOT NULL) AND (recovery_key IS NULL) = (recovered_on IS NULL));
CREATE UNIQUE INDEX incidents_recovery_once ON incidents (recovery_key, order_id) WHERE recovery_key IS NOT NULL;
CREATE INDEX incidents_redemption ON incidents (commanditaire_id, redemption_id) WHERE redemption_id IS NOT NULL;
CREATE INDEX incidents_proposed ON incidents (proposed_at DESC, id);

-- What is taken back on a chèque never exceeds what it paid, and a cancelled
-- incident is cancelled to the cent. The redemption's row is the lock.
CREATE FUNCTION passnum.guard_incident() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  paid bigint;
  taken bigint;
  cancelled incidents;
BEGIN
  IF TG_OP = 'UPDATE' AND ((NEW.commanditaire_id, NEW.id, NEW.order_id, NEW.structure_id, NEW.number, NEW.kind, NEW.redemption_id, NEW.cancels_id, NEW.amount_cents, NEW.proposed_by)
      IS DISTINCT FROM (OLD.commanditaire_id, OLD.id, OLD.order_id, OLD.structure_id, OLD.number, OLD.kind, OLD.redemption_id, OLD.cancels_id, OLD.amount_cents, OLD.proposed_by)
      OR OLD.state <> 'propose' AND NEW.state <> OLD.state) THEN
    RAISE EXCEPTION 'an incident is never edited' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.kind = 'annulation' AND TG_OP = 'INSERT' THEN
    SELECT * INTO cancelled FROM incidents WHERE commanditaire_id = NEW.commanditaire_id AND id = NEW.cancels_id;
    IF cancelled.state <> 'valide' OR cancelled.kind IN ('annulation', 'recouvrement') OR (cancelled.order_id, cancelled.structure_id, -cancelled.amount_cents) IS DISTINCT FROM (NEW.order_id, NEW.structure_id, NEW.amount_cents) THEN
      RAISE EXCEPTION 'a cancellation is the opposite of a decided incident' USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_opposite';
    END IF;
  END IF;
  IF NEW.kind IN ('trop_percu', 'fraude') AND NEW.redemption_id IS NOT NULL AND NEW.state <> 'refuse' THEN
    SELECT amount_cents INTO paid FROM redemptions WHERE commanditaire_id = NEW.commanditaire_id AND id = NEW.redemption_id AND undone_at IS NULL FOR UPDATE;
    SELECT -coalesce(sum(i.amount_cents), 0) INTO taken FROM incidents i
    WHERE i.commanditaire_id = NEW.commanditaire_id AND i.redemption_id = NEW.redemption_id AND i.id <> NEW.id AND i.kind IN ('trop_percu', 'fraude') AND i.state <> 'refuse'
      AND NOT EXISTS (SELECT FROM incidents a WHERE a.commanditaire_id = i.commanditaire_id AND a.cancels_id = i.id AND a.state = 'valide');
    IF taken - NEW.amount_cents > coalesce(paid, 0) THEN
      RAISE EXCEPTION 'more is taken back than was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_within_redemption';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_incident BEFORE INSERT OR UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION passnum.guard_incident();
