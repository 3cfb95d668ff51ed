package model_test

import (
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// giving is money on its way back to a commanditaire, or to another order.
type giving struct {
	order, to *purchase
	id        uuid.UUID
	reference string
	amount    money.Cents
	state     string
	repaid    *giving
}

// leaving is what refunds will take of an order's credit.
func (m *machine) leaving(o *purchase) (sum money.Cents) {
	for _, g := range m.refunds {
		if g.order == o && (g.state == ending.RefundPrepared || g.state == ending.RefundApproved) {
			sum += g.amount
		}
	}
	return sum
}

const paierie = "FR7630006000011234567890189"

// refund prepares to give back some of what a closed order owes, or to carry it.
func (m *machine) refund() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool { return o.closed && o.credit > 0 })
	if o == nil {
		return nil
	}
	left := o.credit - m.leaving(o)
	g := &giving{order: o, amount: max(1, left)}
	if m.draw("part", 2) == 0 {
		g.amount = money.Cents(1 + m.draw("cents", int(max(0, left))+5))
	}
	req := ending.RefundRequest{Kind: ending.PaidBack, Amount: g.amount, Holder: "Paierie", IBAN: paierie}
	if to := pick(m, "to", m.orders, func(o *purchase) bool { return o.waiting && o.awaits > 0 }); to != nil && m.draw("carry", 2) == 0 {
		req, g.to = ending.RefundRequest{Kind: ending.Carried, Amount: g.amount, ToOrder: to.ID}, to
	}
	id, err := m.ends.PrepareRefund(m.ctx, m.Operator, o.ID, req)
	switch {
	case left <= 0:
		return expect(err, ending.ErrNothingOwed)
	case g.amount > left:
		return refused(err)
	case err != nil:
		return err
	}
	return m.keep(g, id)
}

func (m *machine) keep(g *giving, id uuid.UUID) error {
	g.id, g.state = id, ending.RefundPrepared
	m.refunds = append(m.refunds, g)
	return m.Owner.QueryRow(m.ctx, `SELECT end_to_end_id FROM refunds WHERE id = $1`, id).Scan(&g.reference)
}

// decideRefund is the second person's word; what is carried moves at once.
func (m *machine) decideRefund() error {
	g := pick(m, "refund", m.refunds, func(g *giving) bool { return g.state == ending.RefundPrepared })
	if g == nil {
		return nil
	}
	if err := expect(m.ends.ApproveRefund(m.ctx, m.Operator, g.order.ID, g.id), ending.ErrSamePerson); err != nil {
		return err
	}
	if m.draw("yes", 4) == 0 {
		g.state = ending.RefundRefused
		return m.ends.RefuseRefund(m.ctx, m.Finance, g.order.ID, g.id, "non")
	}
	err := m.ends.ApproveRefund(m.ctx, m.Finance, g.order.ID, g.id)
	switch {
	case g.to != nil && (!g.to.waiting || g.amount > g.to.awaits):
		return refused(err)
	case err != nil:
		return err
	case g.to == nil:
		g.state = ending.RefundApproved
	default:
		g.state = ending.RefundExecuted
		g.order.credit -= g.amount
		g.to.funds, g.to.awaits = g.to.funds+g.amount, g.to.awaits-g.amount
	}
	return nil
}

// payRefund has the bank debit a refund, and say so twice.
func (m *machine) payRefund() error {
	g := pick(m, "refund", m.refunds, func(g *giving) bool {
		return g.to == nil && g.state != ending.RefundPrepared && g.state != ending.RefundRefused
	})
	if g == nil {
		return nil
	}
	for range 2 {
		err := m.DB.InPlatform(m.ctx, m.Finance, "débit", func(tx *postgres.Tx) error {
			return m.ends.ApplyRefund(m.ctx, tx, m.Finance, g.reference, g.amount, m.today())
		})
		if g.state == ending.RefundRejected {
			return expect(err, ending.ErrRefundMoved)
		}
		if err != nil {
			return err
		}
	}
	if g.state == ending.RefundApproved {
		g.state = ending.RefundExecuted
		g.order.credit -= g.amount
	}
	return nil
}

// refundBack has the bank refuse a refund or send it back, and say so twice.
func (m *machine) refundBack() error {
	g := pick(m, "refund", m.refunds, func(g *giving) bool { return g.to == nil })
	if g == nil {
		return nil
	}
	back := ending.RefundReturn{Reference: g.reference, Amount: g.amount, Code: "AC04", On: m.today(), Source: fmt.Sprintf("relevé %d", m.steps)}
	for range 2 {
		err := m.DB.InPlatform(m.ctx, m.Finance, "retour", func(tx *postgres.Tx) error {
			_, _, err := m.ends.ApplyRefundReturn(m.ctx, tx, m.Finance, back)
			return err
		})
		if g.state == ending.RefundPrepared || g.state == ending.RefundRefused {
			return expect(err, ending.ErrRefundMoved)
		}
		if err != nil {
			return err
		}
	}
	switch g.state {
	case ending.RefundApproved:
		g.state = ending.RefundRejected
	case ending.RefundExecuted:
		g.state = ending.RefundReturned
		g.order.credit += g.amount
	}
	return nil
}

// repay presents again what did not arrive, once.
func (m *machine) repay() error {
	g := pick(m, "refund", m.refunds, func(g *giving) bool { return g.state == ending.RefundRejected || g.state == ending.RefundReturned })
	if g == nil {
		return nil
	}
	left := g.order.credit - m.leaving(g.order)
	id, err := m.ends.PrepareRefund(m.ctx, m.Operator, g.order.ID, ending.RefundRequest{Repays: g.id, Holder: "Paierie", IBAN: paierie})
	switch {
	case left <= 0:
		return expect(err, ending.ErrNothingOwed)
	case g.amount > left:
		return refused(err)
	case g.repaid != nil && g.repaid.state != ending.RefundRefused:
		return expect(err, ending.ErrRefundRepaid)
	case err != nil:
		return err
	}
	g.repaid = &giving{order: g.order, amount: g.amount}
	return m.keep(g.repaid, id)
}
