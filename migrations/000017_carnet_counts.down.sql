DROP FUNCTION carnet_counts(uuid, uuid, timestamptz);
