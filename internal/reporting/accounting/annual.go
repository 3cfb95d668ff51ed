package accounting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Column is one of the compte annuel's, in number and amount.
type Column struct {
	Cheques int64
	Amount  money.Cents
}

func (c Column) plus(o Column) Column { return Column{c.Cheques + o.Cheques, c.Amount + o.Amount} }

// Movement is a line of the compte annuel. Closing is Opening plus Ordered plus
// Rejected, less Paid, less Returned, in number as in amount.
type Movement struct {
	Opening  Column // restant à rembourser au 1er janvier
	Ordered  Column // commandés
	Paid     Column // utilisés et payés
	Rejected Column // rejetés : acceptés à tort, repris et dus au commanditaire
	Returned Column // remboursés ou échangés
	Closing  Column // restant à rembourser au dernier jour
}

// Plus adds two lines up.
func (m Movement) Plus(o Movement) Movement {
	return Movement{m.Opening.plus(o.Opening), m.Ordered.plus(o.Ordered), m.Paid.plus(o.Paid), m.Rejected.plus(o.Rejected), m.Returned.plus(o.Returned), m.Closing.plus(o.Closing)}
}

func (m Movement) idle() bool { return m == Movement{} }

// OrderAccount is one order's line, with what it rests on.
type OrderAccount struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	SIRET           string
	OrderID         uuid.UUID
	Number          string
	Title           string
	FaceValue       money.Cents
	Before, After   Standing // the day before the first, and the last day
	Movement
	// Share is the reader's part when it only co-funds the order.
	Share *Share
}

// Share is a co-funder's part of an order and of each of its columns.
type Share struct {
	Whole money.Cents // of the order's face value
	Movement
}

// Annual is a compte annuel, whole or of one commanditaire.
type Annual struct {
	Year     int
	From, To time.Time
	Closed   bool
	Deadline time.Time
	Orders   []OrderAccount // by commanditaire, then number
	Total    Movement
	After    Standing // of all the orders
	Before   Standing
	Aside    Aside
}

// Aside is what the columns leave out, because no value moved.
type Aside struct {
	Refused  Column // presented late and refused: the structure was never owed anything
	Replaced Column // blocked after a loss or a theft, and exchanged for new ones
	Waived   Column // given up by the structure that had presented them late
}

// Annual computes a year's accounts: everything for the operator, or one
// commanditaire; for anybody else, its own orders and those it funds. ErrNoYear.
func (s *Service) Annual(ctx context.Context, actor identity.Actor, year int, commanditaire *uuid.UUID) (Annual, error) {
	var a Annual
	err := s.in(ctx, actor, "compte annuel", func(tx *postgres.Tx, own *uuid.UUID) error {
		p, err := yearOf(year, tx.Today())
		if err != nil {
			return err
		}
		a = Annual{Year: year, From: p.From, To: p.To, Closed: p.Closed, Deadline: Deadline(year)}
		orders, err := readOrders(ctx, tx, p, scope{Commanditaire: commanditaire})
		if err != nil {
			return err
		}
		aside := commanditaire
		if own != nil {
			aside = own
			if err := shareOut(ctx, tx, orders, *own); err != nil {
				return err
			}
		}
		a.add(orders)
		a.Aside, err = readAside(ctx, tx, p, aside)
		return err
	})
	if err != nil {
		return Annual{}, fmt.Errorf("compute annual accounts: %w", err)
	}
	return a, nil
}

// add keeps the orders of which something is to be said in the year.
func (a *Annual) add(orders []OrderAccount) {
	for _, o := range orders {
		if o.Movement.idle() && o.After.minus(o.Before) == (Standing{}) && o.After.Held() == 0 {
			continue
		}
		a.Orders = append(a.Orders, o)
		a.Total = a.Total.Plus(o.Movement)
		a.Before, a.After = a.Before.plus(o.Before), a.After.plus(o.After)
	}
}

// Commanditaires groups the lines by who ordered, in the order of the lines.
func (a Annual) Commanditaires() []Group {
	var groups []Group
	for _, o := range a.Orders {
		if n := len(groups); n == 0 || groups[n-1].CommanditaireID != o.CommanditaireID {
			groups = append(groups, Group{CommanditaireID: o.CommanditaireID, Name: o.Commanditaire, SIRET: o.SIRET})
		}
		g := &groups[len(groups)-1]
		g.Orders = append(g.Orders, o)
		g.Total = g.Total.Plus(o.Movement)
		g.Before, g.After = g.Before.plus(o.Before), g.After.plus(o.After)
	}
	return groups
}

// Group is one commanditaire's orders.
type Group struct {
	CommanditaireID uuid.UUID
	Name, SIRET     string
	Orders          []OrderAccount
	Total           Movement
	Before, After   Standing
}

// movementOf is what happened between two standings of an order whose chèques
// are worth face. What is not worth a whole chèque counts in the amounts only.
func movementOf(before, after Standing, face money.Cents) Movement {
	return Movement{
		Opening:  remaining(before, face),
		Ordered:  Column{after.Cheques - before.Cheques, after.Ordered - before.Ordered},
		Paid:     between(before.Paid, after.Paid, face),
		Rejected: between(before.TakenBack, after.TakenBack, face),
		Returned: between(before.Returned(), after.Returned(), face),
		Closing:  remaining(after, face),
	}
}

func between(before, after, face money.Cents) Column {
	return Column{int64(after/face) - int64(before/face), after - before}
}

func remaining(s Standing, face money.Cents) Column {
	return Column{s.Cheques + int64(s.TakenBack/face) - int64(s.Returned()/face) - int64(s.Paid/face), s.Remaining()}
}
