package finder

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// Workshop is a dated session that a place announces.
type Workshop struct {
	ID       uuid.UUID
	PlaceID  uuid.UUID
	Title    string
	StartsAt time.Time
	Minutes  int16
	Free     int16 // seats left
}

const workshopColumns = `id, place_id, title, starts_at, minutes, (seats - taken)::smallint AS free`

const workshopShown = ` FROM workshops WHERE published AND cancelled_at IS NULL AND starts_at > @now AND place_id = ANY (@places)`

// nextWorkshops finds the first session to come of each place.
func nextWorkshops(ctx context.Context, tx *postgres.Tx, places []uuid.UUID) (map[uuid.UUID]*Workshop, error) {
	list, err := postgres.All[Workshop](ctx, tx, `SELECT DISTINCT ON (place_id) `+workshopColumns+workshopShown+` ORDER BY place_id, starts_at, id`,
		postgres.Args{"now": tx.Now(), "places": places})
	next := map[uuid.UUID]*Workshop{}
	for i, w := range list {
		next[w.PlaceID] = &list[i]
	}
	return next, err
}

// workshopsOf lists the sessions to come of a place.
func workshopsOf(ctx context.Context, tx *postgres.Tx, place uuid.UUID) ([]Workshop, error) {
	const shown = 8
	return postgres.All[Workshop](ctx, tx, `SELECT `+workshopColumns+workshopShown+` ORDER BY starts_at, id LIMIT @shown`,
		postgres.Args{"now": tx.Now(), "places": []uuid.UUID{place}, "shown": shown})
}
