package order_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"passnum/internal/money"
	"passnum/internal/order"
)

// The figures published for the historical scheme do not reconcile: « 4 % HT »
// upstream and « 4 % » downstream, 10,000 € ordered, the commanditaire pays
// 10,000 € and 400 € before tax, structures get 9,580 € when all is used and
// 4,790 € when half is.
//
// Upstream is right: 4 % × 10,000 = 400, and 80 of VAT, so 10,480 to pay.
//
// Downstream, 10,000 − 9,580 = 420 kept, or 4.2 %. A rate of 4 % before tax keeps
// 400 and 80 of VAT, so structures would get 9,520; 4 % with its VAT inside keeps
// 400, so 9,600. Neither is 9,580. The only rate that gives both figures with
// VAT at 20 % is 3.5 % before tax: 350 + 70 = 420, and at half use 175 + 35 = 210,
// so 5,000 − 210 = 4,790. We therefore ask for the rate before tax, say so on the
// quote, and compute VAT on top.
func TestTheHistoricalExample(t *testing.T) {
	t.Parallel()
	spec := order.Specification{Carnets: 100, ChequesPerCarnet: 10, FaceValue: 1000}
	q := order.Price(spec, order.Pricing{Fee: 400})
	if q.Face != euros(10_000) || q.Fees != euros(400) || q.VAT != euros(80) || q.Total != euros(10_480) {
		t.Errorf("the commanditaire pays %s: %s, %s and %s of VAT", q.Total, q.Face, q.Fees, q.VAT)
	}
	for _, c := range []struct {
		rate     money.BasisPoints
		used     money.Cents
		fee, vat money.Cents
		gets     money.Cents
	}{
		{400, euros(10_000), euros(400), euros(80), euros(9_520)},
		{400, euros(5_000), euros(200), euros(40), euros(4_760)},
		{350, euros(10_000), euros(350), euros(70), euros(9_580)},
		{350, euros(5_000), euros(175), euros(35), euros(4_790)},
		{0, euros(10_000), 0, 0, euros(10_000)},
		{333, 1000, 33, 7, 960},
	} {
		fee, vat := order.DownstreamFee(c.rate, c.used)
		if fee != c.fee || vat != c.vat || c.used-fee-vat != c.gets {
			t.Errorf("%s of %s keeps %s and %s: %s paid, want %s", c.rate, c.used, fee, vat, c.used-fee-vat, c.gets)
		}
	}
}

func TestEachLineHasItsTax(t *testing.T) {
	t.Parallel()
	exempt := order.Tax{Category: order.TaxExempt, Reason: "Formation professionnelle continue, article 261-4-4° du CGI"}
	spec := order.Specification{Carnets: 10, ChequesPerCarnet: 10, FaceValue: 1000, Services: []order.ServiceLine{
		{Kind: order.Training, Amount: euros(900), Tax: exempt},
		{Kind: order.Engineering, Amount: 10_001, Milestones: []order.Milestone{
			{Label: "À la commande", Rate: 3000, AtOrder: true}, {Label: "Rapport", Rate: 4000}, {Label: "Fin", Rate: 3000}}},
	}}
	q := order.Price(spec, order.Pricing{Fee: 400, Fixed: 5000})
	if len(q.Dues) != 3 || len(q.Taxes) != 3 {
		t.Fatalf("%d dues, %d taxes", len(q.Dues), len(q.Taxes))
	}
	for i, want := range []money.Cents{4000 + 5000 + 90_000 + 3000, 4001, 3000} {
		if q.Dues[i].Fees != want {
			t.Errorf("due %d asks for %s before tax, want %s", i, q.Dues[i].Fees, want)
		}
	}
	if got := q.Taxes[0]; got.Rate != 2000 || got.Base != 19_001 || got.VAT != 2400+800+600 {
		t.Errorf("20 %%: %s of VAT on %s", got.VAT, got.Base)
	}
	if got := q.Taxes[1]; got.Category != order.TaxExempt || got.Base != 90_000 || got.VAT != 0 || got.String() != "exonéré" {
		t.Errorf("exempt: %+v", got)
	}
	if got := q.Taxes[2]; got.Tax != order.FaceTax || got.Base != euros(1000) || got.VAT != 0 {
		t.Errorf("outside: %+v", got)
	}
}

// Whatever is sold, the dues add up to the quote and the lines to the dues.
func TestDuesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spec, pricing := drawSpec(t), order.Pricing{
			Fee: money.BasisPoints(rapid.IntRange(0, 3000).Draw(t, "fee")), Fixed: money.Cents(rapid.IntRange(0, 100_000).Draw(t, "fixed")),
		}
		q := order.Price(spec, pricing)
		var face, fees, vat, base, lines money.Cents
		for _, due := range q.Dues {
			face, fees, vat = face+due.Face, fees+due.Fees, vat+due.VAT
			for _, line := range due.Lines {
				lines += line.Amount
			}
		}
		for _, tax := range q.Taxes {
			base += tax.Base
		}
		if face != q.Face || fees != q.Work() || vat != q.VAT || face+fees+vat != q.Total || base != face+fees || lines != base {
			t.Fatalf("%+v", q)
		}
	})
}

func drawSpec(t *rapid.T) order.Specification {
	spec := order.Specification{Carnets: rapid.IntRange(1, 5000).Draw(t, "carnets"), ChequesPerCarnet: rapid.IntRange(1, 20).Draw(t, "size"),
		FaceValue: money.Cents(rapid.IntRange(100, 5000).Draw(t, "value"))}
	for _, kind := range order.ServiceKinds[:rapid.IntRange(0, 3).Draw(t, "services")] {
		line := order.ServiceLine{Kind: kind, Amount: money.Cents(rapid.IntRange(1, 5_000_000).Draw(t, "amount"))}
		if rapid.Bool().Draw(t, "exempt") {
			line.Tax = order.Tax{Category: order.TaxExempt, Reason: "x"}
		}
		left := 10_000
		for i := range rapid.IntRange(0, 3).Draw(t, "milestones") {
			part := rapid.IntRange(1, left/2).Draw(t, "part")
			left -= part
			line.Milestones = append(line.Milestones, order.Milestone{Label: fmt.Sprint(i), Rate: money.BasisPoints(part), AtOrder: i == 0})
		}
		if len(line.Milestones) > 0 {
			line.Milestones = append(line.Milestones, order.Milestone{Label: "fin", Rate: money.BasisPoints(left)})
		}
		spec.Services = append(spec.Services, line)
	}
	return spec
}

// The life of a face value in any order of events: at each step every column
// adds up, every funder keeps its share, and nothing used or given back is lost.
func TestPositionsLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := order.Order{CommanditaireID: uuid.New()}
		o.Specification = order.Specification{Carnets: rapid.IntRange(1, 500).Draw(t, "carnets"), ChequesPerCarnet: 10, FaceValue: money.Cents(rapid.IntRange(100, 5000).Draw(t, "value"))}
		whole := o.FaceTotal()
		left := whole
		for range rapid.IntRange(0, 6).Draw(t, "cofunders") {
			share := money.Cents(rapid.Int64Range(1, max(1, int64(left)/2)).Draw(t, "share"))
			o.Cofunders = append(o.Cofunders, order.Cofunder{OrganisationID: uuid.New(), Share: share})
			left -= share
		}
		flow := order.Flow{Circulating: whole}
		before := o.Positions(flow)
		for range 20 {
			step(t, &flow)
			after := o.Positions(flow)
			checkColumns(t, after, flow, whole)
			for i := range after {
				if after[i].Used < before[i].Used || after[i].Returned < before[i].Returned {
					t.Fatalf("%d used %s then %s, got back %s then %s", i, before[i].Used, after[i].Used, before[i].Returned, after[i].Returned)
				}
			}
			before = after
		}
		flow.Used, flow.Returned = flow.Used+flow.Circulating, flow.Returned+flow.Expired+flow.Held
		flow.Circulating, flow.Expired, flow.Held = 0, 0, 0
		for _, p := range o.Positions(flow) {
			if p.Used+p.Returned != p.Promised || p.Circulating != 0 || p.Held != 0 || p.Expired != 0 {
				t.Fatalf("a closed order leaves %+v", p)
			}
		}
	})
}

// Whose cent is whose does not depend on names, nor on how a list is sorted.
func TestEqualSharesKeepTheirCents(t *testing.T) {
	t.Parallel()
	o := order.Order{CommanditaireID: uuid.New()}
	o.Specification = order.Specification{Carnets: 4, ChequesPerCarnet: 1, FaceValue: 1000}
	a, b, c := order.Cofunder{OrganisationID: uuid.New(), Share: 1000}, order.Cofunder{OrganisationID: uuid.New(), Share: 1000}, order.Cofunder{OrganisationID: uuid.New(), Share: 1000}
	read := func(cofunders ...order.Cofunder) map[uuid.UUID]order.Flow {
		o.Cofunders = cofunders
		told := map[uuid.UUID]order.Flow{}
		for _, p := range o.Positions(order.Flow{Used: 1001, TakenBack: 333, Returned: 2666}) {
			told[p.OrganisationID] = p.Flow
		}
		return told
	}
	if one, other := read(a, b, c), read(c, a, b); !maps.Equal(one, other) {
		t.Errorf("%+v\nthen %+v", one, other)
	}
}

// step moves some cents one way: used, blocked, expired or given back.
func step(t *rapid.T, f *order.Flow) {
	moves := []struct{ from, to *money.Cents }{
		{&f.Circulating, &f.Used}, {&f.Circulating, &f.Held}, {&f.Circulating, &f.Expired}, {&f.Expired, &f.Returned}, {&f.Held, &f.Returned},
	}
	move := moves[rapid.IntRange(0, len(moves)-1).Draw(t, "move")]
	amount := money.Cents(rapid.Int64Range(0, int64(*move.from)).Draw(t, "amount"))
	*move.from -= amount
	*move.to += amount
}

func checkColumns(t *rapid.T, list []order.Position, flow order.Flow, whole money.Cents) {
	var sum order.Flow
	var promised money.Cents
	for _, p := range list {
		promised += p.Promised
		sum.Used, sum.Circulating, sum.Expired = sum.Used+p.Used, sum.Circulating+p.Circulating, sum.Expired+p.Expired
		sum.Held, sum.Returned = sum.Held+p.Held, sum.Returned+p.Returned
		if p.Flow.Total() != p.Promised || min(p.Used, p.Circulating, p.Expired, p.Held, p.Returned) < 0 {
			t.Fatalf("%+v does not make its share", p)
		}
	}
	if sum != flow || promised != whole {
		t.Fatalf("%+v instead of %+v", sum, flow)
	}
}

func TestSharesTypedAsRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spec := w.spec() // 600 €
	spec.FaceValue = 1001
	spec.Cofunders = []order.Cofunder{{OrganisationID: w.Region, Rate: 3333, Direct: true}, {OrganisationID: w.Mairie, Rate: 3333}, {OrganisationID: w.Stranger, Share: 100}}
	id := w.draft(spec)
	o := w.read(id)
	got := map[uuid.UUID]order.Cofunder{}
	for _, c := range o.Cofunders {
		got[c.OrganisationID] = c
	}
	// 33.33 % of 600.60 is 200.17998; what the rates leave is 200.24004.
	if r, m := got[w.Region], got[w.Mairie]; r.Share != 20018 || m.Share != 20018 || !r.Direct || m.Direct || r.Rate != 3333 || o.OwnShare() != 60060-2*20018-100 {
		t.Errorf("shares %+v, own %s", o.Cofunders, o.OwnShare())
	}
	spec.Cofunders = []order.Cofunder{{OrganisationID: w.Region, Rate: 10_001}}
	if got := fields(w.orders.Save(t.Context(), w.Commanditaire, id, spec)); got != "part_0" {
		t.Errorf("told %q", got)
	}
}
