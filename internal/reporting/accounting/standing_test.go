package accounting

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
)

// life draws events of an order worth 40 chèques of 10 €, each possible where it
// stands, as the ledger posts them.
func life(t *rapid.T) (before, after Standing) {
	s := Standing{Cheques: 40, Ordered: 40000}
	post := func(kind ledger.Kind, debit, credit ledger.Account, amount money.Cents) {
		switch {
		case amount > 0:
			s.take(flow{kind, debit, credit, amount})
		case amount < 0:
			s.take(flow{kind, credit, debit, -amount})
		}
	}
	some := func(most money.Cents) money.Cents {
		if most < 1000 {
			return 0
		}
		return 1000 * money.Cents(rapid.IntRange(0, int(most/1000)).Draw(t, "cheques"))
	}
	steps := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 40).Draw(t, "events")
	year := rapid.IntRange(0, len(steps)).Draw(t, "year")
	for i, step := range steps {
		if i == year {
			before = s
		}
		switch step {
		case 0:
			post(ledger.Funding, ledger.Bank, ledger.Funds, some(s.Ordered-s.Received))
		case 1:
			post(ledger.Activation, ledger.Funds, ledger.Circulation, some(s.Funds))
		case 2:
			post(ledger.Redemption, ledger.Circulation, ledger.Payable, some(s.Circulation))
		case 3: // paid, less a fee of 4 % and its VAT
			n := some(min(s.Awaiting(), s.Payable))
			fee, vat := n*4/100, n*4/500
			post(ledger.Payout, ledger.Payable, ledger.InTransit, n-fee-vat)
			post(ledger.Payout, ledger.Payable, ledger.Fees, fee)
			post(ledger.Payout, ledger.Payable, ledger.VAT, vat)
			post(ledger.PayoutExecuted, ledger.InTransit, ledger.Bank, n-fee-vat)
			s.Paid += n
		case 4: // what came back, without fee
			n := some(min(s.Paid, s.NetPaid))
			post(ledger.PayoutReturned, ledger.Bank, ledger.Payable, n)
			s.Paid -= n
		case 5:
			post(ledger.Incident, ledger.Payable, ledger.Credit, money.Cents(rapid.IntRange(0, int(max(0, s.Redeemed-s.TakenBack))).Draw(t, "incident")))
		case 6:
			post(ledger.Incident, ledger.Fees, ledger.Payable, money.Cents(rapid.IntRange(0, 500).Draw(t, "geste")))
		case 7:
			post(ledger.Expiry, ledger.Circulation, ledger.Expired, some(s.Circulation))
		case 8: // the avoir of a closing comes once, before any refund
			if s.Returned() == 0 {
				post(ledger.Avoir, ledger.Expired, ledger.Credit, s.Expired)
			}
		case 9:
			post(ledger.Refund, ledger.Credit, ledger.Bank, some(s.Credit))
		}
	}
	if year == len(steps) {
		before = s
	}
	return before, s
}

func TestAnyLifeAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := life(t)
		for _, s := range []Standing{before, after} {
			if s.Gap() != 0 {
				t.Fatalf("gap %s in %+v", s.Gap(), s)
			}
			if rest := s.NotReceived() + s.Funds + s.Circulation + s.Expired + s.Credit + s.Awaiting(); rest != s.Remaining() {
				t.Fatalf("%s is left, %s by its parts: %+v", s.Remaining(), rest, s)
			}
		}
		m := movementOf(before, after, 1000)
		if m.Opening.Amount+m.Ordered.Amount+m.Rejected.Amount-m.Paid.Amount-m.Returned.Amount != m.Closing.Amount ||
			m.Opening.Cheques+m.Ordered.Cheques+m.Rejected.Cheques-m.Paid.Cheques-m.Returned.Cheques != m.Closing.Cheques {
			t.Fatalf("does not add up: %+v", m)
		}
		shareLife(t, before, after, m)
		sameCents(t, after)
	})
}

// sameCents draws who funds an order, and reads what became of each one's share
// from the order's page and from the accounts, which list them in other orders:
// the cents are the same, and add up.
func sameCents(t *rapid.T, s Standing) {
	o := order.Order{CommanditaireID: uuid.New()}
	o.Specification = order.Specification{Carnets: 4, ChequesPerCarnet: 10, FaceValue: 1000}
	left := int(o.FaceTotal())
	var funders []Cofunder
	for i := range rapid.IntRange(2, 5).Draw(t, "funders") {
		share := money.Cents(min(left, rapid.SampledFrom([]int{1, 333, 6667, left / 3, left / 2}).Draw(t, "share")))
		left -= int(share)
		c := order.Cofunder{OrganisationID: uuid.UUID{byte(i + 1)}, Share: share}
		o.Cofunders = append(o.Cofunders, c)
		funders = append([]Cofunder{{OrganisationID: c.OrganisationID, ShareCents: share}}, funders...)
	}
	// In the end all that was accepted is paid, and all the rest given back.
	s.Paid, s.Credited = s.Redeemed, s.Ordered-s.Redeemed
	s.Refunded, s.CarriedOut = s.Credited+s.TakenBack, 0
	flow := order.Flow{Used: s.Redeemed - s.TakenBack, Returned: s.Refunded, TakenBack: s.TakenBack}
	positions := o.Positions(flow)
	returned := positions[0].Returned
	for _, p := range positions[1:] {
		share := shareOf(OrderAccount{After: s, FaceValue: 1000}, funders, p.OrganisationID)
		if share.Paid.Amount-share.Rejected.Amount != p.Used || share.Rejected.Amount != p.TakenBack || share.Returned.Amount != p.Returned || share.Closing.Amount != 0 {
			t.Fatalf("the accounts tell %+v, the order %+v", share.Movement, p)
		}
		returned += p.Returned
	}
	if returned != flow.Returned {
		t.Fatalf("%s come back, %s to the funders", flow.Returned, returned)
	}
}

// shareLife cuts a life between a commanditaire and two co-funders.
func shareLife(t *rapid.T, before, after Standing, m Movement) {
	first := rapid.IntRange(1, 30000).Draw(t, "first")
	funders := []Cofunder{{OrganisationID: uuid.New(), ShareCents: money.Cents(first)}, {OrganisationID: uuid.New(), ShareCents: money.Cents(rapid.IntRange(1, 40000-first).Draw(t, "second"))}}
	o := OrderAccount{Before: before, After: after, FaceValue: 1000}
	for _, f := range funders {
		s := shareOf(o, funders, f.OrganisationID).Movement
		if s.Opening.Amount+s.Ordered.Amount+s.Rejected.Amount-s.Paid.Amount-s.Returned.Amount != s.Closing.Amount {
			t.Fatalf("a share does not add up: %+v", s)
		}
		for i, c := range s.Columns() {
			if i > 0 && i < 5 && (c.Amount < 0) != (m.Columns()[i].Amount < 0) && c.Amount != 0 {
				t.Fatalf("column %d of a share is %s of %s", i, c.Amount, m.Columns()[i].Amount)
			}
		}
	}
}
