package opposition_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/proof"
	"passnum/internal/testworld"
)

// scene is an order in circulation whose carnets may be lost.
type scene struct {
	*testworld.World
	*opposition.Service
	take      *redemption.Service
	queue     *jobs.Inline
	order     testworld.Order
	codes     []code.Code
	colleague identity.Actor // of the commanditaire
}

func newScene(t *testing.T, options testworld.OrderOptions, handedOver int) *scene {
	t.Helper()
	w := testworld.New(t)
	s := &scene{World: w, take: redemption.NewService(w.DB, w.Keys), queue: &jobs.Inline{}}
	s.Service = opposition.NewService(opposition.Deps{
		DB: w.DB, Queue: s.queue, Keys: w.Keys, BaseURL: "https://passnum.test", Operator: "operateur@passnum.test",
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, &jobs.Inline{}, m)
		},
		Print: order.NewService(order.Deps{DB: w.DB, Keys: w.Keys, Issuer: print.Issuer{Name: "Opérateur"}, CodeHost: "PASSNUM.TEST"}),
	})
	s.order = w.ActiveOrder(options)
	if handedOver > 0 {
		s.codes = s.order.HandedOver(handedOver)
	}
	s.colleague = w.Member(w.Departement, testworld.Email(1), identity.RoleGestionnaire, identity.Capacities{Commanditaire: true})
	return s
}

// declare stops carnets after the preview said how many.
func (s *scene) declare(t *testing.T, actor identity.Actor, by opposition.Origin, numbers string) opposition.Opposition {
	t.Helper()
	o, err := s.tryDeclare(actor, by, numbers)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (s *scene) tryDeclare(actor identity.Actor, by opposition.Origin, numbers string) (opposition.Opposition, error) {
	sel := opposition.Selection{Numbers: numbers}
	if by == opposition.ByCommanditaire {
		sel.OrderID = s.order.ID
	}
	p, err := s.Preview(context.Background(), actor, by, sel)
	if err != nil {
		return opposition.Opposition{}, err
	}
	return s.Declare(context.Background(), actor, by, opposition.Declaration{Selection: sel, Cause: opposition.Loss, Expected: len(p.Targets)})
}

func (s *scene) redeem(t *testing.T, key string, code code.Code) redemption.Result {
	t.Helper()
	receipt, err := s.take.Redeem(t.Context(), s.Mediateur, redemption.Request{Key: key, Codes: []string{code.Clear()}, Entries: []int{3}, Mode: redemption.Individuel, PlaceID: &s.Place})
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Results[0]
}

func (s *scene) redeemed(t *testing.T, key string, code code.Code) uuid.UUID {
	t.Helper()
	r := s.redeem(t, key, code)
	if r.Status != redemption.Redeemed {
		t.Fatalf("refused: %s", r.Reason)
	}
	return r.ID
}

// balanced runs the proofs that passnum verify runs.
func (s *scene) balanced(t *testing.T) {
	t.Helper()
	err := s.DB.InPlatform(context.Background(), postgres.System{}, "", func(tx *postgres.Tx) error {
		report, err := proof.Verify(context.Background(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// said is what a refusal tells, its fields included.
func said(err error) string {
	text := fmt.Sprint(err)
	if refusal, ok := fault.As(err); ok {
		for _, f := range refusal.Fields {
			text += " " + f.Sentence
		}
	}
	return text
}

func (s *scene) sums(t *testing.T) (active, opposed int64) {
	t.Helper()
	return s.Count(`SELECT active_cents FROM orders WHERE id = $1`, s.order.ID), s.Count(`SELECT opposed_cents FROM orders WHERE id = $1`, s.order.ID)
}
