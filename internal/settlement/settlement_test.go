package settlement_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

func TestPayingTwoStructures(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	second := s.more(testworld.OrderOptions{Carnets: 1})
	s.accept(t, s.Mediateur, 5)
	s.accept(t, s.Other, 2)
	s.taken = 20 // the second order's
	s.accept(t, s.Mediateur, 3)
	s.november()
	s.accept(t, s.Mediateur, 1) // after the cut-off

	id := s.prepare(t, october)
	s.wantMoney(t, euros(110), 0, 0)
	d := s.dossier(t, id)
	if d.Number != "LOT-2026-10-31" || d.State != settlement.Prepared || d.TotalCents != euros(100) || d.Batch.Lines != 2 || d.PreparedByName != "Dominique Petit" {
		t.Errorf("prepared: %+v", d.Batch)
	}
	if len(d.Page) != 2 || d.More || d.Page[0].StructureName != "Association Ailleurs" || d.Page[0].Cheques != 2 || d.Page[1].AmountCents != euros(80) {
		t.Errorf("lines: %+v", d.Page)
	}

	wantError(t, s.pay.Approve(t.Context(), s.Operator, id), settlement.ErrFourEyes)
	wantError(t, s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now())), settlement.ErrNotApproved)
	s.approve(t, id)
	s.wantMoney(t, euros(10), euros(100), 0)
	wantError(t, s.pay.Approve(t.Context(), s.Finance, id), settlement.ErrNotPrepared)
	wantError(t, s.pay.Discard(t.Context(), s.Operator, id), settlement.ErrNotPrepared)

	wantError(t, s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now()).AddDate(0, 0, 1)), settlement.ErrExecutionDate)
	wantError(t, s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now()).AddDate(0, 0, -1)), settlement.ErrExecutionDate)
	s.execute(t, id)
	s.wantMoney(t, euros(10), 0, euros(100))
	wantError(t, s.pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now())), settlement.ErrAlreadyRunning)

	// One payout per line × order: two lines of the first order, one of the second.
	for kind, want := range map[string]int64{"payout": 3, "payout_executed": 3} {
		if got := s.Count(`SELECT count(*) FROM ledger_transactions WHERE kind = $1`, kind); got != want {
			t.Errorf("%d transactions %s, want %d", got, kind, want)
		}
	}
	if got := s.Count(`SELECT sum(amount_cents)::bigint FROM ledger_movements WHERE order_id = $1 AND debit = 'in_transit'`, second.ID); got != 3000 {
		t.Errorf("the second order paid %d cents, want 3000", got)
	}
	if d := s.dossier(t, id); d.State != settlement.Executed || d.ExecutedOn == nil || d.ApprovedByName == "" {
		t.Errorf("executed: %+v", d.Batch)
	}
	for _, act := range []string{settlement.ActPrepared, settlement.ActApproved, settlement.ActExecuted} {
		if line, done := s.dossier(t, id).Happened(act); !done || line.ActorName != "Dominique Petit" {
			t.Errorf("%s is not in the journal", act)
		}
	}
}

func TestFourEyesIsTheDatabases(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	s.november()
	id := s.prepare(t, october)
	_, err := s.Owner.Exec(t.Context(), `UPDATE settlements SET state = 'approuvee', approved_at = $1, approved_by = prepared_by, frozen_hash = '\x00' WHERE id = $2`, s.Now(), id)
	if postgres.Constraint(err) != "settlements_four_eyes" {
		t.Errorf("the owner of the schema approved what the same person prepared: %v", err)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	suivi := s.Staff("suivi@exemple.test", identity.OperatorSuivi)
	if _, err := s.pay.Due(t.Context(), suivi); err != nil {
		t.Error(err)
	}
	for _, actor := range []identity.Actor{suivi, s.Mediateur, s.Commanditaire, {}} {
		_, err := s.pay.Prepare(t.Context(), actor, october)
		wantError(t, err, identity.ErrForbidden)
		wantError(t, s.pay.Approve(t.Context(), actor, s.Place), identity.ErrForbidden)
		wantError(t, s.pay.Execute(t.Context(), actor, s.Place, october), identity.ErrForbidden)
		wantError(t, s.pay.Discard(t.Context(), actor, s.Place), identity.ErrForbidden)
		_, _, err = s.pay.BankFile(t.Context(), actor, s.Place)
		wantError(t, err, identity.ErrForbidden)
	}
	_, err := s.pay.Due(t.Context(), s.Mediateur)
	wantError(t, err, identity.ErrForbidden)
	_, err = s.pay.Batch(t.Context(), s.Finance, s.Place, nil)
	wantError(t, err, settlement.ErrNotFound)
}

func TestCutoffs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	today := postgres.Day(s.Now())
	_, err := s.pay.Prepare(t.Context(), s.Operator, today)
	wantError(t, err, settlement.ErrCutoff)
	_, err = s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, today)
	wantError(t, err, settlement.ErrCutoff)
	s.november()
	_, err = s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))
	wantError(t, err, settlement.ErrNothingDue)
	if p, err := s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, october); err != nil || len(p.Dues) != 1 || p.Dues[0].Cheques != 1 {
		t.Errorf("preview: %+v, %v", p, err)
	}
	s.prepare(t, october)
	_, err = s.pay.Prepare(t.Context(), s.Operator, october)
	wantError(t, err, settlement.ErrCutoffTaken)
	_, err = s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, october)
	wantError(t, err, settlement.ErrCutoffTaken)
}

func TestTheSameCutoffWithNewChequesIsRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	s.november()
	s.prepare(t, october)
	s.accept(t, s.Mediateur, 1)
	s.Exec(`UPDATE redemptions SET day = '2026-10-31' WHERE settlement_line_id IS NULL`)
	_, err := s.pay.Prepare(t.Context(), s.Operator, october)
	wantError(t, err, settlement.ErrCutoffTaken)
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE settlement_line_id IS NULL`); n != 1 {
		t.Errorf("%d chèques wait, want 1", n)
	}
}

func TestSuggestedCutoff(t *testing.T) {
	t.Parallel()
	for today, want := range map[string]string{"2026-11-16": "2026-10-31", "2026-03-01": "2026-02-28", "2028-03-31": "2028-02-29", "2027-01-01": "2026-12-31"} {
		day, _ := time.Parse(time.DateOnly, today)
		if got := settlement.SuggestedCutoff(day).Format(time.DateOnly); got != want {
			t.Errorf("on %s: %s, want %s", today, got, want)
		}
	}
	s := newScene(t)
	s.At(time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC)) // already November in Paris
	if got := s.pay.Suggestion(); !got.Equal(october) {
		t.Errorf("suggests %v", got)
	}
}

func TestDiscardGivesTheChequesBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 4)
	s.november()
	id := s.prepare(t, october)
	if err := s.pay.Discard(t.Context(), s.Operator, id); err != nil {
		t.Fatal(err)
	}
	_, err := s.pay.Batch(t.Context(), s.Finance, id, nil)
	wantError(t, err, settlement.ErrNotFound)
	if owes := s.structureOwes(s.Mediatheque); owes != "4000" {
		t.Errorf("%s cents wait, want 4000", owes)
	}
	again := s.prepare(t, october)
	if d := s.dossier(t, again); d.TotalCents != euros(40) {
		t.Errorf("prepared again: %+v", d.Batch)
	}
	if n := s.Count(`SELECT count(*) FROM journal WHERE subject_id = $1 AND act = 'abandon'`, id); n != 1 {
		t.Error("the journal does not keep the discarded batch")
	}
}

func TestAHeldStructureIsPaidAtTheNextCut(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 2)
	s.accept(t, s.Other, 3)
	s.Exec(`UPDATE structures SET state = 'suspendue' WHERE organisation_id = $1`, s.Mediatheque)
	s.november()
	p, err := s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, october)
	dues := p.Dues
	if err != nil || len(dues) != 2 || dues[0].Hold != "" || dues[1].Hold == "" || dues[1].AmountCents != euros(20) {
		t.Fatalf("preview: %+v, %v", dues, err)
	}
	s.Exec(`UPDATE structures SET state = 'soumise', iban = '' WHERE organisation_id = $1`, s.Mediatheque)
	if p, err = s.pay.Preview(t.Context(), s.Operator, settlement.Monthly, october); err != nil || p.Dues[1].Hold == "" {
		t.Fatalf("without IBAN: %+v, %v", p.Dues, err)
	}
	position, err := s.pay.OwnPosition(t.Context(), s.Mediateur)
	if err != nil || position.Hold == "" || position.Waiting.AmountCents != euros(20) {
		t.Errorf("position: %+v, %v", position, err)
	}
	first := s.prepare(t, october)
	if d := s.dossier(t, first); d.Batch.Lines != 1 || d.TotalCents != euros(30) {
		t.Errorf("first cut: %+v", d.Batch)
	}
	s.Exec(`UPDATE structures SET state = 'qualifiee', iban = 'FR1420041010050500013M02606' WHERE organisation_id = $1`, s.Mediatheque)
	s.At(time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC))
	next := s.prepare(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	if d := s.dossier(t, next); d.TotalCents != euros(20) || d.Page[0].PeriodFrom.Month() != time.October {
		t.Errorf("next cut: %+v", d)
	}
}

func TestALineThatChangedBeforeApproval(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 2)
	s.november()
	id := s.prepare(t, october)
	s.Exec(`UPDATE settlement_lines SET amount_cents = 3000, gross_cents = 3000`)
	wantError(t, s.pay.Approve(t.Context(), s.Finance, id), settlement.ErrChanged)
	s.Exec(`UPDATE settlement_lines SET amount_cents = 2000, gross_cents = 2000, cheques = 1`)
	wantError(t, s.pay.Approve(t.Context(), s.Finance, id), settlement.ErrChanged)
	s.Exec(`UPDATE settlement_lines SET cheques = 2`)
	s.approve(t, id)
}

func TestListsGoOn(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Exec(`INSERT INTO settlements (id, number, cutoff, prepared_at, prepared_by, prepared_by_name, message_id, debtor_name, debtor_iban, total_cents, lines)
		SELECT gen_random_uuid(), 'CP-' || n, date '2020-01-01' + n, now(), $1, 'Dominique', 'M' || n, 'D', 'I', 1, 1 FROM generate_series(1, 150) AS n`, s.Operator.AccountID)
	first, more, err := s.pay.Batches(t.Context(), s.Finance, nil)
	if err != nil || len(first) != 100 || !more || first[0].Number != "CP-150" {
		t.Fatalf("first page: %d, %t, %v", len(first), more, err)
	}
	last, more, err := s.pay.Batches(t.Context(), s.Finance, &settlement.BatchKey{Cutoff: first[99].Cutoff, ID: first[99].ID})
	if err != nil || len(last) != 50 || more || last[0].Number != "CP-50" {
		t.Errorf("second page: %d, %t, %v", len(last), more, err)
	}
}

func TestTwoPreparationsAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 5)
	s.accept(t, s.Other, 5)
	s.november()
	results := make(chan error)
	for i := range 4 {
		actor := []identity.Actor{s.Operator, s.Finance}[i%2]
		go func() {
			_, err := s.pay.Prepare(context.WithoutCancel(t.Context()), actor, october)
			results <- err
		}()
	}
	won := 0
	for range 4 {
		switch err := <-results; {
		case err == nil:
			won++
		case !errors.Is(err, settlement.ErrCutoffTaken) && !fault.Is(err, fault.KindConflict):
			t.Errorf("loser: %v", err)
		}
	}
	if won != 1 || s.Count(`SELECT count(*) FROM settlements`) != 1 || s.Count(`SELECT count(*) FROM settlement_lines`) != 2 {
		t.Errorf("%d batches won", won)
	}
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE settlement_line_id IS NULL`); n != 0 {
		t.Errorf("%d chèques left out", n)
	}
}

// An undo started before midnight meets a preparation started after it: each
// chèque is given back or paid, never both.
func TestALateUndoMeetsThePreparation(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.more(testworld.OrderOptions{Carnets: 2, PerCarnet: 20})
	s.taken = 20
	night := time.Date(2026, 10, 31, 22, 59, 59, 0, time.UTC)
	s.At(night)
	var ids []uuid.UUID
	for range 40 {
		ids = append(ids, s.accept(t, s.Mediateur, 1).Results[0].ID)
	}
	before := redemption.NewService(s.DB.WithClock(func() time.Time { return night }), s.Keys)
	after := settlement.NewService(s.DB.WithClock(func() time.Time { return night.Add(2 * time.Second) }), debtor, issuer)

	undone := make(chan error)
	ctx := context.WithoutCancel(t.Context())
	for worker := range 4 {
		go func() {
			for i := worker; i < len(ids); i += 4 {
				_, err := before.Undo(ctx, s.Mediateur, ids[i], "erreur")
				undone <- err
			}
		}()
	}
	prepared := make(chan error)
	prepare := func() {
		_, err := after.Prepare(ctx, s.Operator, october)
		prepared <- err
	}
	given := int64(0)
	for i := range ids {
		if i == 10 {
			go prepare() // in the middle of the undos
		}
		switch err := <-undone; {
		case err == nil:
			given++
		case !errors.Is(err, redemption.ErrAlreadyPaid):
			t.Errorf("undo: %v", err)
		}
	}
	err := <-prepared
	if err != nil && !errors.Is(err, settlement.ErrNothingDue) {
		t.Fatalf("prepare: %v", err)
	}
	tied := s.Count(`SELECT count(*) FROM redemptions WHERE settlement_line_id IS NOT NULL AND undone_at IS NULL`)
	if given+tied != 40 || s.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NOT NULL`) != given {
		t.Errorf("%d given back and %d paid of 40", given, tied)
	}
	if total := s.Count(`SELECT coalesce(sum(total_cents), 0)::bigint FROM settlements`); total != tied*1000 {
		t.Errorf("the batch pays %d cents for %d chèques", total, tied)
	}
	s.wantMoney(t, money.Cents(tied*1000), 0, 0)
}

// posted counts the mails that would be sent.
type posted int

func (p *posted) Enqueue(context.Context, *postgres.Tx, river.JobArgs) error { *p++; return nil }

func TestAStructureIsToldOfItsPayment(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var mails posted
	s.pay.Notify(&mails, "https://pass.exemple.test")
	s.accept(t, s.Mediateur, 3)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	if mails != 0 {
		t.Errorf("%d mails before the transfer", mails)
	}
	s.execute(t, id)
	if got := s.Count(`SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Virement de 30,00%' AND body_text LIKE '%/structure/paiements/%'`); got == 0 || got != int64(mails) {
		t.Errorf("%d mails kept, %d to be sent", got, mails)
	}
}
