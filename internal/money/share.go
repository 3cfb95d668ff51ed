package money

import (
	"math/bits"
	"slices"
)

// Apportion shares a total between weights by largest remainder: every part is
// its exact quota rounded down or up, and the parts always add up to the total.
// At equal remainders the first one is served. A total or weights of nothing
// give nothing; negative ones are refused by a panic.
func Apportion(total Cents, weights []int64) []Cents {
	parts := make([]Cents, len(weights))
	whole := sumOf(weights)
	if total < 0 {
		panic("money: a negative total is not shared")
	}
	if whole == 0 || total == 0 {
		return parts
	}
	type remainder struct {
		index int
		left  uint64
	}
	remainders := make([]remainder, len(weights))
	rest := total
	for i, weight := range weights {
		quota, left := mulDiv(uint64(total), uint64(weight), uint64(whole))
		parts[i], remainders[i] = Cents(quota), remainder{i, left}
		rest -= parts[i]
	}
	slices.SortStableFunc(remainders, func(a, b remainder) int {
		switch {
		case a.left > b.left:
			return -1
		case a.left < b.left:
			return 1
		}
		return 0
	})
	for i := range int(rest) {
		parts[remainders[i].index]++
	}
	return parts
}

// Cascade shares the first cents of what the shares add up to: Cascade(shares,
// t) is whose the first t cents are. The parts add up to t; at t = 0 they are
// nothing, at the whole they are the shares exactly; and none ever goes down
// when t goes up, which the largest remainder alone does not promise between
// three or more (one cent more to share can take one from the smallest: the
// Alabama paradox).
//
// Each share in turn, the largest first, is set against all that follow: between
// two, rounding to the nearest never goes down on either side. What is left goes
// to the following ones in the same way. A part is less than two cents from its
// exact quota, up to eleven shares.
func Cascade(shares []Cents, t Cents) []Cents {
	whole := Cents(0)
	order := make([]int, len(shares))
	for i, share := range shares {
		if share < 0 {
			panic("money: a negative share")
		}
		whole += share
		order[i] = i
	}
	if t < 0 || t > whole {
		panic("money: more is shared than there is")
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(max(-1, min(1, shares[b]-shares[a]))) })
	parts := make([]Cents, len(shares))
	for _, i := range order {
		if whole == 0 {
			break
		}
		quota, left := mulDiv(uint64(t), uint64(shares[i]), uint64(whole))
		if left >= uint64(whole)-left {
			quota++
		}
		parts[i] = Cents(quota)
		t, whole = t-parts[i], whole-shares[i]
	}
	return parts
}

func sumOf(weights []int64) int64 {
	var whole int64
	for _, weight := range weights {
		if weight < 0 {
			panic("money: a negative weight")
		}
		whole += weight
	}
	return whole
}

// mulDiv is a × b ÷ c with its remainder, through 128 bits; a ≤ c or b ≤ c.
func mulDiv(a, b, c uint64) (quotient, remainder uint64) {
	high, low := bits.Mul64(a, b)
	return bits.Div64(high, low, c)
}
