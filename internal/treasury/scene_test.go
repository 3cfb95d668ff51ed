package treasury_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/carnet/code"
	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

const account = "FR7630001007941234567890185"

var (
	issuer = print.Issuer{Name: "Coopérative Pass", SIRET: "84373941800018", Address: "1 rue du Test, 33000 Bordeaux", Email: "contact@exemple.test"}
	day    = func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
)

// scene is a world with a funded order (2026-001, 100 €, mandat M-2026-77) and
// one that awaits its money (2026-002).
type scene struct {
	*testworld.World
	bank    *treasury.Service
	pay     *settlement.Service
	orders  *order.Service
	take    *redemption.Service
	funded  testworld.Order
	waiting testworld.Order
	awaits  money.Cents
	codes   []code.Code
	taken   int
}

type noJobs struct{}

func (noJobs) Enqueue(context.Context, *postgres.Tx, river.JobArgs) error { return nil }

func newScene(t testing.TB) *scene {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	debtor := settlement.Debtor{Name: issuer.Name, SIRET: issuer.SIRET, IBAN: account, BIC: "BDFEFRPPCCT"}
	s := &scene{World: w, pay: settlement.NewService(w.DB, debtor, issuer), take: redemption.NewService(w.DB, w.Keys),
		orders: order.NewService(order.Deps{DB: w.DB, Queue: noJobs{}, Keys: w.Keys, Issuer: issuer})}
	s.bank = treasury.NewService(treasury.Deps{DB: w.DB, IBAN: account, Attest: s.orders.AttestInTx, Awaiting: order.Awaiting, Unpaid: invoicing.Unpaid,
		Debit: s.pay.ApplyDebit, Return: s.pay.ApplyReturn})
	s.funded = w.ActiveOrder(testworld.OrderOptions{})
	w.Exec(`ALTER TABLE order_funds DISABLE TRIGGER append_only`)
	w.Exec(`UPDATE order_funds SET mandat_number = 'M-2026-77'`)
	w.Exec(`ALTER TABLE order_funds ENABLE TRIGGER append_only`)
	s.codes = s.funded.HandedOver(2)
	s.waiting = w.ActiveOrder(testworld.OrderOptions{State: "livree", Carnets: 4})
	s.awaits = s.awaited(t)
	return s
}

func (s *scene) awaited(t testing.TB) (total money.Cents) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		list, err := order.Awaiting(t.Context(), tx)
		for _, a := range list {
			total += a.Total()
		}
		return err
	})
	if err != nil || total == 0 {
		t.Fatalf("awaited: %s, %v", total, err)
	}
	return total
}

// paid takes n chèques in October, and approves their payment in November; it
// returns the batch's reference for the bank and its only transfer's.
func (s *scene) paid(t testing.TB, n int) (batch, transfer string, amount money.Cents) {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{44, 3}, Mode: redemption.Individuel}
	for range n {
		request.Codes = append(request.Codes, s.codes[s.taken].Clear())
		s.taken++
	}
	if _, err := s.take.Redeem(t.Context(), s.Mediateur, request); err != nil {
		t.Fatal(err)
	}
	s.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	id, err := s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.pay.Approve(t.Context(), s.Finance, id); err != nil {
		t.Fatal(err)
	}
	s.november()
	err = s.Owner.QueryRow(t.Context(), `SELECT f.message_id, l.end_to_end_id, l.amount_cents FROM settlement_files f JOIN settlement_lines l ON l.settlement_id = f.settlement_id`).
		Scan(&batch, &transfer, &amount)
	if err != nil {
		t.Fatal(err)
	}
	return batch, transfer, amount
}

// november is the day on which statements are loaded.
func (s *scene) november() { s.At(time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)) }

// statement builds a statement whose balances add up, from an opening one.
func statement(reference string, opening money.Cents, closed time.Time, entries ...camt.Entry) camt.Report {
	r := camt.Report{Kind: camt.Statement, Reference: reference, IBAN: account, OpenedOn: closed.AddDate(0, 0, -1), Opening: opening, ClosedOn: closed, Entries: entries}
	credits, debits := r.Totals()
	r.Closing = opening + credits - debits
	return r
}

func credit(amount money.Cents, d int, reference, words string) camt.Entry {
	return camt.Entry{Credit: true, Amount: amount, BookedOn: day(d), BankReference: reference, Code: "PMNT/RCDT/ESCT",
		Details: []camt.Detail{{Amount: amount, Remittance: words, Party: "PAIERIE DEPARTEMENTALE DE LA CREUSE"}}}
}

func debit(amount money.Cents, d int, reference, paymentID string) camt.Entry {
	return camt.Entry{Amount: amount, BookedOn: day(d), BankReference: reference, Code: "PMNT/ICDT/ESCT", Details: []camt.Detail{{Amount: amount, PaymentID: paymentID, MessageID: paymentID}}}
}

func returned(amount money.Cents, d int, reference, endToEnd string) camt.Entry {
	return camt.Entry{Credit: true, Amount: amount, BookedOn: day(d), BankReference: reference, Code: "PMNT/ICDT/RRTN",
		Details: []camt.Detail{{Amount: amount, EndToEndID: endToEnd, ReturnCode: "AC04", ReturnText: "Compte clos"}}}
}

func (s *scene) load(t testing.TB, v camtfile.Version, reports ...camt.Report) treasury.Imported {
	t.Helper()
	done, err := s.try(t, camtfile.Write(v, s.Now(), reports...))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (s *scene) try(t testing.TB, file []byte) (treasury.Imported, error) {
	return s.bank.Import(t.Context(), s.Finance, "releve.xml", bytes.NewReader(file))
}

// only is the only line that a filter lists.
func (s *scene) only(t testing.TB, state string) treasury.LinePage {
	t.Helper()
	lines, _, err := s.bank.Lines(t.Context(), s.Finance, treasury.Filter{State: state}, nil, treasury.Page)
	if err != nil || len(lines) != 1 {
		t.Fatalf("%d lines %q, want one (%v)", len(lines), state, err)
	}
	page, err := s.bank.Line(t.Context(), s.Finance, lines[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func (s *scene) state(t testing.TB) treasury.Cover {
	t.Helper()
	c, err := s.bank.Cover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// books is the whole ledger and what the bank's lines became, without anything
// that depends on when or in which order.
func (s *scene) books(t testing.TB) string {
	t.Helper()
	rows, err := s.Owner.Query(t.Context(), `
		SELECT format('%s %s %s %s>%s %s', t.kind, o.number, coalesce(t.structure_id::text, '-') <> '-', m.debit, m.credit, m.amount_cents)
		FROM ledger_movements m JOIN ledger_transactions t ON t.id = m.transaction_id JOIN orders o ON o.id = t.order_id
		UNION ALL SELECT format('line %s %s %s open %s', l.bank_reference, l.is_credit, l.amount_cents, l.amount_cents - l.matched_cents) FROM bank_lines l
		UNION ALL SELECT format('match %s %s', m.kind, m.amount_cents) FROM bank_matches m WHERE m.undone_at IS NULL
		UNION ALL SELECT format('settlement %s', state) FROM settlement_lines
		UNION ALL SELECT format('statement %s', reference) FROM bank_statements`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// normal is the books without the names that each world makes anew.
func (s *scene) normal(t testing.TB, batch, transfer string) string {
	return strings.NewReplacer(batch, "BATCH", transfer, "TRANSFER").Replace(s.books(t))
}
