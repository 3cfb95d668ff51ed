DROP TABLE place_claims;
DROP TABLE place_reports;
DROP TRIGGER offers_follow ON places;
DROP FUNCTION passnum.offers_follow();
DROP TABLE place_offers;
DROP INDEX places_known_siret;
DROP INDEX places_to_confirm;
ALTER TABLE places DROP COLUMN confirm_asked_at;
