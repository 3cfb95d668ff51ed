package settlement_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// decide puts rules in force, from the usual ones.
func (s *scene) decide(t *testing.T, change func(*settlement.Rules)) {
	t.Helper()
	rules := settlement.DefaultRules
	change(&rules)
	if err := s.pay.Decide(t.Context(), s.Finance, rules); err != nil {
		t.Fatal(err)
	}
}

// correct writes a validated incident, with its movement.
func (s *scene) correct(t *testing.T, order uuid.UUID, structure uuid.UUID, cents int64) {
	t.Helper()
	id, kind, debit, credit := postgres.NewID(), "trop_percu", ledger.Payable, ledger.Credit
	if cents > 0 {
		kind, debit, credit = "geste", ledger.Fees, ledger.Payable
	}
	s.Exec(`INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, amount_cents, reason, state, proposed_at, proposed_by, proposed_by_name, decided_at, decided_by)
		VALUES ($1, $2, $3, $4, gen_random_uuid()::text, $5, $6, 'essai', 'valide', $7, $8, 'x', $7, $9)`,
		s.Departement, id, order, structure, kind, cents, s.Now(), s.Operator.AccountID, s.Finance.AccountID)
	s.Exec(`INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id)
		VALUES (gen_random_uuid(), $1, 'incident proposé', 'incident', $2, '{}', $3), (gen_random_uuid(), $1, 'incident décidé', 'incident', $2, '{}', $4)`,
		s.Now(), id, s.Operator.AccountID, s.Finance.AccountID)
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Transaction{
			CommanditaireID: s.Departement, OrderID: order, Kind: ledger.Incident, CauseID: id, StructureID: &structure,
			Movements: []ledger.Movement{{Debit: debit, Credit: credit, Amount: money.Cents(max(cents, -cents))}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *scene) line1(t *testing.T, batch uuid.UUID) settlement.Line {
	t.Helper()
	d := s.dossier(t, batch)
	if len(d.Page) != 1 {
		t.Fatalf("%d lines", len(d.Page))
	}
	return d.Page[0]
}

func TestFeesAndIncidentsOnALine(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Exec(`UPDATE orders SET downstream_fee_basis_points = 400`)
	second := s.more(testworld.OrderOptions{Carnets: 1})
	first := s.taken
	s.accept(t, s.Mediateur, 3)
	s.taken = first + 20
	s.accept(t, s.Mediateur, 2) // of the second order, which takes no fee
	s.correct(t, second.ID, s.Mediatheque, -2500)
	s.november()
	id := s.prepare(t, october)
	// 50 € of chèques, 25 € taken back, 4 % of 30 € and its VAT.
	l := s.line1(t, id)
	if l.GrossCents != 5000 || l.AdjustCents != -2500 || l.FeeCents != 120 || l.FeeVATCents != 24 || l.AmountCents != 2356 {
		t.Errorf("%+v", l)
	}
	s.approve(t, id)
	b := s.balances(t)
	if b.Payable != 0 || b.InTransit != 2356 || b.Credit != 2500 || !b.Covered() {
		t.Errorf("%+v", b)
	}
	// The second order's part is negative: it is posted the other way round.
	if got := s.Count(`SELECT sum(amount_cents)::bigint FROM ledger_movements WHERE order_id = $1 AND debit = 'in_transit' AND credit = 'payable'`, second.ID); got != 500 {
		t.Errorf("the second order gives back %d cents", got)
	}
	s.execute(t, id)
	if b = s.balances(t); b.InTransit != 0 || b.Paid != 2356 {
		t.Errorf("%+v", b)
	}
	s.sound(t)
}

func TestANegativeStructureWaits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.more(testworld.OrderOptions{Carnets: 1})
	s.accept(t, s.Mediateur, 2)
	s.accept(t, s.Other, 1)
	s.correct(t, order.ID, s.Mediatheque, -2000)
	s.november()
	id := s.prepare(t, october)
	if l := s.line1(t, id); l.StructureID != s.Stranger {
		t.Errorf("paid %+v", l)
	}
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE structure_id = $1 AND settlement_line_id IS NOT NULL`, s.Mediatheque) + s.Count(`SELECT count(*) FROM incidents WHERE settlement_line_id IS NOT NULL`); n != 0 {
		t.Errorf("%d rows are tied to nothing", n)
	}
	s.approve(t, id)
	s.sound(t)
}

func TestTheHoldPeriodOfAnOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Exec(`UPDATE orders SET hold_days = 5`)
	for _, day := range []int{25, 26, 27, 31} {
		s.At(time.Date(2026, 10, day, 9, 0, 0, 0, time.UTC))
		s.accept(t, s.Mediateur, 1)
	}
	s.november()
	p, err := s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, october)
	if err != nil || len(p.Dues) != 1 || p.Dues[0].Cheques != 2 || p.Dues[0].Young.Cheques != 2 || p.Dues[0].Young.AmountCents != 2000 {
		t.Fatalf("%+v, %v", p.Dues, err)
	}
	if l := s.line1(t, s.prepare(t, october)); l.Cheques != 2 || l.PeriodTo.Day() != 26 {
		t.Errorf("%+v", l)
	}
}

func TestWeeklyForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 2)
	s.accept(t, s.Other, 3)
	wantError(t, s.pay.ChooseRhythm(t.Context(), s.Mediateur, "annuel"), settlement.ErrRhythm)
	wantError(t, s.pay.ChooseRhythm(t.Context(), s.Agent, settlement.Weekly), identity.ErrForbidden)
	if err := s.pay.ChooseRhythm(t.Context(), s.Mediateur, settlement.Weekly); err != nil {
		t.Fatal(err)
	}
	terms, err := s.pay.OwnTerms(t.Context(), s.Mediateur)
	if err != nil || terms.Rhythm != settlement.Weekly || terms.Cutoff.Weekday() != time.Sunday {
		t.Errorf("terms: %+v, %v", terms, err)
	}
	s.At(time.Date(2026, 10, 26, 9, 0, 0, 0, time.UTC))
	sunday := settlement.LastSunday(s.pay.Today())
	week, err := s.pay.PrepareWeekly(t.Context(), s.Operator, sunday)
	if err != nil {
		t.Fatal(err)
	}
	if l := s.line1(t, week); l.StructureID != s.Mediatheque || l.Cheques != 2 {
		t.Errorf("the week pays %+v", l)
	}
	_, err = s.pay.PrepareWeekly(t.Context(), s.Operator, sunday)
	wantError(t, err, settlement.ErrCutoffTaken)
	// The month pays everybody, so that nobody is forgotten.
	s.accept(t, s.Mediateur, 1)
	s.november()
	month := s.prepare(t, october)
	if d := s.dossier(t, month); d.Batch.Lines != 2 || d.TotalCents != euros(40) {
		t.Errorf("the month: %+v", d.Batch)
	}
}

// Numbers come with approvals: one that is discarded leaves no hole.
func TestNumbersFollowOneAnother(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	s.accept(t, s.Other, 1)
	if err := s.pay.ChooseRhythm(t.Context(), s.Other, settlement.Weekly); err != nil {
		t.Fatal(err)
	}
	s.november()
	week, err := s.pay.PrepareWeekly(t.Context(), s.Operator, settlement.LastSunday(s.pay.Today()))
	if err != nil {
		t.Fatal(err)
	}
	dropped := s.prepare(t, october)
	if err := s.pay.Discard(t.Context(), s.Operator, dropped); err != nil {
		t.Fatal(err)
	}
	month := s.prepare(t, october)
	s.approve(t, month)
	s.approve(t, week)
	if m, w := s.dossier(t, month).Number, s.dossier(t, week).Number; m != "CP-2026-001" || w != "CP-2026-002" {
		t.Errorf("numbers %s and %s", m, w)
	}
	if n := s.Count(`SELECT count(*) FROM settlement_lines l JOIN settlements b ON b.id = l.settlement_id WHERE l.settlement_number <> b.number`); n != 0 {
		t.Errorf("%d lines bear another number", n)
	}
}

func TestRulesAreDecidedAndKept(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	wantError(t, s.pay.Decide(t.Context(), s.Mediateur, settlement.DefaultRules), identity.ErrForbidden)
	s.decide(t, func(r *settlement.Rules) { r.MinimumCents = 2500 })
	s.Travel(time.Hour)
	s.decide(t, func(r *settlement.Rules) { r.MinimumCents, r.BankVersion = 5000, sepa.V13 })
	now, err := s.pay.RulesInForce(t.Context(), s.Operator)
	history, err2 := s.pay.RulesHistory(t.Context(), s.Operator)
	if err != nil || err2 != nil || now.MinimumCents != 5000 || now.BankVersion != sepa.V13 || len(history) != 2 || history[1].MinimumCents != 2500 || history[0].DecidedByName == "" {
		t.Errorf("%+v, %+v, %v, %v", now, history, err, err2)
	}
	if _, err := s.Owner.Exec(t.Context(), `UPDATE payment_rules SET minimum_cents = 0`); err == nil {
		t.Error("rules can be edited")
	}
	s.accept(t, s.Mediateur, 4)
	s.november()
	_, err = s.pay.Prepare(t.Context(), s.Operator, october)
	wantError(t, err, settlement.ErrNothingDue)
}

// A batch prepared on one dedicated account does not leave from it once the
// installation has another: after a change of bank, or of operator.
func TestTheDedicatedAccountChangesBeforeTheApproval(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	s.november()
	id := s.prepare(t, october)
	moved := settlement.NewService(s.DB, settlement.Debtor{Name: "Repreneur", SIRET: "84373941800018", IBAN: "FR7610107001011234567890129"}, print.Issuer{Name: "Repreneur"})
	wantError(t, moved.Approve(t.Context(), s.Finance, id), settlement.ErrDebtorChanged)
	s.wantMoney(t, euros(10), 0, 0)
	if err := moved.Discard(t.Context(), s.Finance, id); err != nil {
		t.Errorf("it cannot be given up: %v", err)
	}
}

// What changed between preparation and approval stops the approval.
func TestAHoldThatComesBeforeTheApproval(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"suspended":      `UPDATE structures SET state = 'suspendue' WHERE organisation_id = $1`,
		"another holder": `UPDATE structures SET account_holder = 'Autre' WHERE organisation_id = $1`,
		"another BIC":    `UPDATE structures SET bic = 'BDFEFRPPCCT' WHERE organisation_id = $1`,
		"account waits": `INSERT INTO structure_bank_accounts (structure_id, id, account_holder, iban, state, declared_at, held_until)
			VALUES ($1, gen_random_uuid(), 'x', 'FR7630001007941234567890185', 'attente', '2026-11-02', '2026-11-06')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.accept(t, s.Mediateur, 1)
			s.november()
			id := s.prepare(t, october)
			s.Exec(change, s.Mediatheque)
			wantError(t, s.pay.Approve(t.Context(), s.Finance, id), settlement.ErrHeldSince)
			s.wantMoney(t, euros(10), 0, 0)
		})
	}
}
