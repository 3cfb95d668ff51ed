CREATE OR REPLACE FUNCTION own_use_allowed(p_rule text, p_commanditaire uuid, p_carnet uuid, p_rank smallint, p_structure uuid, p_insee text)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT p_rule = 'acceptee' OR NOT EXISTS (
    SELECT 1 FROM handover_cheques g
    JOIN handovers h ON h.commanditaire_id = g.commanditaire_id AND h.id = g.handover_id
    JOIN points t ON t.aiguilleur_id = h.aiguilleur_id AND t.id = h.point_id
    WHERE g.commanditaire_id = p_commanditaire AND g.carnet_id = p_carnet AND g.rank = p_rank AND g.aiguilleur_id = p_structure
      AND (p_rule = 'refusee' OR t.insee = p_insee));
$$;
