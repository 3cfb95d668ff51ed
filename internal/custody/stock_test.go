package custody_test

import (
	"errors"
	"strings"
	"testing"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/internal/testworld"
)

func TestLowStockIsSaidOnce(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	warn := func(want int) {
		t.Helper()
		if err := h.WarnLow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(h.mails) != want {
			t.Fatalf("%d mails, want %d: %+v", len(h.mails), want, h.mails)
		}
	}
	warn(0)
	o.HandedOver(18)
	warn(1)
	warn(1)
	if !strings.Contains(h.mails[0].Subject, "Stock bas") || !strings.Contains(h.mails[0].Text, "18") {
		t.Errorf("%+v", h.mails[0])
	}
	set := func(carnets *int) {
		t.Helper()
		err := h.SetThreshold(t.Context(), h.Agent, custody.Threshold{CommanditaireID: h.Departement, OrderID: o.ID, PointID: h.Point, Carnets: carnets})
		if err != nil {
			t.Fatal(err)
		}
	}
	one, five := 1, 5
	set(&one)
	warn(1)
	set(&five)
	warn(2)
	if err := h.SetThreshold(t.Context(), h.Librarian, custody.Threshold{CommanditaireID: h.Departement, OrderID: o.ID, PointID: h.Point}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a stranger sets a threshold: %v", err)
	}
	needs, err := h.Needs(t.Context(), h.Agent)
	if err != nil || len(needs) != 1 || !needs[0].Low || needs[0].LastWeeks != 18 || needs[0].Proposed() != 40 {
		t.Errorf("%+v, %v", needs, err)
	}
	asking := custody.Asking{Key: "k", CommanditaireID: h.Departement, PointID: h.Point, Count: 40}
	first, err := h.Ask(t.Context(), h.Agent, asking)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.Ask(t.Context(), h.Agent, asking); err != nil || again.ID != first.ID {
		t.Errorf("the same key asks again: %v", err)
	}
	if err := h.Refuse(t.Context(), h.Commanditaire, first.ID, "Plus de carnets."); err != nil {
		t.Fatal(err)
	}
	if err := h.Withdraw(t.Context(), h.Agent, first.ID); !errors.Is(err, custody.ErrAnswered) {
		t.Errorf("withdrawn after its answer: %v", err)
	}
	h.tell()
	if len(h.mails) != 4 || !strings.Contains(h.mails[3].Text, "Plus de carnets.") {
		t.Errorf("mails: %+v", h.mails[2:])
	}
}
