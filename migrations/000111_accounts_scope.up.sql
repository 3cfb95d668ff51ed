-- A forgotten scope fails: an organisation's transaction that names none read the
-- accounts of all, because whoever names none was taken for the operator.
CREATE OR REPLACE FUNCTION account_reads(p_commanditaire uuid, p_funders uuid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN current_setting('role') = 'passnum_platform' THEN true
    ELSE current_setting('app.organisation_id')::uuid = p_commanditaire OR current_setting('app.organisation_id')::uuid = ANY (p_funders) END;
$$;
