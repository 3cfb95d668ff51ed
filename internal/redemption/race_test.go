package redemption_test

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"passnum/internal/carnet"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// TestRace presents every code eight times at once: one winner each, and a
// ledger that says so. PASSNUM_FULL=1 runs it at full size.
func TestRace(t *testing.T) {
	t.Parallel()
	carnets, scans := 30, 8
	if os.Getenv("PASSNUM_FULL") == "1" {
		carnets = 300
	}
	s := newScene(t, testworld.OrderOptions{Carnets: carnets, PerCarnet: 10})
	var winners, losers atomic.Int64
	var wait sync.WaitGroup
	for scan := range scans {
		actor := s.Mediateur
		if scan%2 == 1 {
			actor = s.Other
		}
		wait.Go(func() {
			for i, c := range s.codes {
				receipt, err := s.Redeem(t.Context(), actor, request(fmt.Sprintf("scan-%d-%d", scan, i), c))
				switch {
				case err != nil:
					t.Error(err)
				case receipt.Results[0].Status == redemption.Redeemed:
					winners.Add(1)
				case receipt.Results[0].Reason == carnet.AlreadyRedeemed:
					losers.Add(1)
				default:
					t.Errorf("refused for %q", receipt.Results[0].Reason)
				}
			}
		})
	}
	wait.Wait()
	codes := int64(len(s.codes))
	if winners.Load() != codes || losers.Load() != codes*int64(scans-1) {
		t.Errorf("%d winners and %d refusals for %d codes × %d scans", winners.Load(), losers.Load(), codes, scans)
	}
	s.balanced(t)
}

// TestRaceOfOneRequest sends one request many times at once: one answer.
func TestRaceOfOneRequest(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2})
	r := request("one", append([]string{"pas un code"}, s.codes...)...)
	answers := make([]string, 16)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() {
			receipt, err := s.Redeem(t.Context(), s.Mediateur, r)
			if err != nil {
				t.Error(err)
			}
			answers[i] = fmt.Sprintf("%+v", receipt)
		})
	}
	wait.Wait()
	for _, a := range answers {
		if a != answers[0] {
			t.Fatalf("two answers to one request:\n%s\n%s", answers[0], a)
		}
	}
	if n := s.Count(`SELECT count(DISTINCT seance_id) FROM redemptions`); n != 1 {
		t.Errorf("%d séances", n)
	}
	s.balanced(t)
}

// TestBasketsInOppositeOrders would deadlock if chèques were not claimed in the
// order of their keys.
func TestBasketsInOppositeOrders(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 4, PerCarnet: 10})
	var taken atomic.Int64
	var wait sync.WaitGroup
	for i := range 16 {
		codes := append([]string{}, s.codes...)
		for a, b := 0, len(codes)-1; i%2 == 0 && a < b; a, b = a+1, b-1 {
			codes[a], codes[b] = codes[b], codes[a]
		}
		wait.Go(func() {
			receipt, err := s.Redeem(t.Context(), s.Mediateur, request(fmt.Sprint("basket-", i), codes...))
			if err != nil {
				t.Error(err)
			}
			n, _ := receipt.Taken()
			taken.Add(int64(n))
		})
	}
	wait.Wait()
	if taken.Load() != int64(len(s.codes)) {
		t.Errorf("%d chèques taken of %d", taken.Load(), len(s.codes))
	}
	s.balanced(t)
}
