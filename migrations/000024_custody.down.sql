DROP FUNCTION claim_carnets(uuid, uuid, text[]);
DROP FUNCTION transfer_points(uuid);
REVOKE UPDATE (state, aiguilleur_id, point_id, case_id, sender_id, reserve) ON carnets FROM passnum_redeemer;
DROP POLICY sender_updates ON carnets;
DROP POLICY sender_reads ON carnets;
ALTER TABLE custody_moves DISABLE TRIGGER append_only;
ALTER TABLE custody_moves NO FORCE ROW LEVEL SECURITY;
DELETE FROM custody_moves WHERE kind IN ('depart', 'annulation_envoi', 'ecart', 'retrouve', 'restitution', 'perte', 'mainlevee', 'remplacement', 'peremption');
ALTER TABLE custody_moves FORCE ROW LEVEL SECURITY;
ALTER TABLE custody_moves ENABLE TRIGGER append_only;
ALTER TABLE custody_moves
  DROP CONSTRAINT custody_moves_kind_check,
  ADD CONSTRAINT custody_moves_kind_check CHECK (kind IN ('fabrication', 'expedition', 'reception', 'remise', 'annulation_remise', 'retour', 'opposition')),
  DROP COLUMN transfer_id, DROP COLUMN case_id, DROP COLUMN holder, DROP COLUMN actor_name;
ALTER TABLE carnets
  DROP CONSTRAINT carnets_one_holder,
  DROP COLUMN transfer_id, DROP COLUMN case_id, DROP COLUMN sender_id, DROP COLUMN reserve;
DROP TABLE stock_requests;
DROP TABLE stock_thresholds;
DROP TABLE custody_notes;
DROP TABLE custody_case_lines;
DROP TABLE custody_cases;
DROP TABLE transfer_ranges;
DROP TABLE transfers;
DROP FUNCTION carnet_holder(text, uuid, uuid, uuid, boolean, timestamptz);
