DROP TABLE embed_origins;
DROP FUNCTION order_reach(uuid, uuid);
DROP INDEX places_by_town;
DROP INDEX place_stops_around;
DROP INDEX places_around;
