package order_test

import (
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// thirds is how a service is billed: at the order, at a report, at the end.
var thirds = []order.Milestone{{Label: "À la commande", Rate: 3000, AtOrder: true}, {Label: "Rapport intermédiaire", Rate: 4000}, {Label: "Rapport final", Rate: 3000}}

// inSteps prices an order before its signature: 1,000 € of engineering billed in
// three times, and a downstream fee.
func (w *world) inSteps() uuid.UUID {
	w.T.Helper()
	spec := w.spec()
	spec.Services = []order.ServiceLine{{Kind: order.Engineering, Amount: euros(1000)}}
	spec.Cofunders = []order.Cofunder{{OrganisationID: w.Region, Rate: 5000, Direct: true}}
	id := w.draft(spec)
	must(w.T, w.orders.SetPricing(w.T.Context(), w.Operator, id, order.Agreement{
		Pricing:  order.Pricing{Fee: 400, Fixed: euros(10), FeeTax: order.StandardTax, Downstream: 350, HoldDays: 15},
		Services: []order.ServiceTerms{{Kind: order.Engineering, Tax: order.StandardTax, Milestones: thirds}},
	}))
	return id
}

func (w *world) fund(id uuid.UUID, f order.Funding) error {
	f.ReceivedOn = postgres.Day(w.Now())
	return w.orders.AttestFunds(w.T.Context(), w.Finance, id, f)
}

func TestActivationWaitsOnlyForWhatIsDueAtTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.inSteps()
	o := w.read(id)
	if o.Downstream != 350 || o.HoldDays != 15 || o.Fixed != euros(10) || len(o.Services[0].Milestones) != 3 {
		t.Fatalf("the price is not kept: %+v, %+v", o.Pricing, o.Services)
	}
	saved := w.read(id).Specification // a commanditaire that edits its draft keeps the operator's terms
	saved.Services = []order.ServiceLine{{Kind: order.Engineering, Amount: euros(1000)}}
	must(t, w.orders.Save(ctx, w.Commanditaire, id, saved))
	must(t, w.orders.RequestQuote(ctx, w.Commanditaire, id))
	w.drain()
	must(t, w.orders.Sign(ctx, w.Commanditaire, id, signature))
	// 600 € of chèques; 24 + 10 of fees, 300 of the service, and their VAT.
	if m := w.read(id).Missing(); m.Face != euros(600) || m.Fees != euros(334) || m.VAT != 6680 {
		t.Fatalf("at the order %s, %s and %s", m.Face, m.Fees, m.VAT)
	}
	region := w.Region
	if got := fields(w.fund(id, order.Funding{Mandat: "D-0", Face: euros(600), Fees: euros(334), VAT: 6680})); got != "valeur_faciale" {
		t.Errorf("the commanditaire pays the region's part: %q", got)
	}
	if got := fields(w.fund(id, order.Funding{Mandat: "R-0", Face: euros(301), PayerID: &region})); got != "valeur_faciale" {
		t.Errorf("the region pays more than its part: %q", got)
	}
	stranger := w.Stranger
	if got := fields(w.fund(id, order.Funding{Mandat: "X", Face: 1, PayerID: &stranger})); got != "payeur" {
		t.Errorf("a stranger pays: %q", got)
	}
	must(t, w.fund(id, order.Funding{Mandat: "R-1", Face: euros(300), PayerID: &region}))
	must(t, w.fund(id, order.Funding{Mandat: "D-1", Face: euros(300), Fees: euros(334), VAT: 6680}))
	if o := w.read(id); !o.FullyFunded() || o.AwaitsFunds() || o.Quote().Total-o.Received() != euros(840) {
		t.Errorf("%s missing, %s received", o.Missing().Total(), o.Received())
	}
	w.deliver(id)
	must(t, w.orders.Activate(ctx, w.Finance, id))
	w.paysTheReport(id)
}

// deliver makes and ships a signed order.
func (w *world) deliver(id uuid.UUID) {
	w.T.Helper()
	w.walk(id)
	must(w.T, w.ship(id))
	must(w.T, w.orders.ConfirmDelivery(w.T.Context(), w.Commanditaire, id, ""))
	w.drain()
}

// paysTheReport declares a report once the chèques circulate, and pays it.
func (w *world) paysTheReport(id uuid.UUID) {
	t, ctx := w.T, w.T.Context()
	o := w.read(id)
	report := o.Services[0].Milestones[1]
	field := "rendu_" + report.ID.String()
	if got := fields(w.orders.ReportMilestone(ctx, w.Operator, id, report.ID, " ")); got != field {
		t.Errorf("a report without a word: %q", got)
	}
	wantKind(t, w.orders.ReportMilestone(ctx, w.Operator, id, o.Services[0].Milestones[0].ID, "x"), fault.KindNotFound)
	wantKind(t, w.fund(id, order.Funding{Mandat: "D-2", Fees: euros(400), VAT: 8000}), fault.KindInvalid)
	must(t, w.orders.ReportMilestone(ctx, w.Operator, id, report.ID, "Bilan du premier semestre, remis le 3 novembre."))
	wantKind(t, w.orders.ReportMilestone(ctx, w.Operator, id, report.ID, "Encore"), fault.KindConflict)
	awaited := w.awaiting()
	if len(awaited) != 1 || awaited[0].Fees != euros(400) || awaited[0].VAT != 8000 || awaited[0].Face != 0 || awaited[0].PayerID != nil || awaited[0].SIRET == "" {
		t.Errorf("awaited %+v", awaited)
	}
	must(t, w.fund(id, order.Funding{Mandat: "D-2", Fees: euros(400), VAT: 8000}))
	if o := w.read(id); o.State != order.Active || len(w.awaiting()) != 0 {
		t.Errorf("%s, still awaiting %+v", o.State, w.awaiting())
	}
	if b := w.balances(id); b.Fees != euros(734) || b.VAT != 14680 || b.Circulation != euros(600) {
		t.Errorf("ledger %+v", b)
	}
	positions, err := w.orders.Positions(ctx, w.Cofunder, id)
	must(t, err)
	if p := positions[1]; len(positions) != 2 || p.Received != euros(300) || p.Circulating != euros(300) || p.Promised != euros(300) {
		t.Errorf("the region sees %+v", positions)
	}
	shares, _, err := w.orders.Shares(ctx, w.Cofunder, order.Filter{})
	if err != nil || len(shares) != 1 || shares[0].Circulating != euros(300) {
		t.Errorf("shares %+v, %v", shares, err)
	}
	_, err = w.orders.Positions(ctx, w.Other, id)
	wantKind(t, err, fault.KindNotFound)
}

func (w *world) awaiting() (list []order.Awaited) {
	w.T.Helper()
	must(w.T, w.DB.InPlatform(w.T.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		list, err = order.Awaiting(w.T.Context(), tx)
		return err
	}))
	return list
}

func TestAPriceIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.inSteps()
	before := w.read(id).Quote().Total
	err := w.orders.SetPricing(t.Context(), w.Operator, id, order.Agreement{
		Pricing: order.Pricing{Fee: 3001, Fixed: -1, Downstream: -1, HoldDays: 91, FeeTax: order.Tax{Category: order.TaxStandard, Rate: 1234}},
		Services: []order.ServiceTerms{{Kind: order.Engineering, Tax: order.Tax{Category: order.TaxExempt},
			Milestones: []order.Milestone{{Label: "À la commande", Rate: 3000, AtOrder: true}, {Label: "Fin", Rate: 6999}}}},
	})
	if got := fields(err); got != "taux forfait taux_aval delai tva_frais motif_tva_ingenierie jalons_ingenierie" {
		t.Errorf("told %q", got)
	}
	if f, _ := fault.As(err); sentenceOf(f, "jalons_ingenierie") != "Les parts font 99,99\u00a0% au lieu de 100\u00a0%." {
		t.Errorf("told %q", sentenceOf(f, "jalons_ingenierie"))
	}
	wantKind(t, w.orders.SetPricing(t.Context(), w.Commanditaire, id, order.Agreement{}), fault.KindForbidden)
	if after := w.read(id).Quote().Total; after != before {
		t.Errorf("a refused price changed %s into %s", before, after)
	}
	if n := w.Count(`SELECT count(*) FROM journal WHERE act = 'prix de la commande' AND detail->>'taux_aval' LIKE '3,5%'`); n != 1 {
		t.Errorf("%d lines in the journal", n)
	}
}

// An avoir of one order funds another once, within what is awaited.
func TestAnAvoirIsCarriedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Signed)
	carry := func(amount money.Cents, avoir string) error {
		return w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
			return w.orders.CarryInTx(t.Context(), tx, w.Finance, id, amount, avoir)
		})
	}
	wantKind(t, carry(euros(601), "A-2026-001"), fault.KindInvalid)
	must(t, carry(euros(250), "A-2026-001"))
	wantErr(t, carry(euros(10), "A-2026-001"), order.ErrMandatKnown)
	if o, b := w.read(id), w.balances(id); o.Missing().Face != euros(350) || b.Funds != euros(250) || o.Attested != euros(250) {
		t.Errorf("%s missing, %+v", o.Missing().Face, b)
	}
	if n := w.Count(`SELECT count(*) FROM ledger_transactions WHERE kind = 'carried_in'`); n != 1 {
		t.Errorf("%d transactions", n)
	}
}

// Two payers of the last euro at once: one is recorded.
func TestTheLastEuroIsReceivedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Signed)
	var names = make(chan string, 6)
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		names <- name
	}
	won, lost := race(6, func() error {
		return w.fund(id, order.Funding{Mandat: <-names, Face: euros(600), Partial: true})
	})
	if won != 1 || w.read(id).Attested != euros(600) {
		t.Errorf("%d recorded, %s attested", won, w.read(id).Attested)
	}
	for _, err := range lost {
		wantKind(t, err, fault.KindInvalid)
	}
}
