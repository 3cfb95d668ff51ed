package distribution

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// An undone hand-over no longer has a validity: the carnet's belongs to the next.
const handOverSelect = `
	SELECT h.commanditaire_id, h.id, h.order_id, h.carnet_id, h.point_id, p.name AS point_name, h.serial, h.at, h.public_category, h.undone_at,
		coalesce(k.usable_until, 'epoch'::date) AS usable_until
	FROM handovers h
	JOIN points p ON p.aiguilleur_id = h.aiguilleur_id AND p.id = h.point_id
	JOIN carnets k ON k.commanditaire_id = h.commanditaire_id AND k.id = h.carnet_id
	WHERE h.aiguilleur_id = @me`

func oneHandOver(ctx context.Context, tx *postgres.Tx, tail string, args postgres.Args) (HandOver, error) {
	h, err := postgres.One[HandOver](ctx, tx, handOverSelect+tail, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return h, ErrHandOverNotFound
	}
	return h, err
}

func byKey(ctx context.Context, tx *postgres.Tx, actor identity.Actor, commanditaire uuid.UUID, key string) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.commanditaire_id = @commanditaire AND h.idempotency_key = @key`,
		postgres.Args{"me": actor.OrganisationID, "commanditaire": commanditaire, "key": key})
}

func lockHandOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.id = @id FOR UPDATE OF h`, postgres.Args{"me": actor.OrganisationID, "id": id})
}

func findHandOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.id = @id`, postgres.Args{"me": actor.OrganisationID, "id": id})
}

func liveHandOver(ctx context.Context, tx *postgres.Tx, c carnet.Carnet) (HandOver, error) {
	return oneHandOver(ctx, tx, ` AND h.commanditaire_id = @commanditaire AND h.carnet_id = @carnet AND h.undone_at IS NULL`,
		postgres.Args{"me": *c.AiguilleurID, "commanditaire": c.CommanditaireID, "carnet": c.ID})
}

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
		return nil, false, wrap(err, "list hand-overs")
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
	return h, wrap(err, "find hand-over")
}

// Now is the moment screens compare hand-overs with.
func (s *Service) Now() time.Time { return s.db.Now() }

// Day is today in Paris, which screens compare conventions with.
func (s *Service) Day() time.Time { return postgres.Day(s.db.Now()) }
