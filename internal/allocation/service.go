package allocation

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Service holds the use cases of sharing carnets out.
type Service struct {
	db       *postgres.DB
	communes *territory.Index
}

// NewService makes the service.
func NewService(db *postgres.DB, communes *territory.Index) *Service {
	return &Service{db: db, communes: communes}
}

// mostCarnets is the largest order.
const mostCarnets = order.MostCarnets

// Request asks for a plan.
type Request struct {
	OrderID  uuid.UUID   // commande
	Total    int         // total
	Fixed    int         // fixe
	Basis    Basis       // base
	FileName string      // fichier
	File     []byte      // fichier
	PointIDs []uuid.UUID // points
}

func (r Request) check() error {
	var c fault.Collector
	c.Check(r.OrderID != uuid.Nil, "commande", ErrOrder.Fields[0].Sentence)
	c.Check(r.Total >= 1 && r.Total <= mostCarnets, "total", ErrTotal.Fields[0].Sentence)
	c.Check(r.Fixed >= 0 && r.Fixed <= mostCarnets, "fixe", "Indiquez la part fixe par commune\u00a0: zéro ou plus.")
	c.Check(r.Basis.Label() != "", "base", ErrBasis.Fields[0].Sentence)
	c.Check(r.Basis != ByFile || len(r.File) > 0, "fichier", ErrFile.Fields[0].Sentence)
	c.Check(len(r.PointIDs) > 0, "points", ErrNobody.Fields[0].Sentence)
	return c.Err()
}

// Propose computes a plan and keeps it, unapplied. Every problem of the request
// or of its file is told at once, and then nothing is kept.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, r Request) (uuid.UUID, error) {
	if err := actor.May(identity.OrderWrite); err != nil {
		return uuid.Nil, err
	}
	if err := r.check(); err != nil {
		return uuid.Nil, err
	}
	var rows []Row
	if r.Basis == ByFile {
		var err error
		if rows, err = Weights(r.File); err != nil {
			return uuid.Nil, err
		}
	}
	p := Plan{CommanditaireID: actor.OrganisationID, ID: postgres.NewID(), OrderID: r.OrderID, Total: r.Total, Rule: Rule{Fixed: r.Fixed, Basis: r.Basis}}
	if r.Basis == ByFile {
		p.Rule.File = shorten(r.FileName)
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		purchase, err := findOrder(ctx, tx, actor, r.OrderID)
		if err != nil {
			return err
		}
		points, err := findPoints(ctx, tx, actor, r.PointIDs)
		if err != nil {
			return err
		}
		p.Title = purchase.name()
		if p.Shares, err = propose(r.Total, p.Rule, points, rows, s.communes); err != nil {
			return err
		}
		return insert(ctx, tx, actor, p)
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("propose allocation: %w", err)
	}
	return p.ID, nil
}

func (o Order) name() string {
	if o.Number == "" {
		return o.Title
	}
	return "Commande " + o.Number + " · " + o.Title
}

// Adjust replaces what each point gets. The sum must stay the plan's total:
// otherwise it says what is left, and keeps nothing.
func (s *Service) Adjust(ctx context.Context, actor identity.Actor, id uuid.UUID, carnets map[uuid.UUID]int) error {
	return s.change(ctx, actor, id, "adjust allocation", func(tx *postgres.Tx, p *Plan) error {
		if err := p.adjust(carnets); err != nil {
			return err
		}
		return update(ctx, tx, *p)
	})
}

func (p *Plan) adjust(carnets map[uuid.UUID]int) error {
	var c fault.Collector
	for i, share := range p.Shares {
		n, given := carnets[share.PointID]
		if !given {
			continue
		}
		c.Check(n >= 0 && n <= mostCarnets, FieldOf(share.PointID), "Indiquez un nombre de carnets, zéro ou plus.")
		p.Shares[i].Carnets = n
	}
	if err := c.Err(); err != nil {
		return err
	}
	switch left := p.Left(); {
	case left > 0:
		return fault.Field("reste", fmt.Sprintf("Il reste %s à répartir\u00a0: donnez-les à un point.", carnetsOf(left)))
	case left < 0:
		return fault.Field("reste", fmt.Sprintf("Vous donnez %s de trop\u00a0: retirez-les.", carnetsOf(-left)))
	}
	return nil
}

// FieldOf names the form's field of a point.
func FieldOf(point uuid.UUID) string { return "part_" + point.String() }

func carnetsOf(n int) string {
	if n > 1 {
		return money.Count(int64(n)) + "\u00a0carnets"
	}
	return money.Count(int64(n)) + "\u00a0carnet"
}

// Apply does what the plan says, once: the order's delivery quantities while
// nothing is made, else transfers out of the commanditaire's reserve, prepared
// with their numbers, for somebody to send.
func (s *Service) Apply(ctx context.Context, actor identity.Actor, id uuid.UUID, carnets map[uuid.UUID]int) error {
	return s.change(ctx, actor, id, "apply allocation", func(tx *postgres.Tx, p *Plan) error {
		if err := p.adjust(carnets); err != nil {
			return err
		}
		state := order.State(p.OrderState)
		switch {
		case state.Redeliverable():
			p.AppliedTo = ToDeliveries
			if err := order.Redeliver(ctx, tx, actor, p.OrderID, p.deliveries()); err != nil {
				return err
			}
		case state.Reached(order.Shipped):
			p.AppliedTo = ToTransfers
			if err := prepare(ctx, tx, p); err != nil {
				return err
			}
		default:
			return ErrChanging
		}
		now := tx.Now()
		p.AppliedAt, p.AppliedByName = &now, actor.Name
		return update(ctx, tx, *p)
	})
}

func (p Plan) deliveries() []order.Delivery {
	var list []order.Delivery
	for _, s := range p.Shares {
		if s.Carnets > 0 {
			list = append(list, order.Delivery{AiguilleurID: s.AiguilleurID, PointID: s.PointID, Carnets: s.Carnets})
		}
	}
	return list
}

// prepare gives each point's share its numbers, out of the carnets of the order
// that are in the commanditaire's own hands.
func prepare(ctx context.Context, tx *postgres.Tx, p *Plan) error {
	numbers, err := reserve(ctx, tx, *p)
	if err != nil {
		return err
	}
	if len(numbers) < p.Total {
		return fault.New(fault.KindConflict, fmt.Sprintf("Votre réserve tient %s de cette commande et la répartition en demande %s. Faites revenir des carnets, ou répartissez-en moins.",
			carnetsOf(len(numbers)), carnetsOf(p.Total)))
	}
	for i := range p.Shares {
		n := p.Shares[i].Carnets
		p.Shares[i].Serials = strings.Join(spans(p.OrderNumber, numbers[:n]), "\n")
		numbers = numbers[n:]
	}
	return nil
}

func (s *Service) change(ctx context.Context, actor identity.Actor, id uuid.UUID, doing string, fn func(*postgres.Tx, *Plan) error) error {
	if err := actor.May(identity.OrderWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		p, err := find(ctx, tx, actor, id, " FOR UPDATE OF p")
		if err != nil {
			return err
		}
		if p.Applied() {
			return ErrApplied
		}
		return fn(tx, &p)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// Plan reads one plan of the actor's organisation.
func (s *Service) Plan(ctx context.Context, actor identity.Actor, id uuid.UUID) (Plan, error) {
	var p Plan
	err := s.read(ctx, actor, "read allocation", func(tx *postgres.Tx) (err error) {
		p, err = find(ctx, tx, actor, id, "")
		return err
	})
	return p, err
}

// Plans lists the plans of the actor's organisation, the last changed first.
func (s *Service) Plans(ctx context.Context, actor identity.Actor) ([]Plan, error) {
	var list []Plan
	err := s.read(ctx, actor, "list allocations", func(tx *postgres.Tx) (err error) {
		list, err = findAll(ctx, tx, actor)
		return err
	})
	return list, err
}

// Choices are the orders and the points that a plan may be about.
func (s *Service) Choices(ctx context.Context, actor identity.Actor) (orders []Order, points []Share, err error) {
	err = s.read(ctx, actor, "read choices", func(tx *postgres.Tx) (err error) {
		if orders, err = findOrders(ctx, tx, actor); err != nil {
			return err
		}
		points, err = findPoints(ctx, tx, actor, nil)
		return err
	})
	return orders, points, err
}

func (s *Service) read(ctx context.Context, actor identity.Actor, doing string, fn func(*postgres.Tx) error) error {
	if err := actor.May(identity.OrderRead); err != nil {
		return err
	}
	if err := s.db.InOrganisation(ctx, actor, fn); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
