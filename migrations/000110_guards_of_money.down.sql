DROP TRIGGER keeps_its_parties ON redemptions;
DROP TRIGGER guard_paid ON incidents;
DROP TRIGGER guard_paid ON redemptions;
DROP TRIGGER guard_paid ON settlement_shares;
DROP TRIGGER guard_approved ON settlement_lines;
DROP TRIGGER guard_approved ON settlements;
DROP FUNCTION passnum.guard_paid();
DROP FUNCTION passnum.guard_approved();

REVOKE UPDATE (state, number, approved_at, approved_by, approved_by_name, frozen_hash, execution_on, executed_on, executed_by) ON settlements FROM passnum_platform;
REVOKE UPDATE (state, settlement_number, executed_on, returned_on, return_code, return_text) ON settlement_lines FROM passnum_platform;
REVOKE UPDATE (settlement_line_id, structure_id, order_id) ON redemptions FROM passnum_platform;
GRANT UPDATE ON settlements, settlement_lines, redemptions TO passnum_platform;

ALTER FUNCTION passnum.refuse_edit() RESET search_path;
ALTER FUNCTION passnum.own_signature() RESET search_path;
ALTER FUNCTION passnum.sweep_within_fees() RESET search_path;
ALTER FUNCTION invoice_follows() RESET search_path;
ALTER FUNCTION passnum.guard_bank_account() SET search_path = public;
ALTER FUNCTION passnum.guard_account_in_force() SET search_path = public;
ALTER FUNCTION passnum.guard_incident() SET search_path = public;
ALTER FUNCTION passnum.guard_own_state() SET search_path = public;
ALTER FUNCTION passnum.guard_file_version() SET search_path = public;
ALTER FUNCTION passnum.guard_own_kind() SET search_path = public;
ALTER FUNCTION passnum.stops_follow() SET search_path = public;
ALTER FUNCTION passnum.offers_follow() SET search_path = public;
ALTER FUNCTION passnum.workshops_follow() SET search_path = public;
