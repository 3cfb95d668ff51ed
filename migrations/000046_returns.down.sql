DROP TRIGGER guard_incident ON incidents;
DROP FUNCTION passnum.guard_incident();
DROP INDEX incidents_proposed, incidents_redemption, incidents_recovery_once;
ALTER TABLE incidents NO FORCE ROW LEVEL SECURITY;
DELETE FROM incidents WHERE kind = 'recouvrement';
ALTER TABLE incidents FORCE ROW LEVEL SECURITY;
ALTER TABLE incidents DROP CONSTRAINT incidents_recovery, DROP CONSTRAINT incidents_sign, DROP CONSTRAINT incidents_decided, DROP CONSTRAINT incidents_kind_check;
ALTER TABLE incidents DROP COLUMN decision, DROP COLUMN recovery_key, DROP COLUMN recovered_on;
ALTER TABLE incidents
  ADD CONSTRAINT incidents_kind_check CHECK (kind IN ('trop_percu', 'fraude', 'geste', 'annulation')),
  ADD CONSTRAINT incidents_decided CHECK ((state = 'propose') = (decided_by IS NULL)),
  ADD CONSTRAINT incidents_sign CHECK (kind = 'annulation' OR (kind = 'geste') = (amount_cents > 0));
DROP TABLE status_report_lines, status_reports, settlement_returns;
GRANT UPDATE (account_holder, iban, bic) ON structures TO passnum_org;
DROP POLICY own_answers ON structure_bank_accounts;
DROP POLICY own_declares ON structure_bank_accounts;
DROP TRIGGER guard_account_in_force ON structures;
DROP FUNCTION passnum.guard_account_in_force();
DROP TRIGGER guard_bank_account ON structure_bank_accounts;
DROP FUNCTION passnum.guard_bank_account();
ALTER TABLE structures NO FORCE ROW LEVEL SECURITY;
ALTER TABLE structure_bank_accounts NO FORCE ROW LEVEL SECURITY;
UPDATE structures s SET account_holder = b.account_holder, iban = b.iban, bic = b.bic
FROM structure_bank_accounts b WHERE b.structure_id = s.organisation_id AND b.state = 'attente' AND b.kind = 'premier' AND s.iban = '';
DELETE FROM structure_bank_accounts WHERE kind <> 'changement';
ALTER TABLE structures FORCE ROW LEVEL SECURITY;
ALTER TABLE structure_bank_accounts FORCE ROW LEVEL SECURITY;
DROP INDEX structure_bank_accounts_refusal, structure_bank_accounts_iban;
ALTER TABLE structure_bank_accounts
  DROP CONSTRAINT structure_bank_accounts_held, DROP CONSTRAINT structure_bank_accounts_hold_passed, DROP CONSTRAINT structure_bank_accounts_second_person,
  DROP CONSTRAINT structure_bank_accounts_effective, DROP CONSTRAINT structure_bank_accounts_confirmed_as, DROP CONSTRAINT structure_bank_accounts_called_back,
  DROP CONSTRAINT structure_bank_accounts_ended, DROP CONSTRAINT structure_bank_accounts_vop_accepted, DROP CONSTRAINT structure_bank_accounts_vop_four_eyes,
  DROP COLUMN kind, DROP COLUMN effective_at, DROP COLUMN confirmed_as, DROP COLUMN confirmed_note, DROP COLUMN refusal_hash,
  DROP COLUMN ended_by, DROP COLUMN ended_by_name, DROP COLUMN ended_reason, DROP COLUMN vop_needed, DROP COLUMN vop_by, DROP COLUMN vop_by_name, DROP COLUMN vop_reason;
GRANT SELECT, INSERT, UPDATE ON structure_bank_accounts TO passnum_org;
