package settlement_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// A transfer may take money back on one order and pay more on another. When it
// comes back, the first order's part leaves the bank again: the books still know
// what was paid.
func TestATransferWithANegativePartComesBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 20)
	var first uuid.UUID
	if err := s.Owner.QueryRow(t.Context(), `SELECT id FROM orders`).Scan(&first); err != nil {
		t.Fatal(err)
	}
	s.november()
	paid := s.prepare(t, october)
	s.approve(t, paid)
	s.execute(t, paid)
	s.more(testworld.OrderOptions{Carnets: 2})
	s.accept(t, s.Mediateur, 4)
	s.correct(t, first, s.Mediatheque, -500)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	november := s.prepare(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	s.approve(t, november)
	s.execute(t, november)
	l := s.dossier(t, november).Page[0]
	s.wantMoney(t, 0, 0, euros(200+35))
	if err := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: euros(35), Code: "AC04", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	s.wantMoney(t, euros(35), 0, euros(200))
	s.sound(t)
}
