package incident_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/incident"
	"passnum/internal/jobs"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// scene is a world where the médiathèque was paid 30 € for three chèques.
type scene struct {
	*testworld.World
	*incident.Service
	pay     *settlement.Service
	take    *redemption.Service
	order   testworld.Order
	codes   []code.Code
	taken   int
	cheques []uuid.UUID // redemptions, in the order of their ranks
	line    settlement.Line
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	debtor := settlement.Debtor{Name: "Coopérative Pass", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185", BIC: "BDFEFRPPCCT"}
	s := &scene{World: w, Service: incident.NewService(w.DB).Notify(&jobs.Inline{}, "https://passnum.test"),
		pay: settlement.NewService(w.DB, debtor, print.Issuer{Name: "Coopérative Pass"}), take: redemption.NewService(w.DB, w.Keys)}
	s.order = w.ActiveOrder(testworld.OrderOptions{Carnets: 4})
	s.codes = s.order.HandedOver(4)
	s.accept(t, 3)
	w.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	s.line = s.settle(t, time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC))[0]
	return s
}

func (s *scene) accept(t *testing.T, n int) {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel}
	for range n {
		request.Codes = append(request.Codes, s.codes[s.taken].Clear())
		s.taken++
	}
	receipt, err := s.take.Redeem(t.Context(), s.Mediateur, request)
	if got, _ := receipt.Taken(); err != nil || got != n {
		t.Fatalf("%d taken of %d, %v", got, n, err)
	}
	rows, err := s.Owner.Query(t.Context(), `SELECT id FROM redemptions WHERE undone_at IS NULL ORDER BY at, id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	s.cheques = nil
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		s.cheques = append(s.cheques, id)
	}
}

// settle pays what is due at a cut-off, from preparation to execution.
func (s *scene) settle(t *testing.T, cutoff time.Time) []settlement.Line {
	t.Helper()
	id, err := s.pay.Prepare(t.Context(), s.Operator, cutoff)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.pay.Approve(t.Context(), s.Finance, id), s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now()))); err != nil {
		t.Fatal(err)
	}
	d, err := s.pay.Batch(t.Context(), s.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Page
}

func (s *scene) propose(t *testing.T, kind incident.Kind, redemption uuid.UUID, amount money.Cents) uuid.UUID {
	t.Helper()
	id, err := s.Propose(t.Context(), s.Finance, incident.Proposal{Kind: kind, Amount: amount, Reason: "Atelier annulé", RedemptionID: redemption})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *scene) decided(t *testing.T, kind incident.Kind, redemption uuid.UUID, amount money.Cents) uuid.UUID {
	t.Helper()
	id := s.propose(t, kind, redemption, amount)
	if err := s.Accept(t.Context(), s.Operator, id, ""); err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *scene) balances(t *testing.T) ledger.Balances {
	t.Helper()
	var b ledger.Balances
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		b, err = ledger.OfEverything(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *scene) wantMoney(t *testing.T, payable, credit money.Cents) {
	t.Helper()
	if b := s.balances(t); b.Payable != payable || b.Credit != credit || !b.Covered() {
		t.Errorf("payable %d, credit %d, covered %t; want %d, %d", b.Payable, b.Credit, b.Covered(), payable, credit)
	}
}

// sound runs every invariant, but those named.
func (s *scene) sound(t *testing.T, but ...string) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "preuve", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			if !slices.Contains(but, failed.Name) {
				t.Errorf("%s: %+v", failed.Name, failed.Offenders)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func want(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
