package redemption_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestUndo(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	receipt := s.redeem(t, s.Mediateur, request("a", s.codes[:3]...))
	one := receipt.Results[0].ID
	for range 2 { // the second is harmless
		undone, err := s.Undo(t.Context(), s.Mediateur, one, "mauvais chèque")
		if err != nil || undone.SeanceID != receipt.ID {
			t.Fatalf("undo one: %+v, %v", undone, err)
		}
	}
	if undone, err := s.Undo(t.Context(), s.Mediateur, receipt.ID, ""); err != nil || undone.Cheques != 3 {
		t.Fatalf("undo all: %+v, %v", undone, err)
	}
	if n := s.Count(`SELECT count(*) FROM journal WHERE act = 'annulation_encaissement'`); n != 3 {
		t.Errorf("%d journal lines, want 3", n)
	}
	s.balanced(t)
	if n, _ := s.redeem(t, s.Mediateur, request("b", s.codes[0])).Taken(); n != 1 {
		t.Error("an undone chèque cannot be redeemed again")
	}
	s.balanced(t)
}

func TestUndoHasItsDay(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	receipt := s.redeem(t, s.Mediateur, request("a", s.codes[0]))
	s.At(time.Date(2026, 11, 16, 22, 59, 59, 0, time.UTC)) // a second before midnight in Paris
	seance, err := s.Receipt(t.Context(), s.Mediateur, receipt.ID)
	if err != nil || seance.Taken[0].UndoUntil.Sub(s.Now()) != time.Second {
		t.Errorf("time left: %v, %v", seance.Taken[0].UndoUntil, err)
	}
	s.Travel(time.Second)
	if _, err := s.Undo(t.Context(), s.Mediateur, receipt.ID, ""); !errors.Is(err, redemption.ErrDayOver) {
		t.Errorf("the day after: %v", err)
	}
	if _, err := s.Undo(t.Context(), s.Mediateur, uuid.New(), ""); !errors.Is(err, redemption.ErrNotFound) {
		t.Errorf("nothing: %v", err)
	}
}

// cut counts every redemption of the structure in a payment of today.
func (s scene) cut() {
	settlement, line := uuid.New(), uuid.New()
	s.Exec(`INSERT INTO settlements (id, number, cutoff, prepared_at, prepared_by, prepared_by_name, message_id, debtor_name, debtor_iban, total_cents, lines)
		VALUES ($1, 'CP-1', '2026-11-16', now(), $1, 'X', 'M', 'O', 'FR', 1, 1)`, settlement)
	s.Exec(`INSERT INTO settlement_lines (id, settlement_id, structure_id, structure_name, structure_siret, account_holder, iban, end_to_end_id, cheques, gross_cents, amount_cents, period_from, period_to, settlement_number)
		VALUES ($1, $2, $3, 'M', '1', 'M', 'FR', 'E', 1, 1, 1, '2026-11-01', '2026-11-16', 'CP-1')`, line, settlement, s.Mediatheque)
	s.Exec(`UPDATE redemptions SET settlement_line_id = $1 WHERE structure_id = $2`, line, s.Mediatheque)
}

func TestUndoBeforeThePaymentIsCut(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	receipt := s.redeem(t, s.Mediateur, request("a", s.codes[0]))
	s.cut()
	if _, err := s.Undo(t.Context(), s.Mediateur, receipt.ID, ""); !errors.Is(err, redemption.ErrAlreadyPaid) {
		t.Errorf("counted in a payment: %v", err)
	}
	page, err := s.List(t.Context(), s.Mediateur, redemption.Filter{Payment: redemption.PaymentOrdered}, redemption.Cursor{})
	if err != nil || len(page.Takings) != 1 || !page.Takings[0].UndoUntil.IsZero() {
		t.Errorf("list: %+v, %v", page, err)
	}
}

func TestUndoneChequeOfABlockedCarnetStaysBlocked(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	receipt := s.redeem(t, s.Mediateur, request("a", s.codes[0]))
	s.Exec(`UPDATE carnets SET state = 'bloque'`)
	if _, err := s.Undo(t.Context(), s.Mediateur, receipt.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.redeem(t, s.Mediateur, request("b", s.codes[0])).Results[0]; got.Reason != carnet.Blocked {
		t.Errorf("redeemed again: %+v", got)
	}
}
