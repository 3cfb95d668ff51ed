package ending_test

import (
	"testing"

	"passnum/internal/ending"
	"passnum/internal/testworld"
)

// A chèque taken the morning of a prolongation and given back that afternoon is
// as good as the others of its carnet.
func TestProlongedThenUndone(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	s.on("2026-11-02", 9, 0)
	codes := s.codes(o, 1)
	r := s.redeem(t, codes[0])
	if err := s.Prolong(t.Context(), s.Operator, o.ID, ending.Prolongation{Until: date("2027-03-31"), Agreement: "courriel"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.redemptions.Undo(t.Context(), s.Mediateur, r.Results[0].ID, "erreur"); err != nil {
		t.Fatal(err)
	}
	s.on("2027-03-20", 9, 0)
	s.run(t)
	if again := s.redeem(t, codes...); again.Results[0].Status != "redeemed" {
		t.Errorf("%+v", again.Results[0])
	}
}
