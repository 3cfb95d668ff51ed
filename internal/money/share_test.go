package money_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"passnum/internal/money"
)

func total(parts []money.Cents) (sum money.Cents) {
	for _, part := range parts {
		sum += part
	}
	return sum
}

func TestApportionLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 12).Draw(t, "weights")
		amount := money.Cents(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "amount"))
		parts := money.Apportion(amount, weights)
		var whole int64
		for _, w := range weights {
			whole += w
		}
		if whole == 0 {
			return
		}
		if total(parts) != amount {
			t.Fatalf("%v of %d make %d", parts, amount, total(parts))
		}
		for i, part := range parts {
			if quota := float64(amount) * float64(weights[i]) / float64(whole); float64(part) < quota-1.01 || float64(part) > quota+1.01 {
				t.Fatalf("part %d is %d, its quota %.2f", i, part, quota)
			}
		}
	})
}

func TestApportionServesTheLargestRemainders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount  money.Cents
		weights []int64
		want    []money.Cents
	}{
		"30, 40 and the rest of an odd sum": {10_001, []int64{3000, 4000, 3000}, []money.Cents{3000, 4001, 3000}},
		"three equal parts of a euro":       {100, []int64{1, 1, 1}, []money.Cents{34, 33, 33}},
		"one cent":                          {1, []int64{1, 2}, []money.Cents{0, 1}},
		"nothing":                           {0, []int64{1, 2}, []money.Cents{0, 0}},
		"nobody":                            {5, nil, []money.Cents{}},
	} {
		if got := money.Apportion(c.amount, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The largest remainder takes a cent back from the third when one more is
// shared; the cascade must not.
func TestTheLargestRemainderAloneIsNotMonotone(t *testing.T) {
	t.Parallel()
	weights := []int64{6, 6, 2}
	if ten, eleven := money.Apportion(10, weights), money.Apportion(11, weights); ten[2] != 2 || eleven[2] != 1 {
		t.Errorf("no paradox: %v then %v", ten, eleven)
	}
}

func TestCascadeAddsUpAndNeverGoesDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 30), rapid.Int64Range(0, 1_000_000_000)), 1, 11).Draw(t, "shares")
		shares := make([]money.Cents, len(typed))
		for i, share := range typed {
			shares[i] = money.Cents(share)
		}
		whole := total(shares)
		low := money.Cents(rapid.Int64Range(0, int64(whole)).Draw(t, "low"))
		high := min(whole, low+money.Cents(rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, int64(whole-low))).Draw(t, "more")))
		before, after := money.Cascade(shares, low), money.Cascade(shares, high)
		if total(before) != low || total(after) != high {
			t.Fatalf("%v and %v do not add up to %d and %d", before, after, low, high)
		}
		for i := range shares {
			if after[i] < before[i] || after[i] > shares[i] {
				t.Fatalf("part %d goes from %d to %d of %d", i, before[i], after[i], shares[i])
			}
			if quota := float64(high) * float64(shares[i]) / float64(max(1, whole)); float64(after[i]) < quota-2 || float64(after[i]) > quota+2 {
				t.Fatalf("part %d is %d, its quota %.2f", i, after[i], quota)
			}
		}
		if !slices.Equal(money.Cascade(shares, whole), shares) || total(money.Cascade(shares, 0)) != 0 {
			t.Fatal("the ends are not exact")
		}
	})
}
