CREATE OR REPLACE FUNCTION passnum.guard_own_state() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF current_user = 'passnum_org' AND NEW.state IS DISTINCT FROM OLD.state AND (NEW.state = 'qualifiee' OR OLD.state = 'qualifiee' OR NEW.state = 'corrections') THEN
    RAISE EXCEPTION 'a structure does not decide on its own file' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DROP POLICY own_states ON structures;
CREATE POLICY own_states ON structures AS RESTRICTIVE FOR UPDATE TO passnum_org
  USING (state IN ('brouillon', 'soumise', 'corrections', 'refusee', 'qualifiee'))
  WITH CHECK (state IN ('brouillon', 'soumise', 'corrections', 'qualifiee'));
