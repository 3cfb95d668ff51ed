package allocation

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// Split gives each of the weights a fixed number, then shares the rest in
// proportion to them, by the largest remainder: the sum is exactly total. When
// no weight is positive, the rest is shared evenly. Equal remainders go to the
// larger weight, then to the first.
func Split(total, fixed int, weights []int64) ([]int, error) {
	n := len(weights)
	if n == 0 {
		return nil, ErrNobody
	}
	if fixed < 0 || total < fixed*n {
		return nil, errTooFew(total, fixed, n)
	}
	shares := proportional(total-fixed*n, weights)
	for i := range shares {
		shares[i] += fixed
	}
	return shares, nil
}

func errTooFew(total, fixed, n int) error {
	return fault.Field("fixe", fmt.Sprintf("%s par commune pour %s communes font %s, et il n’y en a que %s à répartir. Baissez la part fixe.",
		money.Count(int64(fixed)), money.Count(int64(n)), money.Count(int64(fixed*n)), money.Count(int64(total))))
}

// proportional computes in 128 bits, so that no population or number of carnets
// overflows.
func proportional(total int, weights []int64) []int {
	positive := make([]uint64, len(weights))
	sum := uint64(0)
	for i, w := range weights {
		positive[i] = uint64(max(w, 0))
		sum += positive[i]
	}
	if sum == 0 {
		for i := range positive {
			positive[i] = 1
		}
		sum = uint64(len(positive))
	}
	shares, remainders, left := make([]int, len(weights)), make([]uint64, len(weights)), total
	for i, w := range positive {
		high, low := bits.Mul64(uint64(total), w)
		quotient, remainder := bits.Div64(high, low, sum)
		shares[i], remainders[i] = int(quotient), remainder
		left -= shares[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(remainders[b], remainders[a]), cmp.Compare(positive[b], positive[a]))
	})
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}
