-- Searching by service tells apart at once the places that say something
-- particular of it.
CREATE INDEX place_offers_entry ON place_offers (entry) INCLUDE (place_id);
