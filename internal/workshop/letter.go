package workshop

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

const (
	// onLetter is how many ateliers a letter names.
	onLetter = 3
	// letterDays is how far ahead: a date further away is forgotten.
	letterDays = 45
	// letterKm is how far a person goes for two hours.
	letterKm = 30
)

// ForLetter lists the next ateliers near a point where an order's chèques are
// accepted, soonest first, in the caller's transaction (a counter's scope).
// Those that give what is wanted come before the others.
func ForLetter(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, point distribution.Point, wanted []int) ([]distribution.Atelier, error) {
	type row struct {
		ID                                            uuid.UUID
		Title                                         string
		StartsAt                                      time.Time
		Minutes, Cheques                              int
		Place, Street, PostalCode, Town, Insee, Phone string
		Latitude, Longitude                           *float64
	}
	if point.Latitude == nil || point.Longitude == nil {
		return nil, nil
	}
	numbers := []int16{}
	for _, n := range wanted {
		numbers = append(numbers, int16(n))
	}
	rows, err := postgres.All[row](ctx, tx, `
		SELECT id, title, starts_at, minutes, cheques, place, street, postal_code, town, insee, latitude, longitude, phone
		FROM counter_workshops(@commanditaire, @order, @lat, @lon, @wanted, @from, @until, 20)`,
		postgres.Args{"commanditaire": commanditaire, "order": order, "lat": *point.Latitude, "lon": *point.Longitude, "wanted": numbers,
			"from": tx.Now().Add(2 * time.Hour), "until": tx.Now().AddDate(0, 0, letterDays)})
	if err != nil {
		return nil, fault.Wrap(err, "list ateliers near")
	}
	if len(rows) == 0 && len(wanted) > 0 {
		return ForLetter(ctx, tx, commanditaire, order, point, nil)
	}
	rows = slices.DeleteFunc(rows, func(r row) bool {
		return r.Latitude == nil || r.Longitude == nil || territory.Distance(*point.Latitude, *point.Longitude, *r.Latitude, *r.Longitude) > letterKm
	})
	slices.SortStableFunc(rows, func(a, b row) int { return a.StartsAt.Compare(b.StartsAt) })
	var list []distribution.Atelier
	for _, r := range rows[:min(len(rows), onLetter)] {
		list = append(list, distribution.Atelier{ID: r.ID, Title: r.Title, StartsAt: r.StartsAt.In(postgres.Paris), When: When(r.StartsAt), Duration: DurationWords(r.Minutes),
			Asked: Asked(r.Cheques), Place: r.Place, Town: r.Town, Phone: r.Phone})
	}
	return list, nil
}
