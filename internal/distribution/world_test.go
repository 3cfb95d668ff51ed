package distribution_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

// network is the service in a world, with what it asked of the others.
type network struct {
	*testworld.World
	*distribution.Service
	queue *jobs.Inline
	mails []mail.Message
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	places, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := &network{World: testworld.New(t), queue: &jobs.Inline{}}
	n.Service = distribution.NewService(n.DB, places, distribution.Options{
		Queue: n.queue,
		Post: func(_ context.Context, _ *postgres.Tx, m mail.Message) error {
			n.mails = append(n.mails, m)
			return nil
		},
		Issuer:  print.Issuer{Name: "Coopérative Passnum", SIRET: "84373941800015", Phone: "05 55 00 00 00"},
		BaseURL: "https://pass.exemple.test",
	})
	return n
}

// tell runs the notices that are waiting.
func (n *network) tell() {
	n.T.Helper()
	for _, args := range n.queue.Waiting {
		if notice, ok := args.(distribution.Notice); ok {
			if err := n.Tell(context.Background(), notice); err != nil {
				n.T.Fatal(err)
			}
		}
	}
	n.queue.Waiting = nil
}

// redeem uses the chèque of a rank as the world's structure would.
func (n *network) redeem(order testworld.Order, carnet, rank int) bool {
	n.T.Helper()
	codes := order.Codes(carnet, carnet)
	receipt, err := redemption.NewService(n.DB, n.Keys).Redeem(context.Background(), n.Mediateur, redemption.Request{
		Key: uuid.NewString(), Codes: []string{codes[rank-1].Clear()}, Entries: []int{3}, Mode: redemption.Individuel, PlaceID: &n.Place,
	})
	if err != nil {
		n.T.Errorf("redeem: %v", err)
		return false
	}
	return receipt.Results[0].Status == redemption.Redeemed
}

func (n *network) give(serial string) distribution.HandOver {
	n.T.Helper()
	h, err := n.HandOver(context.Background(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: serial})
	if err != nil {
		n.T.Fatal(err)
	}
	return h
}

// refused fails unless err is a refusal of the kind whose sentence holds words.
func refused(t *testing.T, err error, kind fault.Kind, words string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok {
		t.Fatalf("got %v, want a refusal with %q", err, words)
	}
	said := f.Sentence
	for _, field := range f.Fields {
		said += " " + field.Sentence
	}
	if f.Kind != kind || !strings.Contains(said, words) {
		t.Errorf("got kind %d %q, want kind %d with %q", f.Kind, said, kind, words)
	}
}

// together runs every function at once and waits for them all.
func together(functions ...func()) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for _, f := range functions {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			f()
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}
