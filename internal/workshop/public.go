package workshop

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// shown reads an atelier that everyone may see, cancelled ones included;
// ErrNotFound.
func shown(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Workshop, error) {
	w, err := postgres.One[Workshop](ctx, tx, workshopSelect+`WHERE w.id = @id AND w.published`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return w, ErrNotFound
	}
	return w, err
}

// Find reads an atelier as any visitor; ErrNotFound.
func (s *Service) Find(ctx context.Context, id uuid.UUID) (Workshop, error) {
	var w Workshop
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		w, err = shown(ctx, tx, id)
		return err
	})
	return w, fault.Wrap(err, "find atelier")
}

// mostOfPlace bounds what a place's page and calendar show.
const mostOfPlace = 200

// OfPlace lists the ateliers of a place from now on, those called off included
// when cancelled is set.
func (s *Service) OfPlace(ctx context.Context, place uuid.UUID, cancelled bool) ([]Workshop, error) {
	var list []Workshop
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Workshop](ctx, tx, workshopSelect+`
			WHERE w.place_id = @place AND w.published AND (w.cancelled_at IS NULL OR @cancelled)
				AND w.starts_at + make_interval(mins => w.minutes) > @now ORDER BY w.starts_at, w.id LIMIT @limit`,
			postgres.Args{"place": place, "cancelled": cancelled, "now": tx.Now(), "limit": mostOfPlace})
		return err
	})
	return list, fault.Wrap(err, "list ateliers of place")
}

// Search narrows the ateliers to come; zero values do not.
type Search struct {
	Latitude, Longitude *float64
	Radius              float64 // kilometres, with a position only
	Entries             []int16 // any of them
	From, To            time.Time
	Mode, Language      string
	Free                bool // with a free seat
	// ByWeek shows the sessions of a series that are alike once, at the next one.
	ByWeek bool
	After  Cursor
}

const publicPage = 20

// Coming lists ateliers open to booking, soonest first, with how far they are;
// next is zero on the last page.
func (s *Service) Coming(ctx context.Context, q Search) (list []Workshop, next Cursor, err error) {
	args := postgres.Args{"entries": append([]int16{}, q.Entries...), "mode": q.Mode, "language": q.Language, "free": q.Free, "to": unlimited(q.To),
		"after": q.After.At, "id": q.After.ID, "limit": publicPage + 1}
	near, once := "true", "true"
	if q.ByWeek {
		once = `NOT EXISTS (SELECT 1 FROM workshops f WHERE ` + alike + ` AND f.starts_at > @from AND (f.starts_at, f.id) < (w.starts_at, w.id) AND (NOT @free OR f.taken < f.seats))`
	}
	if q.Latitude != nil && q.Longitude != nil && q.Radius > 0 {
		span := q.Radius / 111 // degrees of latitude
		near = `p.latitude BETWEEN @lat::float8 - @span::float8 AND @lat::float8 + @span::float8
			AND p.longitude BETWEEN @lon::float8 - @wide::float8 AND @lon::float8 + @wide::float8
			AND power((p.latitude - @lat::float8) / @span::float8, 2) + power((p.longitude - @lon::float8) / @wide::float8, 2) <= 1`
		args["lat"], args["lon"], args["span"] = *q.Latitude, *q.Longitude, span
		args["wide"] = span / math.Max(0.1, math.Cos(*q.Latitude*math.Pi/180))
	}
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		args["from"] = later(q.From, tx.Now())
		list, err = postgres.All[Workshop](ctx, tx, workshopSelect+`
			WHERE w.published AND w.cancelled_at IS NULL AND w.starts_at > @from AND w.starts_at < @to AND `+near+` AND `+once+`
				AND (@entries::smallint[] = '{}' OR w.entries && @entries) AND (@mode = '' OR w.mode = @mode) AND (@language = '' OR w.language = @language)
				AND (NOT @free OR w.taken < w.seats) AND (w.starts_at, w.id) > (@after, @id)
			ORDER BY w.starts_at, w.id LIMIT @limit`, args)
		return err
	})
	if len(list) > publicPage {
		list = list[:publicPage]
		next = Cursor{list[publicPage-1].StartsAt, list[publicPage-1].ID}
	}
	return list, next, fault.Wrap(err, "list ateliers")
}

// alike is the sessions f that one would take for w on another day.
const alike = `f.structure_id = w.structure_id AND f.series_id = w.series_id AND f.place_id = w.place_id AND f.title = w.title AND f.mode = w.mode
	AND f.language = w.language AND f.published AND f.cancelled_at IS NULL`

// Session is another day of an atelier.
type Session struct {
	Of       uuid.UUID // the atelier it follows
	ID       uuid.UUID
	StartsAt time.Time
	Free     int // seats
}

// Following lists the next days of the ateliers given, at most most for each,
// soonest first.
func (s *Service) Following(ctx context.Context, list []Workshop, most int) (map[uuid.UUID][]Session, error) {
	ids := make([]uuid.UUID, len(list))
	for i, w := range list {
		ids[i] = w.ID
	}
	days := map[uuid.UUID][]Session{}
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		sessions, err := postgres.All[Session](ctx, tx, `
			SELECT w.id AS of, n.id, n.starts_at, n.free
			FROM workshops w CROSS JOIN LATERAL (
				SELECT f.id, f.starts_at, greatest(0, f.seats - f.taken) AS free FROM workshops f
				WHERE `+alike+` AND (f.starts_at, f.id) > (w.starts_at, w.id) ORDER BY f.starts_at, f.id LIMIT @most) AS n
			WHERE w.id = ANY (@ids) ORDER BY n.starts_at, n.id`, postgres.Args{"ids": ids, "most": most})
		for _, one := range sessions {
			days[one.Of] = append(days[one.Of], one)
		}
		return err
	})
	return days, fault.Wrap(err, "list the next days of ateliers")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// unlimited is a moment beyond every atelier when none is asked for.
func unlimited(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}

// Far is how many kilometres an atelier is from a position; false when it
// cannot be told.
func (w Workshop) Far(lat, lon *float64) (float64, bool) {
	if lat == nil || lon == nil || w.Latitude == nil || w.Longitude == nil {
		return 0, false
	}
	return territory.Distance(*lat, *lon, *w.Latitude, *w.Longitude), true
}

// Link is the address of an atelier's page, for calendars and mails.
func (s *Service) Link(w Workshop) string { return s.BaseURL + "/ateliers/" + w.ID.String() }

// PlaceName names a place that everyone may see; ErrNoPlace.
func (s *Service) PlaceName(ctx context.Context, place uuid.UUID) (string, error) {
	var name string
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		name, err = postgres.Value[string](ctx, tx, `SELECT name FROM places WHERE id = @id AND published`, postgres.Args{"id": place})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoPlace
		}
		return err
	})
	return name, fault.Wrap(err, "name place")
}
