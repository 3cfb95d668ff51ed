package model_test

import (
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// event is an incident. amount is signed as its structure sees it.
type event struct {
	id, structure uuid.UUID
	on            *taken
	amount        money.Cents
	kind          incident.Kind
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
	m.incidents = append(m.incidents, &event{id: id, structure: t.structure, on: t, amount: -amount, kind: kind})
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
	if m.draw("yes", 3) == 0 {
		e.refuse()
		return m.mistake.Refuse(m.ctx, m.Finance, e.id, "non")
	}
	err := m.mistake.Accept(m.ctx, m.Finance, e.id, "oui")
	switch o := e.on.order; {
	case e.takes() && e.amount > o.credit-m.leaving(o):
		return expect(err, incident.ErrCreditGone)
	case !e.takes() && e.amount > o.held():
		return expect(err, incident.ErrFeesShort)
	case err != nil:
		return err
	}
	e.accept()
	return nil
}

// takes reports whether the incident moves the commanditaire's credit, one way
// or the other; a gesture moves the operator's fees.
func (e *event) takes() bool { return e.kind != incident.Gesture }

func (e *event) refuse() {
	e.decided = true
	switch {
	case e.cancels != nil:
		e.cancels.cancelled = false
	case e.takes():
		e.on.back += e.amount
	}
}

func (e *event) accept() {
	e.decided, e.accepted = true, true
	if !e.takes() {
		e.on.order.fees -= e.amount
		return
	}
	e.on.order.credit -= e.amount
	if e.cancels != nil {
		e.on.back -= e.amount
	}
}

// held is what a gesture may use of an order's fees.
func (o *purchase) held() money.Cents { return min(o.fees, o.fees+o.vat) }

// gesture proposes that the operator gives a structure some of its fees.
func (m *machine) gesture() error {
	t := pick(m, "taken", m.taken, func(t *taken) bool { return !t.undone && t.line != uuid.Nil && t.order.fees > 0 })
	if t == nil {
		return nil
	}
	amount := money.Cents(1 + m.draw("cents", int(t.order.fees)+20))
	id, err := m.mistake.Propose(m.ctx, m.Operator, incident.Proposal{Kind: incident.Gesture, Amount: amount, Reason: "retard", RedemptionID: t.id})
	switch {
	case amount > t.order.held():
		return expect(err, incident.ErrFeesShort)
	case err != nil:
		return err
	}
	m.incidents = append(m.incidents, &event{id: id, structure: t.structure, on: t, amount: amount, kind: incident.Gesture})
	return nil
}

// recover has a structure pay back some of what it owes, said twice by the bank.
func (m *machine) recover() error {
	_, structure := m.actor()
	debt := -m.expected()[account{structure, "payable"}]
	p := incident.Paid{StructureID: structure, Amount: money.Cents(1 + m.draw("cents", int(max(0, debt))+10)), On: m.today(), Key: fmt.Sprintf("ligne-%d", m.steps)}
	for range 2 {
		err := m.DB.InPlatform(m.ctx, m.Finance, "versement", func(tx *postgres.Tx) error { return m.mistake.ApplyRecovery(m.ctx, tx, m.Finance, p) })
		switch {
		case debt <= 0:
			return expect(err, incident.ErrNothingOwed)
		case p.Amount > debt:
			return refused(err)
		case err != nil:
			return err
		}
	}
	m.incidents = append(m.incidents, &event{structure: structure, amount: p.Amount, kind: incident.Recovery, decided: true, accepted: true})
	return nil
}

// correct proposes to cancel an incident that was decided wrongly.
func (m *machine) correct() error {
	e := pick(m, "incident", m.incidents, func(e *event) bool {
		return e.accepted && e.cancels == nil && !e.cancelled && e.kind != incident.Recovery
	})
	if e == nil {
		return nil
	}
	id, err := m.mistake.Cancel(m.ctx, m.Operator, e.id, "c’était juste")
	if err != nil {
		return err
	}
	e.cancelled = true
	m.incidents = append(m.incidents, &event{id: id, structure: e.structure, on: e.on, amount: -e.amount, kind: e.kind, cancels: e})
	return nil
}
