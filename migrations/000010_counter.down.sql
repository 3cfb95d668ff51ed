DROP FUNCTION attach_points(uuid);
DROP FUNCTION accepting_places(uuid, uuid, double precision, double precision, text[], int);
DROP FUNCTION counter_terms(uuid, uuid);
REVOKE ALL ON points, order_deliveries, conventions FROM passnum_redeemer;
DROP POLICY door_passnum_redeemer ON points;
DROP POLICY door_passnum_redeemer ON order_deliveries;
DROP POLICY door_passnum_redeemer ON conventions;
ALTER TABLE conventions DROP COLUMN commanditaire_title, DROP COLUMN aiguilleur_title;
