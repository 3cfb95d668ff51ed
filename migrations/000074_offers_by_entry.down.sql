DROP INDEX place_offers_entry;
