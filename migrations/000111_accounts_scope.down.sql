CREATE OR REPLACE FUNCTION account_reads(p_commanditaire uuid, p_funders uuid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(me = p_commanditaire OR me = ANY (p_funders), true)
  FROM (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid AS me) AS caller;
$$;
