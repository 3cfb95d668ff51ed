-- A counter gives a whole carnet or some of its chèques, at the desk or by post,
-- one carnet or several to one household. ranks NULL is the whole carnet;
-- group_id joins the carnets of a household; actor_name is the agent's, as the
-- journal writes it; entries and pathway_id are what an orientation proposed and
-- the person agreed to. Neither a name nor an address of the person, ever.
ALTER TABLE handovers
  ADD COLUMN ranks smallint[] CHECK (cardinality(ranks) BETWEEN 1 AND 20),
  ADD COLUMN entries smallint[] NOT NULL DEFAULT '{}',
  ADD COLUMN pathway_id uuid,
  ADD COLUMN channel text NOT NULL DEFAULT 'guichet' CHECK (channel IN ('guichet', 'courrier')),
  ADD COLUMN group_id uuid,
  ADD COLUMN actor_name text NOT NULL DEFAULT '';
CREATE INDEX handovers_group ON handovers (commanditaire_id, group_id) WHERE group_id IS NOT NULL;
CREATE INDEX handovers_partial ON handovers (aiguilleur_id, point_id, carnet_id) WHERE ranks IS NOT NULL AND undone_at IS NULL;

-- A carnet is wholly in one person's hands at most once; some chèques of it may
-- be in several people's, and then no whole hand-over can be (handover_cheques).
DROP INDEX handovers_one_live;
CREATE UNIQUE INDEX handovers_one_live ON handovers (commanditaire_id, carnet_id) WHERE undone_at IS NULL AND ranks IS NULL;

-- Which hand-over each chèque is out by, now: its key is the chèque, so that none
-- is out by two. Written by open_cheques and close_cheques alone.
CREATE TABLE handover_cheques (
  commanditaire_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  rank smallint NOT NULL,
  handover_id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL,
  PRIMARY KEY (commanditaire_id, carnet_id, rank),
  FOREIGN KEY (commanditaire_id, handover_id) REFERENCES handovers,
  FOREIGN KEY (commanditaire_id, carnet_id, rank) REFERENCES cheques (commanditaire_id, carnet_id, rank)
);
CREATE INDEX handover_cheques_handover ON handover_cheques (commanditaire_id, handover_id);

-- Every hand-over until today was of a whole carnet. The owner too is held by
-- row-level security, but for the time of this reading.
ALTER TABLE handovers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cheques NO FORCE ROW LEVEL SECURITY;
INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
  SELECT h.commanditaire_id, h.carnet_id, c.rank, h.id, h.aiguilleur_id
  FROM handovers h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.carnet_id = h.carnet_id
  WHERE h.undone_at IS NULL;
ALTER TABLE handovers FORCE ROW LEVEL SECURITY;
ALTER TABLE cheques FORCE ROW LEVEL SECURITY;

SELECT passnum.protect('handover_cheques', '{commanditaire_id,aiguilleur_id}', '{}', '{}', 'SELECT');
SELECT passnum.door('handover_cheques', 'passnum_redeemer', 'SELECT, INSERT, DELETE');
SELECT passnum.door('handovers', 'passnum_redeemer', 'SELECT');

-- open_cheques makes the chèques of a hand-over the caller has just recorded
-- redeemable until the carnet's date, and says how many; the caller undoes
-- everything when some were not there to give.
DROP FUNCTION open_cheques(uuid, uuid, date);
CREATE FUNCTION open_cheques(p_commanditaire uuid, p_handover uuid)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := current_setting('app.organisation_id')::uuid;
  given record;
  opened int;
BEGIN
  SELECT h.carnet_id, h.ranks, k.accepted_until INTO given
  FROM handovers h JOIN carnets k ON k.commanditaire_id = h.commanditaire_id AND k.id = h.carnet_id
  WHERE h.commanditaire_id = p_commanditaire AND h.id = p_handover AND h.aiguilleur_id = me AND h.undone_at IS NULL
    AND k.aiguilleur_id = me AND k.state = 'remis';
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH opened AS (
    UPDATE cheques SET state = 'actif', accepted_until = given.accepted_until
    WHERE commanditaire_id = p_commanditaire AND carnet_id = given.carnet_id AND state = 'inactif'
      AND (given.ranks IS NULL OR rank = ANY (given.ranks))
    RETURNING rank
  )
  INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
  SELECT p_commanditaire, given.carnet_id, rank, p_handover, me FROM opened;
  GET DIAGNOSTICS opened = ROW_COUNT;
  RETURN opened;
END $$;

-- close_cheques takes back a hand-over of the caller's, unless one of its chèques
-- was already used; it locks the chèques first, so a redemption in flight either
-- comes before (and is seen) or finds them closed.
DROP FUNCTION close_cheques(uuid, uuid);
CREATE FUNCTION close_cheques(p_commanditaire uuid, p_handover uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  carnet uuid;
  out_ranks smallint[];
BEGIN
  SELECT h.carnet_id INTO carnet FROM handovers h
  WHERE h.commanditaire_id = p_commanditaire AND h.id = p_handover AND h.aiguilleur_id = current_setting('app.organisation_id')::uuid AND h.undone_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  out_ranks := ARRAY(SELECT o.rank FROM handover_cheques o WHERE o.commanditaire_id = p_commanditaire AND o.handover_id = p_handover);
  PERFORM 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = carnet AND rank = ANY (out_ranks) ORDER BY rank FOR UPDATE;
  IF EXISTS (SELECT 1 FROM cheques WHERE commanditaire_id = p_commanditaire AND carnet_id = carnet AND rank = ANY (out_ranks) AND state <> 'actif') THEN
    RETURN false;
  END IF;
  DELETE FROM handover_cheques WHERE commanditaire_id = p_commanditaire AND handover_id = p_handover;
  UPDATE cheques SET state = 'inactif', accepted_until = NULL
  WHERE commanditaire_id = p_commanditaire AND carnet_id = carnet AND rank = ANY (out_ranks);
  RETURN true;
END $$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION open_cheques(uuid, uuid) OWNER TO passnum_redeemer;
ALTER FUNCTION close_cheques(uuid, uuid) OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION open_cheques(uuid, uuid), close_cheques(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_cheques(uuid, uuid), close_cheques(uuid, uuid) TO passnum_org;
