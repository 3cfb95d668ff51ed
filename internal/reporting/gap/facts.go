package gap

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// facts are what the database knows of a commanditaire's orders and of the
// places.
type facts struct {
	home    home
	orders  []order
	places  []spotRow
	carnets []townCarnets // handed over
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
	Name      string
	Latitude  float64
	Longitude float64
	Ancestors []string
	Entries   []int16
	Agreed    bool
}

type townCarnets struct {
	OrderID uuid.UUID
	Insee   string
	Carnets int
}

// spots are where services are given: a place that stops somewhere is at its
// stops and nowhere else, and chèques go by the commune of the place itself.
const spots = `
	WITH held AS (
		SELECT p.id, p.structure_id, p.name, p.town, p.latitude, p.longitude, p.entries, p.ancestors, p.itinerant,
			EXISTS (SELECT FROM agreements a WHERE a.commanditaire_id = @me AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL) AS agreed
		FROM places p WHERE p.published AND p.structure_id IS NOT NULL
	)
	SELECT h.name || ', ' || h.town AS name, h.latitude, h.longitude, h.ancestors, h.entries, h.agreed FROM held h
	WHERE h.latitude IS NOT NULL AND h.longitude IS NOT NULL
		AND NOT (h.itinerant AND EXISTS (SELECT FROM place_stops s WHERE s.structure_id = h.structure_id AND s.place_id = h.id))
	UNION ALL SELECT h.name || ', à ' || s.name, s.latitude, s.longitude, h.ancestors, h.entries, h.agreed FROM held h
		JOIN place_stops s ON h.itinerant AND s.structure_id = h.structure_id AND s.place_id = h.id AND s.published`

// handed is how many carnets were handed over, by order and commune; an
// arrondissement counts as its commune.
const handed = `
	SELECT k.order_id, p.insee, count(*)::int AS carnets FROM carnets k JOIN points p ON p.aiguilleur_id = k.aiguilleur_id AND p.id = k.point_id
	WHERE k.commanditaire_id = @me AND k.handed_over_at IS NOT NULL GROUP BY k.order_id, p.insee`

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
	if f.places, err = postgres.All[spotRow](ctx, tx, spots, args); err != nil {
		return f, err
	}
	f.carnets, err = postgres.All[townCarnets](ctx, tx, handed, args)
	return f, err
}

// spots are the places where at least one of the orders is accepted, each with
// the services that are paid for there.
func (f facts) spots(orders []order) (list []Spot) {
	for _, p := range f.places {
		s := Spot{Name: p.Name, Latitude: p.Latitude, Longitude: p.Longitude}
		for _, o := range orders {
			if o.accepts(p) {
				s.Entries = append(s.Entries, o.pays(p.Entries)...)
			}
		}
		if len(s.Entries) > 0 {
			list = append(list, s)
		}
	}
	return list
}

func (o order) accepts(p spotRow) bool {
	inside := len(o.PerimeterCodes) == 0 || slices.ContainsFunc(p.Ancestors, func(code string) bool { return slices.Contains(o.PerimeterCodes, code) })
	return inside && (p.Agreed || o.AcceptedStructures != "agreees")
}

// pays keeps of services those of the order; one that says nothing pays for all.
func (o order) pays(entries []int16) []int16 {
	if o.Entries == nil {
		return entries
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e int16) bool { return !slices.Contains(o.Entries, e) })
}

// carnetsOf counts the carnets of the orders handed over in each commune.
func (s *Service) carnetsOf(rows []townCarnets, orders []order) map[string]int {
	counts := map[string]int{}
	for _, r := range rows {
		if !slices.ContainsFunc(orders, func(o order) bool { return o.ID == r.OrderID }) {
			continue
		}
		code := r.Insee
		if c, known := s.index.Commune(code); known {
			code = cmp.Or(c.Parent, c.Code)
		}
		counts[code] += r.Carnets
	}
	return counts
}
