ALTER TABLE bank_matches DROP CONSTRAINT bank_matches_kind_check;
ALTER TABLE bank_matches ADD CONSTRAINT bank_matches_kind_check CHECK (kind IN ('recu', 'versement', 'paiement', 'retour', 'remboursement', 'frais', 'ecart'));
