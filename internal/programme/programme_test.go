package programme_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/programme"
	"passnum/internal/testworld"
)

type world struct {
	*testworld.World
	orders     *order.Service
	programmes *programme.Service
	funder     identity.Actor
	mu         sync.Mutex
	jobs       []river.JobArgs
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: testworld.New(t)}
	w.orders = order.NewService(order.Deps{DB: w.DB, Queue: w, Keys: w.Keys, BaseURL: "https://passnum.test", Issuer: print.Issuer{Name: "Coopérative", SIRET: "84373941800015"}})
	w.programmes = programme.NewService(programme.Deps{DB: w.DB, Queue: w, Orders: w.orders, Operator: "operateur@passnum.test", BaseURL: "https://passnum.test"})
	w.funder = w.Member(w.Region, "financeur@exemple.test", identity.RoleResponsable, identity.Capacities{Commanditaire: true})
	return w
}

// Enqueue keeps the job, from any goroutine.
func (w *world) Enqueue(_ context.Context, _ *postgres.Tx, args river.JobArgs) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, args)
	return nil
}

// prints runs the quotes that wait.
func (w *world) prints() int {
	w.T.Helper()
	w.mu.Lock()
	waiting := w.jobs
	w.jobs = nil
	w.mu.Unlock()
	n := 0
	for _, job := range waiting {
		if args, ok := job.(order.PrintQuoteArgs); ok {
			must(w.T, w.orders.PrintQuote(w.T.Context(), args))
			n++
		}
	}
	return n
}

func (w *world) create(change func(*programme.Terms)) uuid.UUID {
	w.T.Helper()
	terms := programme.Terms{FunderID: w.Region, Name: "Appel à projets 2026", Envelope: 100_000, Rate: 3500, OpensOn: day(2026, 1, 1), ClosesOn: day(2026, 12, 31),
		Kinds: []string{"departement", "epci"}, Direct: true, TargetPublic: "personnes éloignées de l’emploi", Target: 5000}
	if change != nil {
		change(&terms)
	}
	id, err := w.programmes.Create(w.T.Context(), w.Finance, terms)
	must(w.T, err)
	return id
}

// draft is an order of 600 €.
func (w *world) draft() uuid.UUID {
	w.T.Helper()
	spec := order.Blank(w.Now())
	spec.Title, spec.Carnets, spec.ChequesPerCarnet = "Seniors", 12, 5
	spec.Deliveries = []order.Delivery{{PointID: w.Point, Carnets: 12}}
	id, err := w.orders.Create(w.T.Context(), w.Commanditaire, spec)
	must(w.T, err)
	return id
}

func (w *world) show(id uuid.UUID) programme.Page {
	w.T.Helper()
	page, err := w.programmes.ShowForOperator(w.T.Context(), w.Operator, id)
	must(w.T, err)
	return page
}

func (w *world) order(id uuid.UUID) order.Order {
	w.T.Helper()
	o, err := w.orders.OrderForOperator(w.T.Context(), w.Operator, id)
	must(w.T, err)
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a refusal of kind %d", err, kind)
	}
}

var signature = order.Signature{Name: "Marie Aubert", Title: "présidente", Agreed: true}

func TestAnOrderIsAskedAcceptedSignedAndPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, call, id := t.Context(), w.create(nil), w.draft()
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, id))
	wantKind(t, w.programmes.Ask(ctx, w.Commanditaire, call, id), fault.KindConflict)
	if p := w.show(call); p.Committed != 21_000 || len(p.Lines) != 1 || p.Lines[0].Share != 21_000 || !p.Lines[0].Pending {
		t.Fatalf("35 %% of 600 € is not reserved: %s, %+v", p.Committed, p.Lines)
	}
	must(t, w.orders.RequestQuote(ctx, w.Commanditaire, id))
	w.prints()
	wantKind(t, w.orders.Sign(ctx, w.Commanditaire, id, signature), fault.KindConflict)
	must(t, w.programmes.Answer(ctx, w.funder, call, w.show(call).Lines[0].ID, true, ""))
	wantKind(t, w.programmes.Answer(ctx, w.funder, call, w.show(call).Lines[0].ID, true, ""), fault.KindConflict)
	if w.prints() == 0 {
		t.Error("the quote is not printed again once the funder agreed")
	}
	must(t, w.orders.Sign(ctx, w.Commanditaire, id, signature))
	wantKind(t, w.programmes.Withdraw(ctx, w.Commanditaire, call, id), fault.KindConflict)
	payers := w.order(id).Payers()
	if len(payers) != 2 || *payers[0].PayerID != w.Region || payers[0].Face != 21_000 || payers[1].Face != 39_000 {
		t.Fatalf("awaited from %+v", payers)
	}
	must(t, w.orders.AttestFunds(ctx, w.Finance, id, order.Funding{Mandat: "R-1", Face: 21_000, PayerID: &w.Region, ReceivedOn: postgres.Day(w.Now())}))
	must(t, w.programmes.Declare(ctx, w.Commanditaire, call, id, 6000, "Comptés au guichet"))
	seen, err := w.programmes.Show(ctx, w.Cofunder, call)
	must(t, err)
	if tot := seen.Totals; !seen.Mine || tot.Paid != 21_000 || tot.Agreed != 21_000 || tot.Held != 21_000 || *tot.Reached != 6000 {
		t.Errorf("the funder sees %+v", seen.Totals)
	}
	if n := w.Count(`SELECT count(*) FROM mail_outbox WHERE recipient IN ('financeur@exemple.test', 'operateur@passnum.test') AND subject LIKE 'Une commande demande%'`); n != 2 {
		t.Errorf("%d mails ask for an answer", n)
	}
}

func TestARefusalFreesTheEnvelopeAndTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, call, id := t.Context(), w.create(nil), w.draft()
	must(t, w.orders.RequestQuote(ctx, w.Commanditaire, id))
	w.prints()
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, id))
	request := w.show(call).Lines[0].ID
	err := w.programmes.Answer(ctx, w.Finance, call, request, false, " ")
	if f, _ := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Field != "motif_"+request.String() {
		t.Errorf("a refusal without reason: %v", err)
	}
	must(t, w.programmes.Answer(ctx, w.Finance, call, request, false, "Le public n’est pas celui de l’appel."))
	w.prints()
	if o := w.order(id); len(o.Cofunders) != 0 || o.OwnShare() != o.FaceTotal() || w.show(call).Committed != 0 {
		t.Errorf("refused, yet %+v and %s", o.Cofunders, w.show(call).Committed)
	}
	if n := w.Count(`SELECT count(*) FROM orders WHERE funder_ids <> '{}'`); n != 0 {
		t.Error("the funder still reads the order")
	}
	must(t, w.orders.Sign(ctx, w.Commanditaire, id, signature))
}

func TestCancellingAndWithdrawingFreeTheEnvelope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, call := t.Context(), w.create(nil)
	given, kept := w.draft(), w.draft()
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, given))
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, kept))
	spec := w.order(kept).Specification
	spec.Carnets = 20
	err := w.orders.Save(ctx, w.Commanditaire, kept, spec)
	if f, _ := fault.As(err); f == nil || f.Fields[0].Field != "carnets" {
		t.Errorf("the face value moves under its share: %v", err)
	}
	must(t, w.orders.Cancel(ctx, w.Commanditaire, given, "Abandon"))
	if p := w.show(call); p.Committed != 21_000 {
		t.Errorf("%s committed after a cancellation", p.Committed)
	}
	must(t, w.programmes.Withdraw(ctx, w.Commanditaire, call, kept))
	if p := w.show(call); p.Committed != 0 || len(w.order(kept).Cofunders) != 0 {
		t.Errorf("%s committed after a withdrawal", p.Committed)
	}
	must(t, w.orders.Save(ctx, w.Commanditaire, kept, spec))
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, kept))
	must(t, w.programmes.Close(ctx, w.funder, call, "Crédits consommés."))
	wantKind(t, w.programmes.Close(ctx, w.Finance, call, "Encore"), fault.KindConflict)
	wantKind(t, w.programmes.Ask(ctx, w.Commanditaire, call, w.draft()), fault.KindConflict)
}

// Ten orders ask at once for an envelope of three and a half: three get their
// share, one what is left, and nobody more.
func TestTheEnvelopeIsNeverExceeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	call := w.create(func(terms *programme.Terms) { terms.Envelope = 21_000*3 + 10_500 })
	var ids []uuid.UUID
	for range 10 {
		ids = append(ids, w.draft())
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for _, id := range ids {
		wg.Go(func() {
			err := w.programmes.Ask(context.Background(), w.Commanditaire, call, id)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !fault.Is(err, fault.KindConflict) {
				t.Errorf("lost with %v", err)
			}
		})
	}
	wg.Wait()
	p := w.show(call)
	if won != 4 || p.Committed != p.Envelope || p.Totals.Committed != p.Committed {
		t.Errorf("%d won, %s committed of %s, %s in lines", won, p.Committed, p.Envelope, p.Totals.Committed)
	}
	err := w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE programme_orders SET share_cents = share_cents + 1 WHERE state = 'demande'`, nil)
		return err
	})
	if postgres.Constraint(err) != "programmes_within_envelope" {
		t.Errorf("the database promises more than the envelope: %v", err)
	}
}

// An order cancelled while its request is answered ends in one piece.
func TestCancelAgainstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, call := context.Background(), w.create(nil)
	for range 4 {
		id := w.draft()
		must(t, w.programmes.Ask(ctx, w.Commanditaire, call, id))
		request := w.show(call).Lines[0].ID
		var wg sync.WaitGroup
		wg.Go(func() { _ = w.orders.Cancel(ctx, w.Commanditaire, id, "Abandon") })
		wg.Go(func() { _ = w.programmes.Answer(ctx, w.funder, call, request, false, "Non") })
		wg.Wait()
	}
	if p := w.show(call); p.Committed != 0 {
		t.Errorf("%s still committed", p.Committed)
	}
}

func TestAStrangerFindsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, call, id := t.Context(), w.create(nil), w.draft()
	wantKind(t, w.programmes.Ask(ctx, w.Other, call, id), fault.KindNotFound)
	must(t, w.programmes.Ask(ctx, w.Commanditaire, call, id))
	request := w.show(call).Lines[0].ID
	wantKind(t, w.programmes.Answer(ctx, w.Other, call, request, true, ""), fault.KindNotFound)
	wantKind(t, w.programmes.Answer(ctx, w.Cofunder, call, request, true, ""), fault.KindForbidden) // a reader
	wantKind(t, w.programmes.Answer(ctx, w.Commanditaire, call, request, true, ""), fault.KindNotFound)
	wantKind(t, w.programmes.Close(ctx, w.Other, call, "x"), fault.KindNotFound)
	wantKind(t, w.programmes.Withdraw(ctx, w.Other, call, id), fault.KindNotFound)
	page, err := w.programmes.Show(ctx, w.Other, call)
	if err != nil || len(page.Lines) != 0 || page.Mine {
		t.Errorf("a stranger sees %d lines, %v", len(page.Lines), err)
	}
	_, err = w.programmes.Show(ctx, w.Agent, call)
	wantKind(t, err, fault.KindForbidden)
	_, err = w.programmes.Create(ctx, w.Commanditaire, programme.Terms{})
	wantKind(t, err, fault.KindForbidden)
	// A department may ask; the association may not, and is told so.
	_, offers, err := w.programmes.Offers(ctx, w.Commanditaire, w.draft())
	if err != nil || len(offers) != 1 || offers[0].Share != 21_000 {
		t.Errorf("offers %+v, %v", offers, err)
	}
}

func TestAProgrammeIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.programmes.Create(t.Context(), w.Finance, programme.Terms{FunderID: w.Mairie, Envelope: -1, OrderCap: -1, Kinds: []string{"planète"}, Target: 10,
		OpensOn: day(2026, 2, 1), ClosesOn: day(2026, 1, 1)})
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindInvalid {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, e := range f.Fields {
		told[e.Field] = true
	}
	for _, field := range []string{"financeur", "nom", "enveloppe", "taux", "plafond_commande", "cloture", "types", "cible"} {
		if !told[field] {
			t.Errorf("%s is not told", field)
		}
	}
	call, id := w.create(nil), w.draft()
	must(t, w.programmes.Ask(t.Context(), w.Commanditaire, call, id))
	wantKind(t, w.programmes.SetEnvelope(t.Context(), w.Finance, call, 20_999), fault.KindInvalid)
	must(t, w.programmes.SetEnvelope(t.Context(), w.Finance, call, 21_000))
	if left := w.show(call).Left(); left != money.Cents(0) {
		t.Errorf("%s left", left)
	}
}
