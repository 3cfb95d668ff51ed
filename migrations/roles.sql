-- Cluster-wide roles. Idempotent; needs CREATEROLE. No password here: the
-- installation sets the one of passnum_app.
DO $$
DECLARE
  r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['passnum_org', 'passnum_platform', 'passnum_public', 'passnum_identity', 'passnum_redeemer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', r);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
  -- NOINHERIT: outside a scope the application can read no business table.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'passnum_app') THEN
    BEGIN
      CREATE ROLE passnum_app LOGIN NOINHERIT NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  GRANT passnum_org, passnum_platform, passnum_public, passnum_identity TO passnum_app;
EXCEPTION WHEN OTHERS THEN
  IF SQLERRM LIKE '%tuple concurrently updated%' THEN NULL; ELSE RAISE; END IF;
END $$;
