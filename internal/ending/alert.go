package ending

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Notice is an order that ends soon, on the commanditaire's first page.
type Notice struct {
	Summary
	Counters Counters
}

// Notices lists the orders of the actor's organisation whose alert is given and
// that still wait for something, the nearest first.
func (s *Service) Notices(ctx context.Context, actor identity.Actor) ([]Notice, error) {
	var notices []Notice
	err := s.read(ctx, actor, ForCommanditaire, func(tx *postgres.Tx) error {
		list, err := postgres.All[Summary](ctx, tx, selectSummary+` AND o.commanditaire_id = @me AND o.valid_until <= @horizon
			AND (o.state = 'active' OR c.settled_at IS NOT NULL AND c.wish = '') ORDER BY o.valid_until, o.number LIMIT 20`,
			postgres.Args{"me": actor.OrganisationID, "horizon": tx.Today().AddDate(0, 0, 31), "today": tx.Today()})
		if err != nil {
			return err
		}
		for _, summary := range list {
			if phase := summary.Phase(); phase == Running || phase == Closed {
				continue
			}
			o, err := find(ctx, tx, summary.ID)
			if err != nil {
				return err
			}
			counters, err := count(ctx, tx, o)
			if err != nil {
				return err
			}
			notices = append(notices, Notice{Summary: summary, Counters: counters})
		}
		return nil
	})
	return notices, fault.Wrap(err, "list notices")
}

// Pending counts, for the operator's first page, the statements that wait for
// its signature or an answer, and the refunds to approve or to see executed.
type Pending struct {
	ToSign, Contested, WithDisputes, ToReturn, ToApprove int
}

// Pending is what the ends of orders ask of the operator.
func (s *Service) Pending(ctx context.Context, actor identity.Actor) (Pending, error) {
	var p Pending
	err := s.read(ctx, actor, ForOperator, func(tx *postgres.Tx) error {
		list, err := postgres.All[Summary](ctx, tx, selectSummary+` AND (o.state = 'close' OR o.valid_until < @today::date)`, postgres.Args{"today": tx.Today()})
		if err != nil {
			return err
		}
		for _, o := range list {
			switch {
			case o.Phase() == ToReturn:
				p.ToReturn++
			case o.Contested:
				p.Contested++
			case o.Phase() == Signing && !o.OperatorSigned:
				p.ToSign++
			case o.Phase() == Past && o.Disputes > 0:
				p.WithDisputes++
			}
		}
		p.ToApprove, err = postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM refunds WHERE state = 'prepare'`, nil)
		return err
	})
	return p, fault.Wrap(err, "count pending endings")
}

// Stock is what a counter holds of an order that ends soon, or whose hand-overs
// are stopped.
type Stock struct {
	Commanditaire string
	Number        string
	Title         string
	Until         time.Time
	Stopped       bool
	Carnets       int
}

// StockEndings warns a counter of the orders in its stock that end within sixty
// days, or that it must not give any more.
func (s *Service) StockEndings(ctx context.Context, actor identity.Actor) ([]Stock, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var list []Stock
	err := s.asSystem(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Stock](ctx, tx, `
			SELECT g.name AS commanditaire, o.number, o.title, o.valid_until AS until, o.handover_blocked_at IS NOT NULL AS stopped, count(*)::int AS carnets
			FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id AND o.state IN ('active', 'close')
			JOIN organisations g ON g.id = o.commanditaire_id
			WHERE k.aiguilleur_id = @me AND k.point_id IS NOT NULL AND k.handed_over_at IS NULL AND k.state IN ('stock', 'perime') AND k.transfer_id IS NULL AND NOT k.reserve
				AND (o.valid_until <= @horizon OR o.handover_blocked_at IS NOT NULL) AND o.valid_until >= @since
			GROUP BY g.name, o.commanditaire_id, o.id ORDER BY o.valid_until, o.number LIMIT 20`,
			postgres.Args{"me": actor.OrganisationID, "horizon": tx.Today().AddDate(0, 0, earlyDays), "since": tx.Today().AddDate(-1, 0, 0)})
		return err
	})
	return list, fault.Wrap(err, "list stock that ends")
}

// Near is an order whose chèques a structure accepts and that ends soon.
type Near struct {
	Commanditaire string
	Number        string
	Until, Last   time.Time
	FaceValue     money.Cents
}

// NearEndings tells a structure which chèques it accepts end within sixty days,
// tolerance included.
func (s *Service) NearEndings(ctx context.Context, actor identity.Actor) ([]Near, error) {
	if err := actor.May(identity.Check); err != nil {
		return nil, err
	}
	var list []Near
	err := s.asSystem(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Near](ctx, tx, `
			SELECT g.name AS commanditaire, o.number, o.valid_until AS until, o.valid_until AS last, o.face_value_cents AS face_value
			FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
			WHERE o.state = 'active' AND o.closing_at IS NULL AND o.valid_until BETWEEN @today::date - 31 AND @horizon
				AND EXISTS (SELECT 1 FROM places p JOIN structures s ON s.organisation_id = p.structure_id AND s.state = 'qualifiee'
					WHERE p.structure_id = @me AND (o.perimeter_codes = '{}' OR p.ancestors && o.perimeter_codes))
				AND (o.accepted_structures = 'toutes' OR EXISTS (
					SELECT 1 FROM agreements a WHERE a.commanditaire_id = o.commanditaire_id AND a.structure_id = @me AND a.withdrawn_at IS NULL))
			ORDER BY o.valid_until, o.number LIMIT 20`,
			postgres.Args{"me": actor.OrganisationID, "today": tx.Today(), "horizon": tx.Today().AddDate(0, 0, earlyDays)})
		return err
	})
	today, kept := s.Today(), list[:0]
	for _, n := range list {
		if n.Last = DayOf(n.Until, LastDay); !today.After(n.Last) {
			kept = append(kept, n)
		}
	}
	return kept, fault.Wrap(err, "list endings nearby")
}

// asSystem runs fn with the operator's reach for an organisation: fn must name
// it in what it reads.
func (s *Service) asSystem(ctx context.Context, actor identity.Actor, fn func(*postgres.Tx) error) error {
	if actor.OrganisationID == uuid.Nil {
		return identity.ErrForbidden
	}
	return s.db.InPlatform(ctx, postgres.System{}, "", fn)
}
