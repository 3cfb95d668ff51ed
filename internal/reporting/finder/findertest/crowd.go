// Package findertest fills a database with places, for tests and measures of the
// search. It refuses to be used anywhere else: it writes as the owner.
package findertest

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// places are scattered over mainland France, half of them around fifty towns, as
// real ones are; one in ten travels between three stops.
const places = `
	WITH towns AS (
		SELECT t, 43.5 + 6.5 * (hashint4(t) & 1023) / 1023.0 AS lat, -0.5 + 6.5 * (hashint4(t * 7) & 1023) / 1023.0 AS lon FROM generate_series(1, 50) AS t
	), drawn AS (
		SELECT n, (hashint4(n) & 65535) / 65535.0 AS a, (hashint4(n * 31 + 1) & 65535) / 65535.0 AS b, 1 + n % 50 AS t FROM generate_series(1, $2::int) AS n
	)
	INSERT INTO places (id, structure_id, structure_name, structure_siret, name, street, postal_code, town, insee, ancestors, latitude, longitude, phone, opening_hours, presentation,
		entries, modes, nothing_to_pay, languages, accessibility, programmes, itinerant, published, created_at, updated_at)
	SELECT md5('place ' || n)::uuid, $1::uuid, 'Structure', '19230001800015', 'Lieu ' || n, n || ' rue de la Poste', '23000', 'Ville ' || t, '23096', '{FR,R-75,D-23,C-23096}',
		CASE WHEN n % 2 = 0 THEN towns.lat + (a - 0.5) / 5 ELSE 43.5 + 6.5 * a END, CASE WHEN n % 2 = 0 THEN towns.lon + (b - 0.5) / 5 ELSE -0.5 + 6.5 * b END,
		'0555000000', CASE WHEN n % 3 = 0 THEN 'Mo-Fr 09:00-12:00,14:00-18:00' ELSE 'Sa 09:00-12:00' END, repeat('Un lieu où l’on apprend. ', 12),
		ARRAY(SELECT e::smallint FROM generate_series(1 + n % 20, 120, 7) AS e), CASE WHEN n % 4 = 0 THEN '{individuel,collectif}'::text[] ELSE '{individuel}' END, n % 3 > 0,
		CASE WHEN n % 9 = 0 THEN '{fr,ar}'::text[] ELSE '{fr}' END, CASE WHEN n % 5 = 0 THEN '{fauteuil,boucle}'::text[] ELSE '{}' END,
		CASE WHEN n % 8 = 0 THEN '{France Services}'::text[] ELSE '{}' END, n % 10 = 0, true, now(), now()
	FROM drawn JOIN towns USING (t)`

const stops = `
	INSERT INTO place_stops (structure_id, id, place_id, name, postal_code, town, insee, ancestors, latitude, longitude, opening_hours, published, rank)
	SELECT structure_id, md5('stop ' || id || r)::uuid, id, 'Arrêt ' || r, postal_code, town, insee, ancestors, latitude + r / 30.0, longitude - r / 40.0, 'We 10:00-12:00', true, r
	FROM places, generate_series(1, 3) AS r WHERE itinerant AND structure_id = $1`

// offers say what is particular to some services: in one place of two, a third of
// its services are given in ateliers, and cost something.
const offers = `
	INSERT INTO place_offers (structure_id, place_id, entry, modes, minutes, remains_cents, published)
	SELECT structure_id, id, e, '{collectif}', 60, CASE WHEN nothing_to_pay THEN NULL ELSE 200 END, true
	FROM places, unnest(entries) AS e WHERE structure_id = $1 AND name LIKE 'Lieu %' AND hashint4(e + length(name)) % 3 = 0 AND hashtext(name) % 2 = 0`

// Crowd writes count published places of a structure, the same ones each time.
func Crowd(ctx context.Context, owner *pgxpool.Pool, structure uuid.UUID, count int) error {
	if _, err := owner.Exec(ctx, places, structure, count); err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	if _, err := owner.Exec(ctx, stops, structure); err != nil {
		return fmt.Errorf("write stops: %w", err)
	}
	if _, err := owner.Exec(ctx, offers, structure); err != nil {
		return fmt.Errorf("write offers: %w", err)
	}
	if _, err := owner.Exec(ctx, `ANALYZE places, place_stops, place_offers`); err != nil {
		return fmt.Errorf("read statistics: %w", err)
	}
	return nil
}
