-- A guard must read the real tables: without pg_temp last, a temporary table of the
-- same name comes first, and a connection of the application could answer for it.
ALTER FUNCTION passnum.refuse_edit() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.own_signature() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.sweep_within_fees() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_bank_account() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_account_in_force() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_incident() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_own_state() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_file_version() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.guard_own_kind() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.stops_follow() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.offers_follow() SET search_path = public, pg_temp;
ALTER FUNCTION passnum.workshops_follow() SET search_path = public, pg_temp;
ALTER FUNCTION invoice_follows() SET search_path = public, pg_temp;

-- What was approved is paid: who prepared it, to whom and how much never change,
-- and it is never taken away. Only how it ended is written afterwards.
REVOKE UPDATE ON settlements, settlement_lines, redemptions FROM passnum_platform;
GRANT UPDATE (state, number, approved_at, approved_by, approved_by_name, frozen_hash, execution_on, executed_on, executed_by) ON settlements TO passnum_platform;
GRANT UPDATE (state, settlement_number, executed_on, returned_on, return_code, return_text) ON settlement_lines TO passnum_platform;
-- The last two are named unchanged by whoever ties many rows at once.
GRANT UPDATE (settlement_line_id, structure_id, order_id) ON redemptions TO passnum_platform;

CREATE FUNCTION passnum.guard_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.state = 'preparee' THEN
    RAISE EXCEPTION 'an approved payment is never taken back' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_TABLE_NAME = 'settlement_lines' THEN
    IF NEW.settlement_number <> OLD.settlement_number THEN
      RAISE EXCEPTION 'an approved payment is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF (NEW.number, NEW.approved_at, NEW.approved_by, NEW.approved_by_name, NEW.frozen_hash, NEW.execution_on)
     IS DISTINCT FROM (OLD.number, OLD.approved_at, OLD.approved_by, OLD.approved_by_name, OLD.frozen_hash, OLD.execution_on) THEN
    RAISE EXCEPTION 'an approved payment is never edited' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- guard_paid keeps what a payment took, which would otherwise be owed once more.
CREATE FUNCTION passnum.guard_paid() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  line uuid := (to_jsonb(OLD) ->> TG_ARGV[0])::uuid;
BEGIN
  IF EXISTS (SELECT FROM settlement_lines l WHERE l.id = line AND l.state <> 'preparee') THEN
    RAISE EXCEPTION 'what an approved payment took stays in it' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE ALL ON FUNCTION passnum.guard_approved(), passnum.guard_paid() FROM PUBLIC;

CREATE TRIGGER guard_approved BEFORE UPDATE OR DELETE ON settlements FOR EACH ROW
  WHEN (current_user = 'passnum_platform' AND OLD.state <> 'preparee') EXECUTE FUNCTION passnum.guard_approved();
CREATE TRIGGER guard_approved BEFORE UPDATE OR DELETE ON settlement_lines FOR EACH ROW
  WHEN (current_user = 'passnum_platform' AND OLD.state <> 'preparee') EXECUTE FUNCTION passnum.guard_approved();
CREATE TRIGGER guard_paid BEFORE DELETE ON settlement_shares FOR EACH ROW
  WHEN (current_user = 'passnum_platform') EXECUTE FUNCTION passnum.guard_paid('line_id');
CREATE TRIGGER guard_paid BEFORE UPDATE ON redemptions FOR EACH ROW
  WHEN (current_user = 'passnum_platform' AND OLD.settlement_line_id IS NOT NULL AND NEW.settlement_line_id IS DISTINCT FROM OLD.settlement_line_id)
  EXECUTE FUNCTION passnum.guard_paid('settlement_line_id');
CREATE TRIGGER guard_paid BEFORE UPDATE ON incidents FOR EACH ROW
  WHEN (current_user = 'passnum_platform' AND OLD.settlement_line_id IS NOT NULL AND NEW.settlement_line_id IS DISTINCT FROM OLD.settlement_line_id)
  EXECUTE FUNCTION passnum.guard_paid('settlement_line_id');
CREATE TRIGGER keeps_its_parties BEFORE UPDATE ON redemptions FOR EACH ROW
  WHEN (current_user = 'passnum_platform' AND (OLD.structure_id <> NEW.structure_id OR OLD.order_id <> NEW.order_id))
  EXECUTE FUNCTION passnum.refuse_edit();
