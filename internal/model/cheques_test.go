package model_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// mostOrders is how many orders live at once.
const mostOrders = 5

// buy has a new order funded, activated and delivered.
func (m *machine) buy() error {
	open := 0
	for _, o := range m.orders {
		if !o.closed {
			open++
		}
	}
	if open >= mostOrders {
		return nil
	}
	options := testworld.OrderOptions{
		Carnets: 2 + m.draw("carnets", 4), PerCarnet: 2 + m.draw("chèques", 6), FaceValue: money.Cents(100 * (5 + m.draw("euros", 8))),
		Until: m.today().AddDate(0, 0, 15+m.draw("days", 60)),
	}
	o := m.ordered(options)
	o.circulation = o.carnet * money.Cents(options.Carnets)
	return nil
}

// ordered makes an order and its chèques.
func (m *machine) ordered(options testworld.OrderOptions) *purchase {
	o := &purchase{Order: m.ActiveOrder(options), until: options.Until, face: options.FaceValue, carnet: options.FaceValue * money.Cents(options.PerCarnet), hold: []int{0, 0, 0, 5}[m.draw("hold", 4)]}
	m.Exec(`UPDATE orders SET downstream_fee_basis_points = $1, hold_days = $2 WHERE id = $3`, []int{0, 0, 400, 333}[m.draw("fee", 4)], o.hold, o.ID)
	for i, c := range o.Codes(1, options.Carnets) {
		o.cheques = append(o.cheques, &cheque{order: o, carnet: 1 + i/options.PerCarnet, code: c.Clear(), face: options.FaceValue})
	}
	m.orders = append(m.orders, o)
	return o
}

// handOver gives the first carnets of an order, those that are still in stock.
func (m *machine) handOver() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool {
		return !m.today().After(o.until) && !o.waiting && o.holds(inStock)
	})
	if o == nil {
		return nil
	}
	n := 1 + m.draw("carnets", o.Carnets)
	o.HandedOver(n)
	for _, table := range []string{"carnets", "cheques"} { // the world counts months its own way
		m.Exec(`UPDATE `+table+` SET accepted_until = $1 WHERE order_id = $2 AND accepted_until IS NOT NULL`, o.lastDay(), o.ID)
	}
	for _, c := range o.cheques {
		if c.carnet <= n && c.state == inStock {
			c.state = live
		}
	}
	return nil
}

// holds reports whether one of the order's chèques is in a state.
func (o *purchase) holds(s state) bool {
	for _, c := range o.cheques {
		if c.state == s {
			return true
		}
	}
	return false
}

// lastDay is the last one on which the order's chèques are accepted.
func (o *purchase) lastDay() time.Time { return carnet.Tolerated(o.until) }

func (m *machine) actor() (identity.Actor, uuid.UUID) {
	if m.draw("structure", 2) == 0 {
		return m.Mediateur, m.Mediatheque
	}
	return m.Other, m.Stranger
}

// redeem presents one to three chèques, some of which may not be usable.
func (m *machine) redeem() error {
	actor, structure := m.actor()
	var basket []*cheque
	var codes []string
	for range 1 + m.draw("basket", 3) {
		c := pick(m, "chèque", m.cheques(), func(c *cheque) bool {
			return c.code != "" && !contains(basket, c) && (c.state == live || c.state == blocked || c.state == outdated)
		})
		if c != nil {
			basket, codes = append(basket, c), append(codes, c.code)
		}
	}
	if len(basket) == 0 {
		return nil
	}
	receipt, err := m.take.Redeem(m.ctx, actor, redemption.Request{Key: uuid.NewString(), Codes: codes, Entries: []int{3}, Mode: redemption.Individuel})
	if err != nil {
		return err
	}
	for _, result := range receipt.Results {
		c := basket[result.Index]
		want := c.state == live && !m.today().After(c.order.lastDay())
		if got := result.Status == redemption.Redeemed; got != want {
			return fmt.Errorf("chèque of carnet %d, state %d: %s (%s), the model says %v", c.carnet, c.state, result.Status, result.Reason, want)
		}
		if want {
			c.state = used
			c.order.circulation -= c.face
			m.taken = append(m.taken, &taken{cheque: c, id: result.ID, structure: structure, day: m.today()})
		}
	}
	return nil
}

// redeemAgain presents a chèque that was used: nobody is paid twice.
func (m *machine) redeemAgain() error {
	actor, _ := m.actor()
	t := pick(m, "used", m.taken, func(t *taken) bool { return t.state == used })
	if t == nil {
		return nil
	}
	receipt, err := m.take.Redeem(m.ctx, actor, redemption.Request{Key: uuid.NewString(), Codes: []string{t.code}, Entries: []int{3}, Mode: redemption.Individuel})
	if err == nil && receipt.Results[0].Status == redemption.Redeemed {
		return errors.New("a used chèque was accepted again")
	}
	return err
}

// undo gives a chèque back the day it was taken, and never once it is in a
// payment. Half of the time it tries one of today's, lest refusals be all it sees.
func (m *machine) undo() error {
	recent := m.draw("recent", 2) == 0
	t := pick(m, "taken", m.taken, func(t *taken) bool { return !t.undone && (!recent || t.day.Equal(m.today())) })
	if t == nil {
		return nil
	}
	actor := m.Mediateur
	if t.structure == m.Stranger {
		actor = m.Other
	}
	_, err := m.take.Undo(m.ctx, actor, t.id, "erreur")
	switch {
	case t.line != uuid.Nil:
		return expect(err, redemption.ErrAlreadyPaid)
	case !t.day.Equal(m.today()):
		return expect(err, redemption.ErrDayOver)
	case m.today().After(t.order.lastDay()) && m.frozen(t.order):
		return refused(err)
	case err != nil:
		return err
	}
	t.undone, t.cheque.state = true, live
	t.order.circulation += t.face
	return m.settleUndone(t.cheque)
}

// settleUndone blocks a chèque given back to a stopped carnet, as its job does;
// it is found again with the others.
func (m *machine) settleUndone(c *cheque) error {
	s := m.stopOf(c)
	want := 0
	if s != nil {
		want = 1
		c.before, c.state = live, blocked
		c.order.circulation -= c.face
		c.order.funds += c.face
		s.cheques = append(s.cheques, c)
	}
	n, err := m.losses.SettleUndone(m.ctx)
	if err == nil && n != want {
		err = fmt.Errorf("%d chèques of stopped carnets blocked again, the model says %d", n, want)
	}
	return err
}

// stopOf is the opposition that holds a chèque's carnet, if any.
func (m *machine) stopOf(c *cheque) *stop {
	for _, s := range m.stopped {
		if !s.lifted && s.order == c.order && s.cheques[0].carnet == c.carnet {
			return s
		}
	}
	return nil
}

// oppose stops one carnet that still holds value.
func (m *machine) oppose() error {
	c := pick(m, "carnet", m.cheques(), func(c *cheque) bool {
		return (c.state == inStock || c.state == live) && c.carnet <= c.order.Carnets && !c.order.waiting && !m.today().After(c.order.until)
	})
	if c == nil {
		return nil
	}
	o, err := m.losses.Declare(m.ctx, m.Commanditaire, opposition.ByCommanditaire, opposition.Declaration{
		Selection: opposition.Selection{Numbers: c.order.Serial(c.carnet)}, Cause: opposition.Loss, Expected: 1})
	if err != nil {
		return err
	}
	if o.TwoPeople {
		return m.losses.Refuse(m.ctx, m.Operator, opposition.ByOperator, o.ID) // too many the same day: nothing was blocked
	}
	s := &stop{id: o.ID, order: c.order}
	for _, other := range c.order.cheques {
		if other.carnet == c.carnet && (other.state == inStock || other.state == live) {
			other.before, other.state = other.state, blocked
			c.order.circulation -= other.face
			c.order.funds += other.face
			s.cheques = append(s.cheques, other)
		}
	}
	m.stopped = append(m.stopped, s)
	return nil
}

// lift puts a carnet that was found again back.
func (m *machine) lift() error {
	s := pick(m, "opposition", m.stopped, func(s *stop) bool { return !s.lifted && !m.today().After(s.order.until) })
	if s == nil {
		return nil
	}
	waits, err := m.losses.Lift(m.ctx, m.Operator, opposition.ByOperator, s.id, opposition.LiftRequest{Reason: "retrouvé"})
	switch {
	case s.replaced:
		return expect(err, opposition.ErrReplaced)
	case s.order.face*money.Cents(len(s.cheques)) > s.order.funds && !waits:
		return expect(err, order.ErrNoFreeFunds)
	case err != nil || waits:
		return err
	}
	s.lifted = true
	for _, c := range s.cheques {
		c.state = c.before
		s.order.funds -= c.face
		s.order.circulation += c.face
	}
	return nil
}

func (m *machine) cheques() []*cheque {
	var all []*cheque
	for _, o := range m.orders {
		all = append(all, o.cheques...)
	}
	return all
}

func contains(all []*cheque, one *cheque) bool {
	for _, c := range all {
		if c == one {
			return true
		}
	}
	return false
}

// expect wants a refusal, this one.
func expect(got, want error) error {
	if !errors.Is(got, want) {
		return fmt.Errorf("got %v, want %w", got, want)
	}
	return nil
}

// refused wants a refusal, whichever.
func refused(got error) error {
	if _, ok := fault.As(got); !ok {
		return fmt.Errorf("got %v, want a refusal", got)
	}
	return nil
}
