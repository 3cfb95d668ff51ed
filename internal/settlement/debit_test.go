package settlement_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

func (s *scene) debit(t *testing.T, reference string, amount money.Cents) error {
	t.Helper()
	return s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return s.pay.ApplyDebit(t.Context(), tx, s.Finance, settlement.Debit{Reference: reference, Amount: amount, On: s.pay.Today(), Key: "relevé 1"})
	})
}

func TestTheBankDebits(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	id := s.prepare(t, october)
	d := s.dossier(t, id)
	wantError(t, s.debit(t, d.Page[0].EndToEndID, 2000), settlement.ErrNotApproved)
	s.approve(t, id)
	d = s.dossier(t, id)
	wantError(t, s.debit(t, "INCONNU", 7000), settlement.ErrUnknownReference)
	err := s.debit(t, d.Page[0].EndToEndID, 2001)
	wantError(t, err, settlement.ErrAmountDiffers)
	if f, ok := fault.As(err); !ok || !strings.Contains(f.Sentence, "20,01") || !strings.Contains(f.Sentence, "20,00") {
		t.Errorf("says %v", err)
	}
	s.wantMoney(t, 0, euros(70), 0)
	for range 2 { // the same statement twice
		if err := s.debit(t, d.Page[0].EndToEndID, 2000); err != nil {
			t.Fatal(err)
		}
	}
	s.wantMoney(t, 0, euros(50), euros(20))
	if d = s.dossier(t, id); d.State != settlement.Approved || d.Ended != 1 || d.Page[0].State != settlement.Executed {
		t.Errorf("in part: %+v", d.Batch)
	}
	s.sound(t)
	for _, reference := range []string{d.MessageID, d.Number, d.MessageID} {
		if err := s.debit(t, reference, 7000); err != nil {
			t.Fatal(err)
		}
	}
	s.wantMoney(t, 0, 0, euros(70))
	if d = s.dossier(t, id); d.State != settlement.Executed || d.ExecutedOn == nil {
		t.Errorf("executed: %+v", d.Batch)
	}
	s.sound(t)
}

func TestPartsAndLinesOneByOne(t *testing.T) {
	t.Parallel()
	s := cut(t, func(r *settlement.Rules) { r.MostTransfers = 1 })
	id := s.prepare(t, october)
	s.approve(t, id)
	files, err := s.pay.Files(t.Context(), s.Finance, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.debit(t, files[1].MessageID, files[1].TotalCents); err != nil {
		t.Fatal(err)
	}
	today := s.pay.Today()
	wantError(t, s.pay.ExecutePart(t.Context(), s.Finance, id, 2, today), settlement.ErrAlreadyRunning)
	wantError(t, s.pay.ExecutePart(t.Context(), s.Finance, id, 9, today), settlement.ErrNoLine)
	wantError(t, s.pay.ExecuteLine(t.Context(), s.Finance, id, uuid.New(), today), settlement.ErrNoLine)
	if err := s.pay.ExecuteLine(t.Context(), s.Finance, id, s.dossier(t, id).Page[0].ID, today); err != nil {
		t.Fatal(err)
	}
	if d := s.dossier(t, id); d.State != settlement.Executed {
		t.Errorf("all its lines ended: %+v", d.Batch)
	}
	wantError(t, s.pay.Execute(t.Context(), s.Finance, id, today), settlement.ErrAlreadyRunning)
	s.sound(t)
}

// A debit does not count what the bank rejected before.
func TestADebitAfterARejection(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	id := s.prepare(t, october)
	s.approve(t, id)
	d := s.dossier(t, id)
	if err := s.apply(t, settlement.Return{EndToEndID: d.Page[0].EndToEndID, Amount: 2000, Code: "AC04", On: s.pay.Today(), Key: "k"}); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.debit(t, d.MessageID, 7000), settlement.ErrAmountDiffers)
	if err := s.debit(t, d.MessageID, 5000); err != nil {
		t.Fatal(err)
	}
	if d = s.dossier(t, id); d.State != settlement.Executed || d.Back != 1 {
		t.Errorf("%+v", d.Batch)
	}
	s.sound(t)
}

// The bank and a person tell the same thing at once: it happens once.
func TestTheSameDebitAtOnce(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	id := s.prepare(t, october)
	s.approve(t, id)
	d := s.dossier(t, id)
	ctx, answers := context.WithoutCancel(t.Context()), make(chan error)
	for i := range 4 {
		go func() {
			if i%2 == 0 {
				answers <- s.pay.Execute(ctx, s.Finance, id, s.pay.Today())
				return
			}
			answers <- s.DB.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
				return s.pay.ApplyDebit(ctx, tx, s.Finance, settlement.Debit{Reference: d.MessageID, Amount: d.TotalCents, On: s.pay.Today()})
			})
		}()
	}
	for range 4 {
		if err := <-answers; err != nil && !errors.Is(err, settlement.ErrAlreadyRunning) {
			t.Error(err)
		}
	}
	s.wantMoney(t, 0, 0, euros(70))
}

func TestADebitOfAnotherDay(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	id := s.prepare(t, october)
	s.approve(t, id)
	d := s.dossier(t, id)
	for _, on := range []time.Time{s.pay.Today().AddDate(0, 0, 1), s.pay.Today().AddDate(0, 0, -1)} {
		err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
			return s.pay.ApplyDebit(t.Context(), tx, s.Finance, settlement.Debit{Reference: d.Number, Amount: d.TotalCents, On: on})
		})
		wantError(t, err, settlement.ErrExecutionDate)
	}
}
