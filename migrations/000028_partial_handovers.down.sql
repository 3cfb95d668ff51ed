DROP FUNCTION open_cheques(uuid, uuid);
DROP FUNCTION close_cheques(uuid, uuid);
DROP POLICY door_passnum_redeemer ON handovers;
REVOKE ALL ON handovers FROM passnum_redeemer;
DROP TABLE handover_cheques;
DROP INDEX handovers_one_live, handovers_group, handovers_partial;
ALTER TABLE handovers DROP COLUMN ranks, DROP COLUMN entries, DROP COLUMN pathway_id, DROP COLUMN channel, DROP COLUMN group_id, DROP COLUMN actor_name;
CREATE UNIQUE INDEX handovers_one_live ON handovers (commanditaire_id, carnet_id) WHERE undone_at IS NULL;

CREATE FUNCTION open_cheques(p_commanditaire uuid, p_carnet uuid, p_until date)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  opened int;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM carnets WHERE commanditaire_id = p_commanditaire AND id = p_carnet
      AND aiguilleur_id = current_setting('app.organisation_id')::uuid AND state = 'remis') THEN
    RETURN 0;
  END IF;
  UPDATE cheques SET state = 'actif', accepted_until = p_until
  WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet AND state = 'inactif';
  GET DIAGNOSTICS opened = ROW_COUNT;
  RETURN opened;
END $$;
CREATE FUNCTION close_cheques(p_commanditaire uuid, p_carnet uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM carnets WHERE commanditaire_id = p_commanditaire AND id = p_carnet
      AND aiguilleur_id = current_setting('app.organisation_id')::uuid) THEN
    RETURN false;
  END IF;
  PERFORM 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet ORDER BY rank FOR UPDATE;
  IF EXISTS (SELECT 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet AND state <> 'actif') THEN
    RETURN false;
  END IF;
  UPDATE cheques SET state = 'inactif', accepted_until = NULL WHERE commanditaire_id = p_commanditaire AND carnet_id = p_carnet;
  RETURN true;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION open_cheques(uuid, uuid, date) OWNER TO passnum_redeemer;
ALTER FUNCTION close_cheques(uuid, uuid) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION open_cheques(uuid, uuid, date), close_cheques(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_cheques(uuid, uuid, date), close_cheques(uuid, uuid) TO passnum_org;
