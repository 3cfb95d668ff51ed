package settlement_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

var (
	october = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
	debtor  = settlement.Debtor{Name: "Coopérative Pass", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185", BIC: "BDFEFRPPCCT"}
	issuer  = print.Issuer{Name: "Coopérative Pass", SIRET: "84373941800018", Address: "1 rue du Test, 33000 Bordeaux", Email: "contact@exemple.test"}
)

// scene is a world in October with chèques in hand and the services that take
// and pay them.
type scene struct {
	*testworld.World
	pay   *settlement.Service
	take  *redemption.Service
	codes []code.Code
	taken int
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	s := &scene{World: w, pay: settlement.NewService(w.DB, debtor, issuer).OnApproved(settlement.BillDownstream(billing(w))), take: redemption.NewService(w.DB, w.Keys)}
	s.more(testworld.OrderOptions{Carnets: 4})
	return s
}

// billing issues the factures of the fees that approvals keep.
func billing(w *testworld.World) *invoicing.Service {
	return invoicing.NewService(invoicing.Deps{
		DB: w.DB, Queue: &jobs.Inline{}, Issuer: issuer, IBAN: debtor.IBAN,
		Seller: facturx.Party{Name: issuer.Name, SIRET: issuer.SIRET, VATNumber: "FR02843739418", Street: "1 rue du Test", PostalCode: "33000", Town: "Bordeaux"},
	})
}

// more puts another order's chèques in hand, after those that are left.
func (s *scene) more(options testworld.OrderOptions) testworld.Order {
	order := s.ActiveOrder(options)
	s.codes = append(s.codes, order.HandedOver(max(1, options.Carnets))...)
	return order
}

// accept makes actor take the next n chèques in one séance.
func (s *scene) accept(t *testing.T, actor identity.Actor, n int) redemption.Receipt {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{44, 3}, Mode: redemption.Individuel}
	for range n {
		request.Codes = append(request.Codes, s.codes[s.taken].Clear())
		s.taken++
	}
	receipt, err := s.take.Redeem(t.Context(), actor, request)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := receipt.Taken(); got != n {
		t.Fatalf("%d chèques taken, want %d: %+v", got, n, receipt.Results)
	}
	return receipt
}

// november moves to the day of the payment.
func (s *scene) november() { s.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)) }

func (s *scene) prepare(t *testing.T, cutoff time.Time) uuid.UUID {
	t.Helper()
	id, err := s.pay.Prepare(t.Context(), s.Operator, cutoff)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *scene) approve(t *testing.T, id uuid.UUID) {
	t.Helper()
	if err := s.pay.Approve(t.Context(), s.Finance, id); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) execute(t *testing.T, id uuid.UUID) {
	t.Helper()
	if err := s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now())); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) dossier(t *testing.T, id uuid.UUID) settlement.Dossier {
	t.Helper()
	d, err := s.pay.Batch(t.Context(), s.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
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

func (s *scene) wantMoney(t *testing.T, payable, transit, paid money.Cents) {
	t.Helper()
	b := s.balances(t)
	if b.Payable != payable || b.InTransit != transit || b.Paid != paid || !b.Covered() || b.Bank != b.Owed() {
		t.Errorf("payable %d, in transit %d, paid %d (covered %t, bank %d, owed %d), want %d, %d, %d",
			b.Payable, b.InTransit, b.Paid, b.Covered(), b.Bank, b.Owed(), payable, transit, paid)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func euros(n int) money.Cents { return money.Cents(n * 100) }

func (s *scene) structureOwes(structure uuid.UUID) string {
	return fmt.Sprintf("%d", s.Count(`SELECT coalesce(sum(amount_cents), 0)::bigint FROM redemptions WHERE structure_id = $1 AND undone_at IS NULL AND settlement_line_id IS NULL`, structure))
}
