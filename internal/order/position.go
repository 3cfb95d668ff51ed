package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Flow is what became of the face value received for an order; its parts add up
// to it.
type Flow struct {
	Used        money.Cents // taken by structures
	Circulating money.Cents // in live chèques
	Expired     money.Cents // past its validity, no avoir yet
	Held        money.Cents // received, not circulating
	Returned    money.Cents // owed or given back: by an avoir, or taken back from structures
	// TakenBack is what incidents took back from structures; it left Used, and is
	// in Returned.
	TakenBack money.Cents
}

// Total is the face value received.
func (f Flow) Total() money.Cents {
	return f.Used + f.Circulating + f.Expired + f.Held + f.Returned
}

// Position is what one funder of an order promised, and what became of it.
type Position struct {
	OrganisationID uuid.UUID
	Name           string
	Owner          bool // it ordered
	Direct         bool // it pays into the dedicated account itself
	Pending        bool
	Programme      string
	Promised       money.Cents
	Received       money.Cents
	Flow
}

// Positions shares what became of the face value between those who fund it.
//
// The face value is a row of cents, each of which belongs to somebody
// (money.Pool): what structures accepted is taken from the beginning, what an
// avoir gives back from the end, and what is between is shared in the order
// circulating, expired, held. (Before anything circulates, each holds what it
// brought.) What incidents take back from structures is counted apart, from the
// beginning as well: it leaves what is used and comes back. So each part adds up
// to the whole for everybody and for each; none goes down when its total goes up;
// and an order that closes, used and given back in full, leaves nobody a cent of
// anything else.
func (o Order) Positions(f Flow) []Position {
	list, pool := o.parts()
	whole, taken := pool.Whole(), pool.First(f.TakenBack)
	from := make([]money.Cents, len(list))
	upTo := func(t money.Cents, keep func(p *Position, part money.Cents)) {
		parts := pool.First(t)
		for i := range list {
			keep(&list[i], parts[i]-from[i])
		}
		from = parts
	}
	t := f.Used + f.TakenBack
	upTo(t, func(p *Position, part money.Cents) { p.Used = part })
	t += f.Circulating
	upTo(t, func(p *Position, part money.Cents) { p.Circulating = part })
	t += f.Expired
	upTo(t, func(p *Position, part money.Cents) { p.Expired = part })
	upTo(t+f.Held, func(p *Position, part money.Cents) { p.Held = part })
	back := pool.Last(f.Returned - f.TakenBack)
	for i := range list {
		list[i].TakenBack = taken[i]
		list[i].Used -= taken[i]
		list[i].Returned = back[i] + taken[i]
	}
	o.shareReceipts(list)
	if f.Total() == f.Held && f.Held < whole { // nothing has circulated: each holds what it brought
		for i := range list {
			list[i].Held = list[i].Received
		}
	}
	return list
}

// parts lists who funds the order, and what each promised. The commanditaire has
// the key of nobody else: between equal shares it comes first.
func (o Order) parts() ([]Position, money.Pool) {
	list := []Position{{OrganisationID: o.CommanditaireID, Name: o.Commanditaire, Owner: true, Direct: true, Promised: max(0, o.OwnShare())}}
	pool := money.Pool{{Share: list[0].Promised}}
	for _, c := range o.Cofunders {
		list = append(list, Position{OrganisationID: c.OrganisationID, Name: c.Name, Direct: c.Direct, Pending: c.Pending, Programme: c.Programme, Promised: c.Share})
		pool = append(pool, money.Part{Key: c.OrganisationID, Share: c.Share})
	}
	return list, pool
}

// shareReceipts tells who brought what was received: a payer its own mandats,
// and the commanditaire's are shared with those that pay through it.
func (o Order) shareReceipts(list []Position) {
	through := make(money.Pool, len(list))
	for i := range list {
		if !list[i].Owner {
			list[i].Received = o.paid(&list[i].OrganisationID)
		}
		if list[i].Owner || !list[i].Direct {
			through[i].Share = max(0, list[i].Promised-list[i].Received)
		}
		if !list[i].Owner {
			through[i].Key = list[i].OrganisationID
		}
	}
	for i, part := range through.First(o.paid(nil)) {
		list[i].Received += part
	}
	list[0].Received += max(0, o.paid(nil)-through.Whole())
}

// Positions tells what each funder of an order promised and what became of it,
// to whoever ordered or funds it.
func (s *Service) Positions(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]Position, error) {
	if _, err := s.Order(ctx, actor, id); err != nil {
		return nil, err
	}
	return s.positions(ctx, id)
}

// PositionsForOperator is Positions for the operator.
func (s *Service) PositionsForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]Position, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	return s.positions(ctx, id)
}

// positions reads an order's ledger, which a co-funder is not a party to: the
// caller has checked that the order may be read.
func (s *Service) positions(ctx context.Context, id uuid.UUID) ([]Position, error) {
	var list []Position
	err := s.asSystem(ctx, id, func(tx *postgres.Tx, o *Order) error {
		flows, err := Flows(ctx, tx, []uuid.UUID{o.ID})
		list = o.Positions(flows[o.ID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read positions: %w", err)
	}
	return list, nil
}

type flowRow struct {
	OrderID       uuid.UUID
	Debit, Credit string
	Cents         int64
}

// Flows reads what became of the face value of orders, in the caller's platform
// transaction. An order that received nothing is not in the answer.
func Flows(ctx context.Context, tx *postgres.Tx, orders []uuid.UUID) (map[uuid.UUID]Flow, error) {
	rows, err := postgres.All[flowRow](ctx, tx, `
		SELECT order_id, debit::text, credit::text, sum(amount_cents)::bigint AS cents FROM ledger_movements
		WHERE (commanditaire_id, order_id) IN (SELECT commanditaire_id, id FROM orders WHERE id = ANY (@orders)) GROUP BY 1, 2, 3`,
		postgres.Args{"orders": orders})
	if err != nil {
		return nil, fmt.Errorf("read flows: %w", err)
	}
	flows := map[uuid.UUID]Flow{}
	for _, row := range rows {
		f := flows[row.OrderID]
		f.leave(ledger.Account(row.Debit), ledger.Account(row.Credit), -money.Cents(row.Cents))
		f.leave(ledger.Account(row.Credit), ledger.Account(row.Debit), money.Cents(row.Cents))
		flows[row.OrderID] = f
	}
	return flows, nil
}

// leave adds what account gets from other. What structures were owed counts as
// used whatever is then paid or kept of it; what the commanditaire was owed, as
// returned whatever is then refunded.
func (f *Flow) leave(account, other ledger.Account, amount money.Cents) {
	switch account {
	case ledger.Funds:
		f.Held += amount
	case ledger.Circulation:
		f.Circulating += amount
	case ledger.Expired:
		f.Expired += amount
	case ledger.Payable:
		if other == ledger.Circulation || other == ledger.Credit {
			f.Used += amount
		}
		if other == ledger.Credit {
			f.TakenBack -= amount
		}
	case ledger.Credit:
		if other != ledger.Bank {
			f.Returned += amount
		}
	}
}

// Share is an order that an organisation co-funds, and its position there.
type Share struct {
	Order Summary
	Position
}

// Shares lists the orders of others that the actor's organisation co-funds, page
// by page, with what became of its share.
func (s *Service) Shares(ctx context.Context, actor identity.Actor, f Filter) ([]Share, uuid.UUID, error) {
	page, err := s.Funded(ctx, actor, f)
	if err != nil {
		return nil, uuid.Nil, err
	}
	var list []Share
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		list, err = SharesOf(ctx, tx, page.Orders, actor.OrganisationID)
		return err
	})
	if err != nil {
		return nil, uuid.Nil, fmt.Errorf("list shares: %w", err)
	}
	return list, page.Next, nil
}

// SharesOf is a funder's position in each of these orders, in the caller's
// platform transaction.
func SharesOf(ctx context.Context, tx *postgres.Tx, orders []Summary, funder uuid.UUID) ([]Share, error) {
	ids := make([]uuid.UUID, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	flows, err := Flows(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var list []Share
	for _, summary := range orders {
		o, err := find(ctx, tx, summary.ID)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range o.Positions(flows[o.ID]) {
			if p.OrganisationID == funder {
				list = append(list, Share{Order: summary, Position: p})
			}
		}
	}
	return list, nil
}
