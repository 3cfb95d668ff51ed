package model_test

import (
	"github.com/google/uuid"

	"passnum/internal/incident"
	"passnum/internal/money"
)

// event is an incident. amount is signed as its structure sees it.
type event struct {
	id, structure uuid.UUID
	on            *taken
	amount        money.Cents
	cancels       *event
	decided       bool
	accepted      bool
	cancelled     bool
	line          uuid.UUID
}

// report proposes to take back all or part of what a chèque paid.
func (m *machine) report() error {
	t := pick(m, "taken", m.taken, func(t *taken) bool { return !t.undone })
	if t == nil {
		return nil
	}
	amount := money.Cents(1 + m.draw("cents", int(t.face)+100))
	kind := []incident.Kind{incident.Overpayment, incident.Fraud}[m.draw("kind", 2)]
	id, err := m.mistake.Propose(m.ctx, m.Operator, incident.Proposal{Kind: kind, Amount: amount, Reason: "contrôle", RedemptionID: t.id})
	switch {
	case t.line == uuid.Nil && !t.day.Before(m.today()):
		return expect(err, incident.ErrTooEarly)
	case amount > t.face-t.back:
		return expect(err, incident.ErrTooMuch)
	case err != nil:
		return err
	}
	t.back += amount
	m.incidents = append(m.incidents, &event{id: id, structure: t.structure, on: t, amount: -amount})
	return nil
}

// decide accepts or refuses what somebody else proposed.
func (m *machine) decide() error {
	e := pick(m, "incident", m.incidents, func(e *event) bool { return !e.decided })
	if e == nil {
		return nil
	}
	if err := expect(m.mistake.Accept(m.ctx, m.Operator, e.id, "vu"), incident.ErrSameHand); err != nil {
		return err
	}
	e.decided = true
	if m.draw("yes", 3) == 0 {
		if e.cancels == nil {
			e.on.back += e.amount
		} else {
			e.cancels.cancelled = false
		}
		return m.mistake.Refuse(m.ctx, m.Finance, e.id, "non")
	}
	if err := m.mistake.Accept(m.ctx, m.Finance, e.id, "oui"); err != nil {
		return err
	}
	e.accepted = true
	e.on.order.credit -= e.amount
	if e.cancels != nil {
		e.on.back -= e.amount
	}
	return nil
}

// correct proposes to cancel an incident that was decided wrongly.
func (m *machine) correct() error {
	e := pick(m, "incident", m.incidents, func(e *event) bool { return e.accepted && e.cancels == nil && !e.cancelled })
	if e == nil {
		return nil
	}
	id, err := m.mistake.Cancel(m.ctx, m.Operator, e.id, "c’était juste")
	if err != nil {
		return err
	}
	e.cancelled = true
	m.incidents = append(m.incidents, &event{id: id, structure: e.structure, on: e.on, amount: -e.amount, cancels: e})
	return nil
}
