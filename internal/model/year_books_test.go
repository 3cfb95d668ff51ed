package model_test

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/accounting"
	"passnum/internal/reporting/proof"
	"passnum/internal/treasury"
)

// verify asks for the product's own proofs at their dates, and holds the ledger
// against what the test counted.
func (y *year) verify() {
	switch {
	case y.first("quarter") && y.day.After(firstDay):
		y.prove(proof.Complete)
	case y.first(y.size.proven):
		y.prove(proof.Since)
	}
	if y.lastOfMonth() {
		y.compareOrders()
		y.readCover()
	}
}

func (y *year) prove(choice proof.Choice) {
	p, report, err := proof.Prove(y.ctx, y.DB, y.Operator, proof.Order{Choice: choice})
	y.must(err)
	for _, failed := range report.Failed() {
		y.t.Errorf("%s: « %s » fails: %+v", y.day.Format(time.DateOnly), failed.Name, failed.Offenders)
	}
	if !p.OK {
		y.t.FailNow()
	}
	y.proofs++
}

// compareOrders holds each order's accounts against the count of its chèques.
func (y *year) compareOrders() {
	for _, o := range y.purchases {
		if !o.active {
			continue
		}
		var b ledger.Balances
		y.must(y.DB.InPlatform(y.ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
			b, err = ledger.OfOrder(y.ctx, tx, y.Departement, o.ID)
			return err
		}))
		blocked, live, credit := o.expected(y.day)
		if b.Circulation+b.Expired != live || b.Funds != blocked || b.Credit != credit {
			y.t.Fatalf("%s: order %s: the ledger holds %+v; counted %s live, %s blocked, %s to give back", y.day.Format(time.DateOnly), o.Number, b, live, blocked, credit)
		}
	}
}

// expected is what an order has under opposition, live or expired, and to give
// back on the evening of a day.
func (o *bought) expected(day time.Time) (blocked, live, credit money.Cents) {
	if !o.signed {
		blocked = faceValue * money.Cents(o.blocked)
		return blocked, o.unused() - blocked, o.takenBack
	}
	if credit = o.unused() + o.takenBack; o.givenBack > 0 && !day.Before(o.leaves) {
		credit -= o.givenBack
	}
	return 0, 0, credit
}

// readCover wants the public page green, on the bank's own balance.
func (y *year) readCover() {
	if len(y.purchases) == 0 || !y.purchases[0].active {
		return
	}
	c, err := y.treasury.Cover(y.ctx)
	y.must(err)
	if c.State != treasury.Proven || c.Bank.ClosingCents != y.bank.balance || c.Margin() < 0 {
		y.t.Fatalf("%s: the cover is %s (%s), the bank says %s, Passnum %+v", y.day.Format(time.DateOnly), c.State, c.Verdict, y.bank.balance, c.Bank)
	}
	r, err := y.treasury.Reconcile(y.ctx, y.Operator)
	y.must(err)
	if r.Rest != 0 {
		y.t.Fatalf("%s: %s are not reconciled", y.day.Format(time.DateOnly), r.Rest)
	}
	y.covers++
}

// closeBooks checks, once everything is over, every sum by two ways.
func (y *year) closeBooks() {
	y.prove(proof.Complete)
	y.readBank()
	years := y.readAnnual()
	y.readReddition(years)
	y.readExports()
	y.readNumbers()
}

// readBank holds the bank's own sums against the ledger's.
func (y *year) readBank() {
	var all ledger.Balances
	y.must(y.DB.InPlatform(y.ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		all, err = ledger.OfEverything(y.ctx, tx)
		return err
	}))
	b := y.bank
	statement := money.Cents(y.Count(`SELECT closing_cents FROM bank_statements WHERE kind = 'releve' ORDER BY closed_on DESC LIMIT 1`))
	left := all.Fees + all.VAT - all.Swept
	if all.Bank != b.balance || statement != b.balance || left != b.balance || all.Swept != b.swept {
		y.t.Errorf("bank %s, ledger %s, last statement %s; fees left %s; swept %s of %s", b.balance, all.Bank, statement, left, all.Swept, b.swept)
	}
	if flows := b.deposited - b.paid + b.cameBack - b.refunded - b.swept; flows != b.balance {
		y.t.Errorf("what crossed the account leaves %s, its balance is %s", flows, b.balance)
	}
	if all.Owed() != 0 || all.Paid != b.paid-b.cameBack {
		y.t.Errorf("%s still owed; %s paid, the bank sent %s", all.Owed(), all.Paid, b.paid-b.cameBack)
	}
	if n := y.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`); n != int64(len(y.takings)) {
		y.t.Errorf("%d redemptions, %d counted", n, len(y.takings))
	}
	if n := y.Count(`SELECT count(*) FROM bank_lines WHERE matched_cents < amount_cents`); n != 0 {
		y.t.Errorf("%d lines of statements wait", n)
	}
}

// readAnnual adds the two comptes annuels up against what was counted.
func (y *year) readAnnual() []accounting.Annual {
	var years []accounting.Annual
	var all accounting.Movement
	for _, n := range []int{2027, 2028} {
		a, err := y.accounts.Annual(y.ctx, y.Finance, n, nil)
		y.must(err)
		m := a.Total
		if m.Opening.Amount+m.Ordered.Amount+m.Rejected.Amount-m.Paid.Amount-m.Returned.Amount != m.Closing.Amount {
			y.t.Errorf("the compte annuel of %d does not add up: %+v", n, m)
		}
		years, all = append(years, a), all.Plus(m)
	}
	if years[0].Total.Closing != years[1].Total.Opening {
		y.t.Errorf("2027 closes with %+v, 2028 opens with %+v", years[0].Total.Closing, years[1].Total.Opening)
	}
	var carnets int
	var takenBack, givenBack money.Cents
	for _, o := range y.purchases {
		carnets, takenBack, givenBack = carnets+o.carnets, takenBack+o.takenBack, givenBack+o.givenBack
	}
	want := map[string][2]accounting.Column{
		"ordered":  {all.Ordered, whole(carnets * perCarnet)},
		"paid":     {all.Paid, whole(len(y.takings))},
		"rejected": {{Amount: all.Rejected.Amount}, {Amount: takenBack}},
		"returned": {{Amount: all.Returned.Amount}, {Amount: givenBack}},
		"left":     {years[1].Total.Closing, {}},
	}
	for name, pair := range want {
		if pair[0] != pair[1] {
			y.t.Errorf("compte annuel, %s: %+v, counted %+v", name, pair[0], pair[1])
		}
	}
	return years
}

func whole(cheques int) accounting.Column {
	return accounting.Column{Cheques: int64(cheques), Amount: faceValue * money.Cents(cheques)}
}

// readReddition adds the two redditions up against the bank.
func (y *year) readReddition(years []accounting.Annual) {
	var received, net, gross money.Cents
	paid := map[uuid.UUID]bool{}
	for i, a := range years {
		r, err := y.accounts.Reddition(y.ctx, y.Finance, a.Year, y.Departement)
		y.must(err)
		if r.Total != a.Total {
			y.t.Errorf("%d: the reddition says %+v, the compte annuel %+v", a.Year, r.Total, a.Total)
		}
		for _, o := range r.Orders {
			if o.After.Gap() != 0 {
				y.t.Errorf("%d: order %s has a gap of %s", a.Year, o.Number, o.After.Gap())
			}
		}
		if held := r.After.Held(); i == 1 && held != 0 || i == 0 && held == 0 {
			y.t.Errorf("%d ends with %s held", a.Year, held)
		}
		for _, receipt := range r.Receipts {
			received += receipt.Total()
		}
		for _, s := range r.Structures {
			net, gross = net+s.NetCents, gross+s.GrossCents
			paid[s.ID] = true
		}
	}
	carried := y.purchases[0].givenBack
	if received != y.bank.deposited+carried || net != y.bank.paid-y.bank.cameBack || gross != faceValue*money.Cents(len(y.takings)) || len(paid) != len(y.structures) {
		y.t.Errorf("redditions: %s received, %s net and %s gross to %d structures; the bank saw %s, %s carried, and sent %s", received, net, gross, len(paid),
			y.bank.deposited, carried, y.bank.paid-y.bank.cameBack)
	}
}
