package order_test

import (
	"context"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/testworld"
)

// world is an ordering service in a small true world; jobs wait until drained.
type world struct {
	*testworld.World
	orders *order.Service
	mu     sync.Mutex
	jobs   []river.JobArgs
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: testworld.New(t)}
	w.Exec(`UPDATE points SET referent_email = 'referent@exemple.test'`)
	w.orders = order.NewService(order.Deps{
		DB: w.DB, Queue: w, Keys: w.Keys, BaseURL: "https://passnum.test", CodeHost: "PASSNUM.TEST",
		Issuer: print.Issuer{Name: "Coopérative Passnum", SIRET: "84373941800015", Email: "operateur@passnum.test"},
	})
	return w
}

// Enqueue keeps the job, from any goroutine.
func (w *world) Enqueue(_ context.Context, _ *postgres.Tx, args river.JobArgs) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, args)
	return nil
}

// drain runs the ordering jobs that wait.
func (w *world) drain() {
	w.T.Helper()
	w.mu.Lock()
	waiting := w.jobs
	w.jobs = nil
	w.mu.Unlock()
	for _, args := range waiting {
		var err error
		switch args := args.(type) {
		case order.PrintQuoteArgs:
			err = w.orders.PrintQuote(w.T.Context(), args)
		case order.ArrivedArgs:
			err = w.orders.Arrived(w.T.Context(), args)
		case order.MintArgs:
			err = w.orders.Mint(w.T.Context(), args)
		}
		must(w.T, err)
	}
}

func (w *world) spec() order.Specification {
	spec := order.Blank(w.Now())
	spec.Title, spec.Carnets, spec.ChequesPerCarnet = "Seniors et minima sociaux", 12, 5
	spec.Deliveries = []order.Delivery{{PointID: w.Point, Carnets: 12}}
	return spec
}

func (w *world) read(id uuid.UUID) order.Order {
	w.T.Helper()
	o, err := w.orders.OrderForOperator(w.T.Context(), w.Operator, id)
	must(w.T, err)
	return o
}

func (w *world) draft(spec order.Specification) uuid.UUID {
	w.T.Helper()
	id, err := w.orders.Create(w.T.Context(), w.Commanditaire, spec)
	must(w.T, err)
	return id
}

var signature = order.Signature{Name: "Marie Aubert", Title: "présidente", Agreed: true}

// until plays the story up to a state.
func (w *world) until(state order.State) uuid.UUID {
	w.T.Helper()
	ctx, id := w.T.Context(), w.draft(w.spec())
	acts := []struct {
		to  order.State
		act func() error
	}{
		{order.Quoted, func() error { return w.orders.RequestQuote(ctx, w.Commanditaire, id) }},
		{order.Signed, func() error { return w.orders.Sign(ctx, w.Commanditaire, id, signature) }},
		{order.Framing, func() error { return w.orders.OpenCadrage(ctx, w.Operator, id, "Publics : seniors. Logo validé.") }},
		{order.ProofProposed, func() error { return w.orders.ProposeProof(ctx, w.Operator, id, "") }},
		{order.ProofApproved, func() error { return w.approve(id) }},
		{order.Making, func() error { return w.orders.StartMinting(ctx, w.Operator, id) }},
		{order.Shipped, func() error { return w.ship(id) }},
		{order.Delivered, func() error { return w.orders.ConfirmDelivery(ctx, w.Commanditaire, id, "") }},
		{order.Funded, func() error { return w.orders.AttestFunds(ctx, w.Finance, id, w.allFunds(id)) }},
		{order.Active, func() error { return w.orders.Activate(ctx, w.Finance, id) }},
	}
	for _, step := range acts {
		if step.to.Rank() > state.Rank() {
			break
		}
		must(w.T, step.act())
		w.drain()
	}
	if got := w.read(id).State; got != state {
		w.T.Fatalf("the story led to %s, not %s", got, state)
	}
	return id
}

func (w *world) approve(id uuid.UUID) error {
	proof, _ := w.read(id).Latest(order.DocumentProof)
	return w.orders.ApproveProof(w.T.Context(), w.Commanditaire, id, hex.EncodeToString(proof.Hash))
}

func (w *world) ship(id uuid.UUID) error {
	return w.orders.Ship(w.T.Context(), w.Operator, id, map[uuid.UUID]string{w.read(id).Deliveries[0].ID: "6A12345678"})
}

func (w *world) allFunds(id uuid.UUID) order.Funding {
	m := w.read(id).Missing()
	return order.Funding{Mandat: "2026-1187", Face: m.Face, Fees: m.Fees, VAT: m.VAT, ReceivedOn: postgres.Day(w.Now())}
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

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// race runs act many times at once and returns how many succeeded.
func race(n int, act func() error) (won int, lost []error) {
	var wg sync.WaitGroup
	results := make(chan error, n)
	start := make(chan struct{})
	for range n {
		wg.Go(func() { <-start; results <- act() })
	}
	close(start)
	wg.Wait()
	close(results)
	for err := range results {
		if err == nil {
			won++
		} else {
			lost = append(lost, err)
		}
	}
	return won, lost
}

func euros(n int64) money.Cents { return money.Cents(n * 100) }
