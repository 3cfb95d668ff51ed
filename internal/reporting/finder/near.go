package finder

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/hours"
	"passnum/internal/postgres"
)

// Near lists published places, the nearest first; more when others follow.
func (s *Service) Near(ctx context.Context, q Search) (list []Place, more bool, err error) {
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		spots, err := spotsOf(ctx, tx, q, q.Limit+1)
		if err != nil {
			return err
		}
		if more = len(spots) > q.Limit; more {
			spots = spots[:q.Limit]
		}
		list, err = describe(ctx, tx, spots)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("find places: %w", err)
	}
	return list, more, nil
}

// Count says how many places a search finds, up to most.
func (s *Service) Count(ctx context.Context, q Search, most int) (n int, err error) {
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		spots, err := spotsOf(ctx, tx, q, most)
		n = len(spots)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count places: %w", err)
	}
	return n, nil
}

// rings are how far one looks first, in kilometres, when any distance will do.
var rings = []float64{40, 160}

// spotsOf lists at most limit spots. Without a radius the nearest are looked for
// in growing circles: one that holds more than is asked holds the nearest.
func spotsOf(ctx context.Context, tx *postgres.Tx, q Search, limit int) ([]Spot, error) {
	if q.Radius > 0 || q.From == nil {
		return spotsWithin(ctx, tx, q, limit)
	}
	for _, ring := range rings {
		near := q
		near.Radius = ring
		if spots, err := spotsWithin(ctx, tx, near, limit); err != nil || len(spots) == limit {
			return spots, err
		}
	}
	return spotsWithin(ctx, tx, q, limit)
}

// spotsWithin lists at most limit spots of a search. Opening hours are text: for places open at
// a moment it reads on until enough of them are.
func spotsWithin(ctx context.Context, tx *postgres.Tx, q Search, limit int) ([]Spot, error) {
	if q.OpenAt.IsZero() {
		return read(ctx, tx, q, q.After, limit)
	}
	const first, wider = 400, 8 // each reading sorts all that fits: few of them
	var open []Spot
	after := q.After
	for page := first; ; page *= wider {
		spots, err := read(ctx, tx, q, after, page)
		if err != nil {
			return nil, err
		}
		for _, spot := range spots {
			if spot.OpenAt(q.OpenAt) {
				open = append(open, spot)
			}
		}
		if len(open) >= limit || len(spots) < page {
			return open[:min(limit, len(open))], nil
		}
		after = spots[page-1].cursor()
	}
}

// OpenAt reports whether the spot is open at a moment, as far as its hours tell;
// on a public holiday of which they say nothing, it is not.
func (s Spot) OpenAt(at time.Time) bool {
	return hours.At(s.OpeningHours, s.Insee, at) == hours.Open
}

func read(ctx context.Context, tx *postgres.Tx, q Search, after Cursor, limit int) ([]Spot, error) {
	built := newQuery(q)
	return postgres.All[Spot](ctx, tx, built.page(q, after, limit), built.args)
}

// describe reads the places of the spots, in their order.
func describe(ctx context.Context, tx *postgres.Tx, spots []Spot) ([]Place, error) {
	ids, stopIDs := make([]uuid.UUID, len(spots)), []uuid.UUID{}
	for i, spot := range spots {
		ids[i] = spot.ID
		if spot.StopID != nil {
			stopIDs = append(stopIDs, *spot.StopID)
		}
	}
	rows, err := postgres.All[Place](ctx, tx, `SELECT `+placeColumns+` FROM places WHERE published AND id = ANY (@ids)`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	stops, err := stopsByID(ctx, tx, stopIDs)
	if err != nil {
		return nil, err
	}
	next, err := nextWorkshops(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	places := map[uuid.UUID]Place{}
	for _, p := range rows {
		p.Next = next[p.ID]
		places[p.ID] = p
	}
	list := make([]Place, 0, len(spots))
	for _, spot := range spots {
		p, shown := places[spot.ID]
		if !shown {
			continue
		}
		p.Spot = spot
		if spot.StopID != nil {
			p.Stop = stops[*spot.StopID]
		}
		list = append(list, p)
	}
	return list, nil
}

func stopsByID(ctx context.Context, tx *postgres.Tx, ids []uuid.UUID) (map[uuid.UUID]*Stop, error) {
	found := map[uuid.UUID]*Stop{}
	if len(ids) == 0 {
		return found, nil
	}
	stops, err := postgres.All[Stop](ctx, tx, `SELECT `+stopColumns+` FROM place_stops WHERE published AND id = ANY (@ids)`, postgres.Args{"ids": ids})
	for i, stop := range stops {
		found[stop.ID] = &stops[i]
	}
	return found, err
}

// Point is a place on a map.
type Point struct {
	Spot
	Name    string
	Street  string
	Town    string
	Accepts bool
}

// Points lists what a search finds for a map, the nearest first.
func (s *Service) Points(ctx context.Context, q Search) (points []Point, err error) {
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		spots, err := spotsOf(ctx, tx, q, q.Limit)
		if err != nil {
			return err
		}
		places, err := describe(ctx, tx, spots)
		for _, p := range places {
			point := Point{Spot: p.Spot, Name: p.Name, Street: p.Street, Town: p.Town, Accepts: p.Accepts}
			if p.Stop != nil {
				point.Street, point.Town = p.Stop.Name, p.Stop.Town
			}
			points = append(points, point)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find places for a map: %w", err)
	}
	return points, nil
}
