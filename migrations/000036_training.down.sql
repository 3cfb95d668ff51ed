DROP FUNCTION trained_agents(uuid[], text);
DROP POLICY door_passnum_redeemer ON memberships;
REVOKE SELECT ON memberships FROM passnum_redeemer;
DROP TABLE training_attestations;
DROP TABLE training_lessons;
