package model_test

import (
	"fmt"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// await has an order delivered before its money came.
func (m *machine) await() error {
	for _, o := range m.orders {
		if o.waiting {
			return nil
		}
	}
	options := testworld.OrderOptions{Carnets: 1 + m.draw("carnets", 3), PerCarnet: 2, FaceValue: 500, Until: m.today().AddDate(0, 0, 120+m.draw("days", 60)), State: "livree"}
	o := m.ordered(options)
	o.waiting, o.awaits = true, o.carnet*money.Cents(options.Carnets)
	m.Exec(`UPDATE orders SET signed_at = $1, signatory = 'La présidente' WHERE id = $2`, m.Now(), o.ID)
	return nil
}

// attest brings what the order waits for, or a part of its face value, and puts
// its chèques in circulation once all of it is there.
func (m *machine) attest() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool { return o.waiting })
	if o == nil {
		return nil
	}
	f := order.Funding{Mandat: fmt.Sprintf("M-%d", m.steps), ReceivedOn: m.today(), Partial: true}
	err := m.DB.InPlatform(m.ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		list, err := order.Awaiting(m.ctx, tx)
		for _, a := range list {
			if a.OrderID == o.ID {
				f.Face, f.Fees, f.VAT = a.Face, a.Fees, a.VAT
			}
		}
		return err
	})
	if err != nil || f.Face != o.awaits {
		return fmt.Errorf("%s awaited, the model awaits %s: %w", f.Face, o.awaits, err)
	}
	if f.Face > 1 && m.draw("part", 3) == 0 {
		f.Face, f.Fees, f.VAT = money.Cents(1+m.draw("cents", int(f.Face)-1)), 0, 0
	}
	if f.Face+f.Fees+f.VAT > 0 {
		if err := m.desk.AttestFunds(m.ctx, m.Finance, o.ID, f); err != nil {
			return err
		}
	}
	o.funds, o.awaits, o.fees, o.vat = o.funds+f.Face, o.awaits-f.Face, o.fees+f.Fees, o.vat+f.VAT
	if m.Count(`SELECT count(*) FROM orders WHERE id = $1 AND state = 'fonds_attestes'`, o.ID) == 0 {
		return nil
	}
	o.waiting, o.circulation, o.funds = false, o.funds, 0
	return m.desk.Activate(m.ctx, m.Finance, o.ID)
}

// prolong gives an order more time, before its hand-overs are to stop.
func (m *machine) prolong() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool { return !o.waiting && !o.closed && m.today().Before(o.until) })
	if o == nil {
		return nil
	}
	until := o.until.AddDate(0, 0, 1+m.draw("days", 40))
	err := m.ends.Prolong(m.ctx, m.Operator, o.ID, ending.Prolongation{Until: until, Agreement: "courriel de la directrice"})
	if !m.today().Before(ending.DayOf(o.until, ending.Block)) {
		return refused(err)
	}
	if err == nil {
		o.until = until
	}
	return err
}

// withdraw takes back a final statement that nobody signed, contested or not:
// the next days draw another one.
func (m *machine) withdraw() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool { return !o.closed && m.today().After(o.lastDay()) && m.frozen(o) })
	if o == nil {
		return nil
	}
	if m.draw("contest", 2) == 0 {
		if err := m.ends.Contest(m.ctx, m.Commanditaire, o.ID, "un carnet manque"); err != nil {
			return err
		}
	}
	return m.ends.Withdraw(m.ctx, m.Operator, o.ID, "à revoir")
}

// replace makes a new carnet for a stopped one, if what oppositions released is
// worth a whole one.
func (m *machine) replace() error {
	s := pick(m, "opposition", m.stopped, func(s *stop) bool { return !s.lifted && !s.order.closed && !m.today().After(s.order.until) })
	if s == nil {
		return nil
	}
	o := s.order
	made, err := m.losses.Replace(m.ctx, m.Operator, s.id)
	switch {
	case s.replaced:
		return expect(err, opposition.ErrNothingToDo)
	case o.funds < o.carnet:
		if fault.Is(err, fault.KindConflict) {
			return nil
		}
		return fmt.Errorf("a carnet of %s is made with %s: %w", o.carnet, o.funds, err)
	case err != nil || made != 1:
		return fmt.Errorf("%d carnets made: %w", made, err)
	}
	s.replaced = true
	o.funds, o.circulation = o.funds-o.carnet, o.circulation+o.carnet
	number := m.Count(`SELECT max(new_number) FROM carnet_replacements WHERE order_id = $1`, o.ID)
	for range int(o.carnet / o.face) {
		o.cheques = append(o.cheques, &cheque{order: o, carnet: int(number), face: o.face})
	}
	return nil
}
