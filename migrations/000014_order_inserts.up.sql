-- A new order brings no money of its own: what is attested, active, made and
-- the fee rate are the operator's to write, at the insertion as at any update.
REVOKE INSERT ON orders FROM passnum_org;
GRANT INSERT (commanditaire_id, id, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until,
  validity_months, perimeter, perimeter_codes, coverage, entries, accepted_structures, public_cible, message,
  colour, logo_id, funder_ids, notes, created_at, created_by, updated_at) ON orders TO passnum_org;
