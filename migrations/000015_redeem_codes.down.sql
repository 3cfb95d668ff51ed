DROP FUNCTION redeem_codes;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname IN ('find_cheques', 'cheque_facts', 'undo_redemption') LOOP
    EXECUTE format('ALTER FUNCTION %s RESET plan_cache_mode', f);
    EXECUTE format('ALTER FUNCTION %s RESET enable_seqscan', f);
  END LOOP;
END $$;
