package distribution

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Filter narrows the list of hand-overs. From and To are Paris days, both
// included; zero values do not narrow.
type Filter struct {
	PointID  uuid.UUID
	From, To time.Time
	Category string
	Serial   string // the beginning or the end of a number
	After    *Cursor
	Limit    int
}

// Cursor is where a list of hand-overs continues.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

// HandOvers lists the organisation's hand-overs, newest first, undone ones
// included, and whether there are more.
func (s *Service) HandOvers(ctx context.Context, actor identity.Actor, f Filter) ([]HandOver, bool, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, false, err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	var list []HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = listHandOvers(ctx, tx, actor, f)
		return err
	})
	if err != nil {
		return nil, false, fault.Wrap(err, "list hand-overs")
	}
	if len(list) > f.Limit {
		return list[:f.Limit], true, nil
	}
	return list, false, nil
}

func listHandOvers(ctx context.Context, tx *postgres.Tx, actor identity.Actor, f Filter) ([]HandOver, error) {
	var afterAt *time.Time
	var afterID *uuid.UUID
	if f.After != nil {
		afterAt, afterID = &f.After.At, &f.After.ID
	}
	return postgres.All[HandOver](ctx, tx, handOverSelect+`
		AND (@point::uuid IS NULL OR h.point_id = @point)
		AND (@from::timestamptz IS NULL OR h.at >= @from)
		AND (@to::timestamptz IS NULL OR h.at < @to)
		AND (@category = '' OR h.public_category = @category)
		AND (@serial = '' OR h.serial LIKE @serial || '%' OR h.serial LIKE '%' || @serial)
		AND (@after_at::timestamptz IS NULL OR (h.at, h.id) < (@after_at, @after_id::uuid))
		ORDER BY h.at DESC, h.id DESC LIMIT @limit`,
		postgres.Args{"me": actor.OrganisationID, "point": optionalID(f.PointID), "from": dayStart(f.From, 0), "to": dayStart(f.To, 1), "category": f.Category,
			"serial": f.Serial, "after_at": afterAt, "after_id": afterID, "limit": f.Limit + 1})
}

func optionalID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// dayStart is the first instant of a Paris day, some days later; nil for none.
func dayStart(day time.Time, later int) *time.Time {
	if day.IsZero() {
		return nil
	}
	y, m, d := day.Date()
	t := time.Date(y, m, d+later, 0, 0, 0, 0, postgres.Paris)
	return &t
}

// Today lists the hand-overs made at a point today, newest first.
func (s *Service) Today(ctx context.Context, actor identity.Actor, point uuid.UUID) ([]HandOver, error) {
	today := postgres.Day(s.db.Now())
	list, _, err := s.HandOvers(ctx, actor, Filter{PointID: point, From: today, To: today, Limit: 200})
	return list, err
}

// Find is one of the organisation's hand-overs; ErrHandOverNotFound otherwise.
func (s *Service) Find(ctx context.Context, actor identity.Actor, id uuid.UUID) (HandOver, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return HandOver{}, err
	}
	var h HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		h, err = findHandOver(ctx, tx, actor, id)
		return err
	})
	return h, fault.Wrap(err, "find hand-over")
}

// Household lists the live hand-overs made together with one, itself included, in
// the order they were scanned; it alone without a household.
func (s *Service) Household(ctx context.Context, actor identity.Actor, h HandOver) ([]HandOver, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	if h.GroupID == nil {
		return []HandOver{h}, nil
	}
	var live []HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		group, err := groupOf(ctx, tx, actor, h)
		for _, one := range group {
			if one.UndoneAt == nil {
				live = append(live, one)
			}
		}
		return err
	})
	return live, fault.Wrap(err, "list household")
}

// Now is the moment screens compare hand-overs with.
func (s *Service) Now() time.Time { return s.db.Now() }

// Day is today in Paris, which screens compare conventions with.
func (s *Service) Day() time.Time { return postgres.Day(s.db.Now()) }
