package redemption_test

import (
	"fmt"
	"testing"
	"time"

	"passnum/internal/carnet/code"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestPublicStatus(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2})
	s.redeem(t, s.Mediateur, request("k", s.codes[1]))
	s.Exec(`UPDATE cheques SET state = 'bloque' WHERE rank = 3`)
	s.Exec(`UPDATE cheques SET state = 'inactif' WHERE rank = 4`)
	s.Exec(`UPDATE cheques SET state = 'perime' WHERE rank = 5`)
	cases := []struct {
		name, typed string
		want        redemption.PublicKind
		day         string
	}{
		{"usable", s.codes[0], redemption.PublicUsable, "2026-12-31"},
		{"used", s.codes[1], redemption.PublicUsed, "2026-11-16"},
		{"expired", s.codes[4], redemption.PublicExpired, "2027-01-31"},
		{"blocked", s.codes[2], redemption.PublicOther, ""},
		{"not handed over", s.codes[3], redemption.PublicOther, ""},
		{"unknown", stranger(t), redemption.PublicOther, ""},
		{"malformed", "bonjour", redemption.PublicOther, ""},
		{"specimen", code.Specimen(1).Clear(), redemption.PublicOther, ""},
	}
	others := map[string]bool{}
	for _, c := range cases {
		got, err := s.PublicStatus(t.Context(), "192.0.2.9", c.typed)
		if err != nil || got.Kind != c.want || c.day != "" && got.Day.Format(time.DateOnly) != c.day {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if got.Kind == redemption.PublicOther {
			others[fmt.Sprintf("%+v", got)] = true
		}
	}
	if len(others) != 1 {
		t.Errorf("a visitor can tell the reasons apart: %v", others)
	}
}

func TestPublicStatusInTheMonthOfTolerance(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	s.At(time.Date(2027, 1, 15, 10, 0, 0, 0, time.UTC))
	got, err := s.PublicStatus(t.Context(), "", s.codes[0])
	if err != nil || got.Kind != redemption.PublicUsable || got.Day.Format(time.DateOnly) != "2027-01-31" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestVisitorsAreThrottledByNetwork(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	for i := range 20 {
		if _, err := s.PublicStatus(t.Context(), fmt.Sprintf("2001:db8:1:2::%x", i), stranger(t)); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := s.PublicStatus(t.Context(), "2001:db8:1:2::ffff", s.codes[0]); got.Kind != redemption.PublicThrottled {
		t.Errorf("same network: %+v", got)
	}
	if got, _ := s.PublicStatus(t.Context(), "2001:db8:1:3::1", s.codes[0]); got.Kind != redemption.PublicUsable {
		t.Errorf("another network: %+v", got)
	}
	if n, _ := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Taken(); n != 1 {
		t.Error("visitors stopped a mediator")
	}
}
