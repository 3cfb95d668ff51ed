package accounting_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/accounting"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

var issuer = print.Issuer{Name: "Coopérative Pass", SIRET: "84373941800018", Address: "1 rue du Test, 33000 Bordeaux"}

// scene is an order of 40 chèques of 10 €, 150 € of it paid by the Région, whose
// life crosses a year's end.
type scene struct {
	*testworld.World
	accounts *accounting.Service
	pay      *settlement.Service
	take     *redemption.Service
	order    testworld.Order
	codes    []code.Code
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	debtor := settlement.Debtor{Name: "Coopérative Pass", SIRET: issuer.SIRET, IBAN: "FR7630001007941234567890185"}
	s := &scene{World: w, accounts: accounting.NewService(w.DB, issuer), pay: settlement.NewService(w.DB, debtor, issuer), take: redemption.NewService(w.DB, w.Keys)}
	s.order = w.ActiveOrder(testworld.OrderOptions{Carnets: 8, Funders: []uuid.UUID{w.Region}, Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)})
	s.codes = s.order.HandedOver(8)
	w.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents) VALUES ($1, $2, $3, 15000)`, w.Departement, s.order.ID, w.Region)
	s.post(t, ledger.Funding, nil, ledger.Movement{Debit: ledger.Bank, Credit: ledger.Fees, Amount: 1600}, ledger.Movement{Debit: ledger.Bank, Credit: ledger.VAT, Amount: 320})
	return s
}

func (s *scene) day(month time.Month, day int) { s.dayOf(2026, month, day) }

func (s *scene) dayOf(year int, month time.Month, day int) {
	s.At(time.Date(year, month, day, 9, 0, 0, 0, time.UTC))
}

func (s *scene) post(t *testing.T, kind ledger.Kind, structure *uuid.UUID, movements ...ledger.Movement) {
	t.Helper()
	s.postFor(t, kind, postgres.NewID(), structure, movements...)
}

func (s *scene) postFor(t *testing.T, kind ledger.Kind, cause uuid.UUID, structure *uuid.UUID, movements ...ledger.Movement) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Transaction{CommanditaireID: s.Departement, OrderID: s.order.ID, Kind: kind, CauseID: cause, StructureID: structure, Movements: movements})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *scene) accept(t *testing.T, actor identity.Actor, n int) redemption.Receipt {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{44}, Mode: redemption.Individuel}
	for _, c := range s.codes[:n] {
		request.Codes = append(request.Codes, c.Clear())
	}
	s.codes = s.codes[n:]
	receipt, err := s.take.Redeem(t.Context(), actor, request)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := receipt.Taken(); got != n {
		t.Fatalf("%d chèques taken, want %d", got, n)
	}
	return receipt
}

// settle pays what was accepted up to a day, at once.
func (s *scene) settle(t *testing.T, cutoff time.Time) uuid.UUID {
	t.Helper()
	id, err := s.pay.Prepare(t.Context(), s.Operator, cutoff)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.pay.Approve(t.Context(), s.Finance, id); err != nil {
		t.Fatal(err)
	}
	if err := s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now())); err != nil {
		t.Fatal(err)
	}
	return id
}

// live2026 is what happens before the year's end: five chèques paid, seven
// accepted that wait, two given back.
func (s *scene) live2026(t *testing.T) {
	t.Helper()
	s.day(time.November, 10)
	s.accept(t, s.Mediateur, 5)
	s.day(time.December, 4)
	s.settle(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	s.day(time.December, 10)
	s.accept(t, s.Mediateur, 3)
	s.accept(t, s.Other, 4)
	given := s.accept(t, s.Mediateur, 2)
	if _, err := s.take.Undo(t.Context(), s.Mediateur, given.ID, "erreur"); err != nil {
		t.Fatal(err)
	}
	s.codes = nil
}

// live2027 pays the seven, gets four of them back, takes one back for fraud,
// lets the 28 others expire and refunds 29.
func (s *scene) live2027(t *testing.T) {
	t.Helper()
	s.dayOf(2027, time.January, 5)
	s.settle(t, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
	s.dayOf(2027, time.January, 20)
	line := uuid.MustParse(s.text(t, `SELECT id::text FROM settlement_lines WHERE structure_id = $1`, s.Stranger))
	s.Exec(`UPDATE settlement_lines SET state = 'retournee', returned_on = '2027-01-20', return_code = 'AC04' WHERE id = $1`, line)
	s.postFor(t, ledger.PayoutReturned, line, &s.Stranger, ledger.Movement{Debit: ledger.Bank, Credit: ledger.Payable, Amount: 4000})
	s.dayOf(2027, time.February, 10)
	s.post(t, ledger.Incident, &s.Mediatheque, ledger.Movement{Debit: ledger.Payable, Credit: ledger.Credit, Amount: 1000})
	s.post(t, ledger.Expiry, nil, ledger.Movement{Debit: ledger.Circulation, Credit: ledger.Expired, Amount: 28000})
	s.dayOf(2027, time.February, 15)
	s.post(t, ledger.Avoir, nil, ledger.Movement{Debit: ledger.Expired, Credit: ledger.Credit, Amount: 28000})
	s.post(t, ledger.Refund, nil, ledger.Movement{Debit: ledger.Credit, Credit: ledger.Bank, Amount: 29000})
	s.post(t, ledger.FeesSwept, nil, ledger.Movement{Debit: ledger.OperatorBank, Credit: ledger.Bank, Amount: 1600})
}

func (s *scene) text(t *testing.T, sql string, args ...any) string {
	t.Helper()
	var text string
	if err := s.Owner.QueryRow(t.Context(), sql, args...).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func (s *scene) annual(t *testing.T, actor identity.Actor, year int) accounting.Annual {
	t.Helper()
	a, err := s.accounts.Annual(t.Context(), actor, year, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func column(cheques int64) accounting.Column {
	return accounting.Column{Cheques: cheques, Amount: money.Cents(cheques) * 1000}
}

func cents(c money.Cents) accounting.Column { return accounting.Column{Amount: c} }
