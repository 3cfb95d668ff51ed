-- Row-level security is granted by one helper, so that no table can be half
-- protected. A party column holds one organisation, a reader column an array.

CREATE SCHEMA IF NOT EXISTS passnum;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO passnum_app, passnum_org, passnum_platform, passnum_public, passnum_identity, passnum_redeemer;

-- protect makes a table visible to an organisation exactly when one of the
-- party columns is that organisation or a reader column contains it, and
-- writable when one of the writer columns is. The platform sees everything.
CREATE FUNCTION passnum.protect(tbl regclass, parties text[], readers text[], writers text[], verbs text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  me constant text := $q$current_setting('app.organisation_id')::uuid$q$;
  sees text := '';
  writes text := '';
  col text;
BEGIN
  FOREACH col IN ARRAY parties LOOP
    sees := sees || format(' OR %I = %s', col, me);
  END LOOP;
  FOREACH col IN ARRAY readers LOOP
    sees := sees || format(' OR %s = ANY (%I)', me, col);
  END LOOP;
  FOREACH col IN ARRAY writers LOOP
    writes := writes || format(' OR %I = %s', col, me);
  END LOOP;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY platform ON %s TO passnum_platform USING (true) WITH CHECK (true)', tbl);
  EXECUTE format('GRANT %s ON %s TO passnum_platform', verbs, tbl);
  IF sees <> '' THEN
    EXECUTE format('CREATE POLICY party_reads ON %s FOR SELECT TO passnum_org USING (%s)', tbl, substr(sees, 5));
    EXECUTE format('GRANT SELECT ON %s TO passnum_org', tbl);
  END IF;
  IF writes <> '' THEN
    EXECUTE format('CREATE POLICY party_inserts ON %s FOR INSERT TO passnum_org WITH CHECK (%s)', tbl, substr(writes, 5));
    EXECUTE format('CREATE POLICY party_updates ON %s FOR UPDATE TO passnum_org USING (%s) WITH CHECK (%s)', tbl, substr(writes, 5), substr(writes, 5));
    EXECUTE format('CREATE POLICY party_deletes ON %s FOR DELETE TO passnum_org USING (%s)', tbl, substr(writes, 5));
    EXECUTE format('GRANT %s ON %s TO passnum_org', verbs, tbl);
  END IF;
END $$;

-- append_only forbids editing history, even to a role that was granted too much.
CREATE FUNCTION passnum.refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION passnum.append_only(tbl regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION passnum.refuse_edit()', tbl);
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION passnum.refuse_edit()', tbl);
END $$;

-- door opens a table to the identity scope (people before they act for anyone)
-- or to the redeeming door.
CREATE FUNCTION passnum.door(tbl regclass, role_name text, verbs text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE POLICY door_%s ON %s TO %I USING (true) WITH CHECK (true)', role_name, tbl, role_name);
  EXECUTE format('GRANT %s ON %s TO %I', verbs, tbl, role_name);
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA passnum FROM PUBLIC;

-- Facts about this installation: whether it is a demonstration, its counters.
CREATE TABLE installation (
  key text PRIMARY KEY,
  value text NOT NULL
);
SELECT passnum.protect('installation', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE');
CREATE POLICY everyone_reads ON installation FOR SELECT TO passnum_org, passnum_public, passnum_identity USING (true);
GRANT SELECT ON installation TO passnum_org, passnum_public, passnum_identity;

-- Numbers without holes per series and year; a row lock serialises takers, so a
-- rollback gives its number back.
CREATE TABLE counters (
  series text NOT NULL,
  year int NOT NULL,
  value bigint NOT NULL,
  PRIMARY KEY (series, year)
);
SELECT passnum.protect('counters', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE');
CREATE POLICY everyone_counts ON counters TO passnum_org USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON counters TO passnum_org;

-- Web sessions, hashed tokens (scs). Belongs to the login role alone.
CREATE TABLE sessions (
  token text PRIMARY KEY,
  data bytea NOT NULL,
  expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON sessions TO passnum_app USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO passnum_app;
