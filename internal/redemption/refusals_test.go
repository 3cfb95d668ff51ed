package redemption_test

import (
	"fmt"
	"testing"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// TestEveryRefusal plays each refusal of the contract through a check, a
// redemption and the retry of that redemption.
func TestEveryRefusal(t *testing.T) {
	t.Parallel()
	cases := []struct {
		want    carnet.Reason
		options testworld.OrderOptions
		arrange func(t *testing.T, s *scene)
	}{
		{carnet.Usable, testworld.OrderOptions{}, func(*testing.T, *scene) {}},
		{carnet.Unknown, testworld.OrderOptions{}, func(t *testing.T, s *scene) { s.codes[0] = stranger(t) }},
		{carnet.Malformed, testworld.OrderOptions{}, func(_ *testing.T, s *scene) { s.codes[0] = s.codes[0][:15] }},
		{carnet.Malformed, testworld.OrderOptions{}, func(_ *testing.T, s *scene) { s.codes[0] = code.Specimen(1).Clear() }},
		{carnet.NotActivated, testworld.OrderOptions{State: "livree"}, func(*testing.T, *scene) {}},
		{carnet.NotHandedOver, testworld.OrderOptions{Carnets: 2}, func(_ *testing.T, s *scene) {
			s.Exec(`UPDATE cheques SET state = 'inactif'`)
			s.Exec(`UPDATE carnets SET state = 'stock'`)
		}},
		{carnet.AlreadyRedeemed, testworld.OrderOptions{}, func(t *testing.T, s *scene) {
			s.redeem(t, s.Other, request("before", s.codes[0]))
		}},
		{carnet.Expired, testworld.OrderOptions{}, func(_ *testing.T, s *scene) {
			s.At(time.Date(2027, 1, 31, 23, 30, 0, 0, time.UTC)) // 1 February in Paris
		}},
		{carnet.Blocked, testworld.OrderOptions{}, func(_ *testing.T, s *scene) { s.Exec(`UPDATE cheques SET state = 'bloque'`) }},
		{carnet.OutOfTerritory, testworld.OrderOptions{PerimeterCodes: []string{"D-31"}}, func(*testing.T, *scene) {}},
		{carnet.ServiceNotCovered, testworld.OrderOptions{Entries: []int16{3, 4}}, func(*testing.T, *scene) {}},
		{carnet.StructureNotAccepted, testworld.OrderOptions{OnlyAgreed: true}, func(*testing.T, *scene) {}},
		{carnet.StructureNotAccepted, testworld.OrderOptions{}, func(_ *testing.T, s *scene) {
			s.Exec(`UPDATE structures SET state = 'suspendue'`)
		}},
		{carnet.TooManyAttempts, testworld.OrderOptions{}, func(t *testing.T, s *scene) { s.guess(t, 10) }},
	}
	for i, c := range cases {
		t.Run(fmt.Sprintf("%d %s", i, c.want), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, c.options)
			c.arrange(t, &s)
			checked, err := s.Check(t.Context(), s.Mediateur, s.codes[:1], nil, []int{3, 48})
			if err != nil {
				t.Fatal(err)
			}
			first := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Results[0]
			again := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Results[0]
			for name, got := range map[string]redemption.Result{"check": checked[0], "redeem": first, "retry": again} {
				if got.Reason != c.want || c.want != carnet.Usable && got.Message == "" {
					t.Errorf("%s: %q (%s), want %q", name, got.Reason, got.Message, c.want)
				}
			}
			s.balanced(t)
		})
	}
}

func (s *scene) guess(t *testing.T, times int) {
	t.Helper()
	for range times {
		if _, err := s.Check(t.Context(), s.Mediateur, []string{stranger(t)}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThrottleOpensAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	before := s.redeem(t, s.Mediateur, request("before", s.codes[0]))
	s.guess(t, 10)
	if r := s.redeem(t, s.Mediateur, request("k", s.codes[1])); !r.Throttled || r.Results[0].Reason != carnet.TooManyAttempts {
		t.Fatalf("not throttled: %+v", r)
	}
	if again := s.redeem(t, s.Mediateur, request("before", s.codes[0])); again.ID != before.ID || again.Results[0].Status != redemption.Redeemed {
		t.Errorf("a retry was throttled: %+v", again)
	}
	if n, _ := s.redeem(t, s.Other, request("k", s.codes[2])).Taken(); n != 1 {
		t.Error("somebody else was throttled")
	}
	s.Travel(10 * time.Minute)
	if n, _ := s.redeem(t, s.Mediateur, request("k", s.codes[1])).Taken(); n != 1 {
		t.Error("still throttled ten minutes later")
	}
}

func TestThrottleOfAStructuresDay(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	for range 5 {
		s.guess(t, 10)
		s.Travel(10 * time.Minute)
	}
	if r := s.redeem(t, s.Mediateur, request("k", s.codes[0])); !r.Throttled {
		t.Error("fifty guesses in a day did not stop the structure")
	}
	s.At(time.Date(2026, 11, 16, 23, 1, 0, 0, time.UTC)) // past midnight in Paris
	if n, _ := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Taken(); n != 1 {
		t.Error("still stopped the day after")
	}
}

// TestClaimAndVerdictAgree walks the states a chèque, its carnet, its order and
// its dates can be in: SQL claims exactly what the pure rules call usable.
func TestClaimAndVerdictAgree(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	n, claimed := 0, 0
	s.everyState(func(name string) {
		n++
		checked, err := s.Check(t.Context(), s.Mediateur, s.codes, nil, []int{3})
		if err != nil {
			t.Fatal(err)
		}
		r := request(fmt.Sprint("state-", n), s.codes...)
		r.Entries = []int{3}
		got := s.redeem(t, s.Mediateur, r).Results[0]
		if (got.Status == redemption.Redeemed) != (checked[0].Status == redemption.Valid) || got.Reason != checked[0].Reason {
			t.Errorf("%s: claim says %s %q, rules say %s %q", name, got.Status, got.Reason, checked[0].Status, checked[0].Reason)
		}
		if got.Status == redemption.Redeemed {
			claimed++
			if _, err := s.Undo(t.Context(), s.Mediateur, got.ID, ""); err != nil {
				t.Fatal(err)
			}
		}
	})
	if claimed == 0 || claimed == n {
		t.Errorf("%d claimed of %d states: the table proves nothing", claimed, n)
	}
}

func (s scene) everyState(visit func(name string)) {
	for _, cheque := range []string{"inactif", "actif", "utilise", "bloque", "perime", "credite"} {
		for _, booklet := range []string{"emis", "stock", "remis", "bloque", "retourne", "perime"} {
			for _, order := range []string{"livree", "fonds_attestes", "active", "annulee"} {
				for _, until := range []string{"2026-11-15", "2026-11-16", "2027-01-31"} {
					s.Exec(`UPDATE orders SET state = $1`, order)
					s.Exec(`UPDATE carnets SET state = $1, accepted_until = $2`, booklet, until)
					s.Exec(`UPDATE cheques SET state = $1, accepted_until = $2`, cheque, until)
					visit(fmt.Sprintf("chèque %s, carnet %s, order %s, until %s", cheque, booklet, order, until))
				}
			}
		}
	}
}
