package programme

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Page is a programme as one reader sees it: its lines are the funder's, the
// operator's, or those of the reader's own orders.
type Page struct {
	Programme
	Mine   bool // the reader's organisation funds it
	Lines  []Line
	Totals Totals
}

// List gives the programmes that the actor's organisation funds, then those it
// may ask or has asked.
func (s *Service) List(ctx context.Context, actor identity.Actor) ([]Programme, error) {
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return nil, identity.ErrForbidden
	}
	where := `p.funder_id = @me`
	if actor.Can(identity.OrderRead) {
		where += ` OR p.closed_at IS NULL AND p.closes_on >= @today OR EXISTS (SELECT 1 FROM programme_orders a WHERE a.programme_id = p.id AND a.commanditaire_id = @me)`
	} else {
		where += ` AND @today::date IS NOT NULL`
	}
	var programmes []Programme
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		programmes, err = list(ctx, tx, where, postgres.Args{"me": actor.OrganisationID, "today": tx.Today()})
		return err
	})
	return programmes, err
}

// ListForOperator gives every programme.
func (s *Service) ListForOperator(ctx context.Context, actor identity.Actor) ([]Programme, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var programmes []Programme
	err := s.db.InPlatform(ctx, actor, "liste des programmes", func(tx *postgres.Tx) (err error) {
		programmes, err = list(ctx, tx, `true`, postgres.Args{})
		return err
	})
	return programmes, err
}

// Show is a programme's page for an organisation. Row-level security gives its
// funder every line, and a commanditaire its own.
func (s *Service) Show(ctx context.Context, actor identity.Actor, id uuid.UUID) (Page, error) {
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return Page{}, identity.ErrForbidden
	}
	var page Page
	var asked []Request
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if page.Programme, err = find(ctx, tx, id, false); err != nil {
			return err
		}
		page.Mine = page.FunderID == actor.OrganisationID
		asked, err = requests(ctx, tx, `a.programme_id = @programme`, postgres.Args{"programme": id})
		return err
	})
	if err == nil && !page.Mine && !actor.Can(identity.OrderRead) {
		err = ErrNotFound
	}
	if err != nil {
		return Page{}, fmt.Errorf("read programme: %w", err)
	}
	return s.withLines(ctx, page, asked)
}

// ShowForOperator is a programme's page for the operator.
func (s *Service) ShowForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) (Page, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Page{}, err
	}
	var page Page
	var asked []Request
	err := s.db.InPlatform(ctx, actor, "suivi d’un programme", func(tx *postgres.Tx) (err error) {
		if page.Programme, err = find(ctx, tx, id, false); err != nil {
			return err
		}
		asked, err = requests(ctx, tx, `a.programme_id = @programme`, postgres.Args{"programme": id})
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("read programme: %w", err)
	}
	return s.withLines(ctx, page, asked)
}

// withLines reads what became of each share. A funder is not a party to the
// ledger of an order: the requests were read in its own scope before.
func (s *Service) withLines(ctx context.Context, page Page, asked []Request) (Page, error) {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		var orders []order.Summary
		for _, r := range asked {
			if r.State.Live() {
				orders = append(orders, order.Summary{ID: r.OrderID})
			}
		}
		shares, err := order.SharesOf(ctx, tx, orders, page.FunderID)
		if err != nil {
			return err
		}
		positions := map[uuid.UUID]order.Position{}
		for _, share := range shares {
			positions[share.Order.ID] = share.Position
		}
		for _, r := range asked {
			line := Line{Request: r}
			if r.State.Live() {
				line.Position = positions[r.OrderID]
			}
			page.Lines = append(page.Lines, line)
		}
		return nil
	})
	if err != nil {
		return Page{}, fmt.Errorf("read shares: %w", err)
	}
	page.Totals = Sum(page.Lines)
	return page, nil
}

// Offer is what a programme would bring to an order, or why nothing.
type Offer struct {
	Programme
	Request *Request // when the order is attached already
	Share   money.Cents
	Refusal string
}

// Offers is what each open programme would bring to an order of the actor's
// organisation.
func (s *Service) Offers(ctx context.Context, actor identity.Actor, id uuid.UUID) (order.Order, []Offer, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return order.Order{}, nil, err
	}
	var offers []Offer
	var o order.Order
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if o, err = order.Read(ctx, tx, id); err != nil {
			return err
		}
		if o.CommanditaireID != actor.OrganisationID {
			return order.ErrNotFound
		}
		offers, err = offersFor(ctx, tx, o)
		return err
	})
	if err != nil {
		return order.Order{}, nil, fmt.Errorf("read offers: %w", err)
	}
	return o, offers, nil
}

func offersFor(ctx context.Context, tx *postgres.Tx, o order.Order) ([]Offer, error) {
	programmes, err := list(ctx, tx, `p.closed_at IS NULL AND p.closes_on >= @today
		OR EXISTS (SELECT 1 FROM programme_orders a WHERE a.programme_id = p.id AND a.order_id = @order)`, postgres.Args{"today": tx.Today(), "order": o.ID})
	if err != nil {
		return nil, err
	}
	asked, err := requests(ctx, tx, `a.order_id = @order`, postgres.Args{"order": o.ID})
	if err != nil {
		return nil, err
	}
	var offers []Offer
	for _, p := range programmes {
		offer := Offer{Programme: p}
		for i := len(asked) - 1; i >= 0; i-- { // the newest one last, so that it stays
			if asked[i].ProgrammeID == p.ID {
				offer.Request = &asked[i]
			}
		}
		if offer.Request == nil || !offer.Request.State.Live() {
			c, err := candidate(ctx, tx, p, o)
			if err != nil {
				return nil, err
			}
			if offer.Share, err = p.Share(c, tx.Today()); err != nil {
				refused, _ := fault.As(err)
				offer.Refusal = refused.Sentence
			}
		}
		offers = append(offers, offer)
	}
	return offers, nil
}
