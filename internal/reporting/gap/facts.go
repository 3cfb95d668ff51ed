package gap

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// facts are what the database knows of a commanditaire's orders and of the
// places.
type facts struct {
	home    home
	orders  []order
	places  []spotRow
	carnets map[string]int // handed over, by commune
}

type home struct{ Insee, Kind string }

type order struct {
	ID                 uuid.UUID
	Number             string
	Title              string
	PerimeterCodes     []string
	Entries            []int16
	AcceptedStructures string
}

type spotRow struct {
	Spot
	Agreed bool
}

type townCarnets struct {
	Insee   string
	Carnets int
}

func readFacts(ctx context.Context, tx *postgres.Tx, me uuid.UUID) (f facts, err error) {
	args := postgres.Args{"me": me}
	if f.home, err = postgres.One[home](ctx, tx, `SELECT insee, kind FROM organisations WHERE id = @me`, args); err != nil {
		return f, err
	}
	f.orders, err = postgres.All[order](ctx, tx, `SELECT id, number, title, perimeter_codes, entries, accepted_structures FROM orders
		WHERE commanditaire_id = @me AND state = 'active' ORDER BY created_at DESC, id`, args)
	if err != nil {
		return f, err
	}
	type row struct {
		Name                string
		Latitude, Longitude float64
		Entries             []int16
		Agreed              bool
	}
	rows, err := postgres.All[row](ctx, tx, `
		WITH held AS (
			SELECT p.id, p.structure_id, p.name || ', ' || p.town AS name, p.latitude, p.longitude, p.entries, p.itinerant,
				EXISTS (SELECT FROM agreements a WHERE a.commanditaire_id = @me AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL) AS agreed
			FROM places p WHERE p.published AND p.structure_id IS NOT NULL
		)
		SELECT name, latitude, longitude, entries, agreed FROM held WHERE latitude IS NOT NULL AND longitude IS NOT NULL
		UNION ALL SELECT h.name || ', à ' || s.name, s.latitude, s.longitude, h.entries, h.agreed FROM held h
			JOIN place_stops s ON s.structure_id = h.structure_id AND s.place_id = h.id AND s.published`, args)
	for _, r := range rows {
		f.places = append(f.places, spotRow{Spot{Name: r.Name, Latitude: r.Latitude, Longitude: r.Longitude, Entries: r.Entries}, r.Agreed})
	}
	if err != nil {
		return f, err
	}
	towns, err := postgres.All[townCarnets](ctx, tx, `SELECT p.insee, count(*)::int AS carnets FROM carnets k
		JOIN points p ON p.aiguilleur_id = k.aiguilleur_id AND p.id = k.point_id
		WHERE k.commanditaire_id = @me AND k.handed_over_at IS NOT NULL GROUP BY p.insee`, args)
	f.carnets = map[string]int{}
	for _, t := range towns {
		f.carnets[t.Insee] = t.Carnets
	}
	return f, err
}

// spots are the places where at least one of the orders is accepted.
func (f facts) spots(orders []order) (list []Spot) {
	open := len(orders) == 0
	for _, o := range orders {
		open = open || o.AcceptedStructures != "agreees"
	}
	for _, p := range f.places {
		if open || p.Agreed {
			list = append(list, p.Spot)
		}
	}
	return list
}
