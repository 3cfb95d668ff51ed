package invoicing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// mostToBill is how many orders the list of what waits reads at once.
const mostToBill = 40

// Waiting is a bill that may be issued, or what it lacks before.
type Waiting struct {
	Bill
	OrderNumber string
	OrderName   string
	References  References
	Needs       facturx.Needs
	Problems    []string
}

// ToBill lists what is due and was not billed, the oldest order first, with what
// each buyer's accounting still wants.
func (s *Service) ToBill(ctx context.Context, actor identity.Actor) (list []Waiting, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "ce qui est à facturer", func(tx *postgres.Tx) (err error) {
		list, err = s.waiting(ctx, tx, nil)
		return err
	})
	return list, fault.Wrap(err, "list what to bill")
}

// ToBillOf is ToBill of one order.
func (s *Service) ToBillOf(ctx context.Context, actor identity.Actor, orderID uuid.UUID) (list []Waiting, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "ce qui est à facturer", func(tx *postgres.Tx) (err error) {
		list, err = s.waiting(ctx, tx, &orderID)
		return err
	})
	return list, fault.Wrap(err, "list what to bill")
}

func (s *Service) waiting(ctx context.Context, tx *postgres.Tx, orderID *uuid.UUID) ([]Waiting, error) {
	ids, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT o.id FROM orders o
		WHERE o.state NOT IN ('brouillon', 'devis', 'annulee') AND (@order::uuid IS NULL OR o.id = @order) AND (
			NOT EXISTS (SELECT FROM invoices i WHERE i.commanditaire_id = o.commanditaire_id AND i.order_id = o.id AND i.buyer_id = o.commanditaire_id AND i.cause_id = o.id)
			OR EXISTS (SELECT FROM order_cofunders c WHERE c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND c.direct
				AND NOT EXISTS (SELECT FROM invoices i WHERE i.commanditaire_id = o.commanditaire_id AND i.order_id = o.id AND i.buyer_id = c.organisation_id AND i.cause_id = o.id))
			OR EXISTS (SELECT FROM order_milestones m WHERE m.commanditaire_id = o.commanditaire_id AND m.order_id = o.id AND m.reported_at IS NOT NULL
				AND NOT EXISTS (SELECT FROM invoices i WHERE i.commanditaire_id = o.commanditaire_id AND i.order_id = o.id AND i.cause_id = m.id)))
		ORDER BY o.signed_at NULLS FIRST, o.id LIMIT @limit`, postgres.Args{"order": orderID, "limit": mostToBill})
	if err != nil {
		return nil, fmt.Errorf("read orders to bill: %w", err)
	}
	var list []Waiting
	for _, id := range ids {
		o, err := order.Read(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		left, err := unbilled(ctx, tx, bills(o))
		if err != nil {
			return nil, err
		}
		for _, b := range left {
			if !b.Reached {
				continue
			}
			w, err := s.examine(ctx, tx, o, b)
			if err != nil {
				return nil, err
			}
			list = append(list, w)
		}
	}
	return list, nil
}

// examine says what a bill would be refused for.
func (s *Service) examine(ctx context.Context, tx *postgres.Tx, o order.Order, b Bill) (Waiting, error) {
	w := Waiting{Bill: b, OrderNumber: o.Number, OrderName: o.Name()}
	to, err := buyerOf(ctx, tx, b.PayerID)
	if err != nil {
		return w, err
	}
	if w.References, err = referencesOf(ctx, tx, to, o.ID); err != nil {
		return w, err
	}
	w.Needs = to.needs
	trial := s.facts(draft{kind: Facture, series: SeriesInvoice, buyer: to, order: &o, references: w.References, lines: b.Lines}, "F", tx.Today())
	for _, broken := range trial.Invoice.Check(to.needs) {
		w.Problems = append(w.Problems, broken.Sentence)
	}
	return w, nil
}

// Preview is one bill, before it is issued.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, orderID, payer, cause uuid.UUID) (w Waiting, services []ServiceCode, err error) {
	list, err := s.ToBillOf(ctx, actor, orderID)
	if err != nil {
		return w, nil, err
	}
	for _, one := range list {
		if one.PayerID == payer && one.CauseID == cause {
			services, err = s.ServicesOf(ctx, actor, payer)
			return one, services, err
		}
	}
	return w, nil, ErrNothingToBill
}
