package settlement_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
	"passnum/internal/structure"
)

// sent is an approved batch of one line of 30 €, to the médiathèque.
func sent(t *testing.T) (*scene, uuid.UUID, settlement.Line) {
	t.Helper()
	s := newScene(t)
	s.pay.Notify(&jobs.Inline{}, "https://passnum.test")
	s.accept(t, s.Mediateur, 3)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	return s, id, s.dossier(t, id).Page[0]
}

func (s *scene) apply(t *testing.T, r settlement.Return) error {
	t.Helper()
	return s.DB.InPlatform(t.Context(), s.Finance, "essai", func(tx *postgres.Tx) error {
		return s.pay.ApplyReturn(t.Context(), tx, s.Finance, r)
	})
}

func (s *scene) line(t *testing.T, id uuid.UUID) settlement.Line {
	t.Helper()
	p, err := s.pay.Line(t.Context(), s.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.Line
}

// sound runs every invariant.
func (s *scene) sound(t *testing.T) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "preuve", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// december prepares the next month's batch, in which something has to be paid.
func (s *scene) december(t *testing.T) (uuid.UUID, error) {
	t.Helper()
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	return s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
}

// The bank says that an account is closed while the next batch waits for its
// approval: nothing more is sent there.
func TestATransferThatComesBackBeforeTheApproval(t *testing.T) {
	t.Parallel()
	s, _, l := sent(t)
	s.accept(t, s.Mediateur, 1)
	next, err := s.december(t)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "AC04", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.pay.Approve(t.Context(), s.Finance, next), settlement.ErrHeldSince)
	if err := s.pay.Represent(t.Context(), s.Finance, l.ID, "La banque a confirmé"); err != nil {
		t.Fatal(err)
	}
	s.approve(t, next)
}

func TestRejectedThenPaidAgain(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	wantError(t, s.apply(t, settlement.Return{EndToEndID: "INCONNU", Amount: 3000, Key: "k"}), settlement.ErrUnknownReference)
	off := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3001, Key: "k"})
	if refusal, ok := fault.As(off); !errors.Is(off, settlement.ErrAmountDiffers) || !ok || !strings.Contains(refusal.Sentence, "30,01") || !strings.Contains(refusal.Sentence, "30,00") {
		t.Errorf("off by a cent: %v", off)
	}
	s.wantMoney(t, 0, euros(30), 0)
	for range 2 {
		if err := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "AC04", Text: "COMPTE CLOS", Key: "k"}); err != nil {
			t.Fatal(err)
		}
	}
	s.wantMoney(t, euros(30), 0, 0)
	back := s.line(t, l.ID)
	if back.State != settlement.Rejected || back.ReturnCode != "AC04" || back.ReturnedOn == nil || s.dossier(t, id).State != settlement.Executed {
		t.Errorf("%+v", back)
	}
	if n := s.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = $1 AND body_text LIKE '%Déclarez un autre compte%'`, s.Mediateur.Email); n != 1 {
		t.Errorf("%d mails", n)
	}
	s.sound(t)
	// The closed account is not paid again; another one is, under another name.
	if _, err := s.december(t); !errors.Is(err, settlement.ErrNothingDue) {
		t.Errorf("a closed account is paid again: %v", err)
	}
	s.newAccount(t)
	again, err := s.december(t)
	if err != nil {
		t.Fatal(err)
	}
	s.approve(t, again)
	next := s.dossier(t, again).Page[0]
	if next.EndToEndID == l.EndToEndID || next.RepaysLineID == nil || *next.RepaysLineID != l.ID || next.AmountCents != euros(30) || next.IBAN == l.IBAN {
		t.Errorf("%+v", next)
	}
	s.wantMoney(t, 0, euros(30), 0)
	s.execute(t, again)
	s.wantMoney(t, 0, 0, euros(30))
	// It comes back a second time, after it was debited, and goes again.
	if err := s.apply(t, settlement.Return{EndToEndID: next.EndToEndID, Amount: 3000, Code: "MS03", Key: "k2"}); err != nil {
		t.Fatal(err)
	}
	if got := s.line(t, next.ID); got.State != settlement.Returned {
		t.Errorf("%+v", got)
	}
	s.wantMoney(t, euros(30), 0, 0)
	s.sound(t)
	wantError(t, s.pay.Represent(t.Context(), s.Finance, l.ID, "La banque a confirmé"), settlement.ErrNotReturned)
	if err := s.pay.Represent(t.Context(), s.Finance, next.ID, "La banque a confirmé"); err != nil {
		t.Fatal(err)
	}
	s.At(s.Now().AddDate(0, 1, 0))
	third, err := s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	s.approve(t, third)
	if last := s.dossier(t, third).Page[0]; last.RootLineID == nil || *last.RootLineID != l.ID || *last.RepaysLineID != next.ID {
		t.Errorf("%+v", last)
	}
	s.sound(t)
	own, err := s.pay.OwnReturns(t.Context(), s.Mediateur)
	if err != nil || len(own) != 1 || own[0].Step() != settlement.Repaying {
		t.Errorf("%+v, %v", own, err)
	}
	if none, err := s.pay.OwnReturns(t.Context(), s.Other); err != nil || len(none) != 0 {
		t.Errorf("somebody else's: %+v, %v", none, err)
	}
}

// newAccount puts another account of the médiathèque in force, as people do.
func (s *scene) newAccount(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	s.november()
	accounts := structure.NewService(s.DB, nil, structure.Options{Queue: &jobs.Inline{}, Reauthenticate: func(context.Context, identity.Actor, string) error { return nil }})
	if err := accounts.SaveBank(ctx, s.Mediateur, structure.BankForm{Holder: "Médiathèque", IBAN: "FR7610107001011234567890129", BIC: "AGRIFRPP", Password: "x"}); err != nil {
		t.Fatal(err)
	}
	list, err := accounts.Accounts(ctx, s.Mediateur)
	if err != nil {
		t.Fatal(err)
	}
	waiting, _ := structure.Pending(list)
	if _, err := s.december(t); !errors.Is(err, settlement.ErrNothingDue) {
		t.Errorf("paid while a change waits: %v", err)
	}
	s.november()
	if err := accounts.ConfirmAccountByCall(ctx, s.Finance, s.Mediatheque, waiting.ID, "Rappelée au 05 55 00 00 00"); err != nil {
		t.Fatal(err)
	}
	s.Travel(structure.AccountHold)
	if n, err := accounts.TakeEffect(ctx, uuid.Nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

func TestSameReturnManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	s.execute(t, id)
	var answers [10]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answers[i] = s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "AC01", On: postgres.Day(s.Now()), Key: fmt.Sprintf("relevé %d", i%3)})
		})
	}
	group.Wait()
	for _, err := range answers {
		if err != nil {
			t.Error(err)
		}
	}
	if n := s.Count(`SELECT count(*) FROM ledger_transactions WHERE kind = 'payout_returned'`); n != 1 {
		t.Errorf("%d returns in the ledger", n)
	}
	s.wantMoney(t, euros(30), 0, 0)
	s.sound(t)
}

// TestReturnAgainstPreparation has a return come in while the next batch is cut:
// the money is in one place, whoever is first.
func TestReturnAgainstPreparation(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	s.execute(t, id)
	s.accept(t, s.Mediateur, 2)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	var group sync.WaitGroup
	var next uuid.UUID
	var prepared, returned error
	group.Go(func() {
		next, prepared = s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	})
	group.Go(func() {
		returned = s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "ED05", Key: "k"})
	})
	group.Wait()
	if prepared != nil || returned != nil {
		t.Fatal(prepared, returned)
	}
	s.approve(t, next)
	lines := s.dossier(t, next).Page
	s.wantMoney(t, euros(50)-euros(20)-repaid(lines), euros(20)+repaid(lines), 0)
	s.sound(t)
}

func repaid(lines []settlement.Line) money.Cents {
	var sum money.Cents
	for _, l := range lines {
		if l.RepaysLineID != nil {
			sum += l.AmountCents
		}
	}
	return sum
}
