package settlement

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"passnum/internal/money"
)

func portions(t *rapid.T) []portion {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) portion {
		return portion{
			CommanditaireID: uuid.New(), OrderID: uuid.New(), Rate: money.BasisPoints(rapid.IntRange(0, 3000).Draw(t, "rate")),
			Gross: money.Cents(rapid.Int64Range(0, 50_000_000).Draw(t, "gross")), Adjust: money.Cents(rapid.Int64Range(-5_000_000, 5_000_000).Draw(t, "adjust")),
		}
	}), 0, 30).Draw(t, "portions")
}

// Whatever is owed, a line's parts add up to the cent: each order's net is what
// it owed less its fee and its part of the VAT, and the VAT is that of the line.
func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		owing := portions(t)
		var gross, adjust, fee money.Cents
		for _, p := range owing {
			gross, adjust, fee = gross+p.Gross, adjust+p.Adjust, fee+p.Rate.Of(p.Gross)
		}
		shares := charge(owing)
		g, a, f, v, n := sums(shares)
		if g != gross || a != adjust || f != fee || v != money.VATStandard.Of(fee) || n != g+a-f-v {
			t.Fatalf("gross %d, adjust %d, fee %d, vat %d, net %d", g, a, f, v, n)
		}
		for _, s := range shares {
			exact := s.FeeCents * money.Cents(money.VATStandard) / 10000
			if s.NetCents != s.GrossCents+s.AdjustCents-s.FeeCents-s.VATCents || s.VATCents < exact-1 || s.VATCents > exact+1 || s.FeeCents == 0 && s.VATCents != 0 {
				t.Fatalf("share %+v", s)
			}
		}
	})
}

func TestSpreadIsExactAndFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) money.Cents { return money.Cents(rapid.Int64Range(0, 1_000_000).Draw(t, "weight")) }), 1, 40).Draw(t, "weights")
		total := money.Cents(rapid.Int64Range(0, 10_000_000).Draw(t, "total"))
		var sum, weight money.Cents
		for _, w := range weights {
			weight += w
		}
		for i, part := range spread(total, weights) {
			sum += part
			if weight > 0 && (part < total*weights[i]/weight || part > total*weights[i]/weight+1) {
				t.Fatalf("part %d of %d is %d", weights[i], weight, part)
			}
		}
		if weight > 0 && sum != total {
			t.Fatalf("%d shared of %d", sum, total)
		}
	})
}

// The operator's historical example, at 4 % and 20 % of VAT on 10,000 € used:
// 400 € of fee, 80 € of VAT, 9,520 € for the structure.
func TestTheHistoricalRate(t *testing.T) {
	t.Parallel()
	_, _, fee, vat, net := sums(charge([]portion{{OrderID: uuid.New(), Rate: 400, Gross: 1_000_000}}))
	if fee != 40_000 || vat != 8_000 || net != 952_000 {
		t.Errorf("fee %s, VAT %s, net %s", fee, vat, net)
	}
}

func TestSplitAtTheBanksLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amounts   []money.Cents
		transfers int
		most      money.Cents
		want      []int
	}{
		"no limit reached":         {[]money.Cents{1, 2, 3}, 3, 0, []int{1, 1, 1}},
		"one too many":             {[]money.Cents{1, 2, 3, 4}, 3, 0, []int{1, 1, 1, 2}},
		"exactly the amount":       {[]money.Cents{60, 40, 1}, 9, 100, []int{1, 1, 2}},
		"a cent over":              {[]money.Cents{60, 41}, 9, 100, []int{1, 2}},
		"one transfer at the most": {[]money.Cents{100, 100}, 9, 100, []int{1, 2}},
		"one each":                 {[]money.Cents{1, 1, 1}, 1, 0, []int{1, 2, 3}},
		"nothing":                  {nil, 1, 0, nil},
	} {
		parts, files := split(c.amounts, c.transfers, c.most)
		last := 0
		for i, part := range parts {
			if part != c.want[i] {
				t.Errorf("%s: %v, want %v", name, parts, c.want)
				break
			}
			last = part
		}
		if files != last {
			t.Errorf("%s: %d files, want %d", name, files, last)
		}
	}
}

func TestSplitRespectsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := money.Cents(rapid.Int64Range(1000, 5000).Draw(t, "most"))
		transfers := rapid.IntRange(1, 7).Draw(t, "transfers")
		amounts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) money.Cents { return money.Cents(rapid.Int64Range(1, 1000).Draw(t, "amount")) })).Draw(t, "amounts")
		parts, files := split(amounts, transfers, most)
		count, total := map[int]int{}, map[int]money.Cents{}
		for i, part := range parts {
			if i > 0 && part != parts[i-1] && part != parts[i-1]+1 {
				t.Fatalf("parts are not in order: %v", parts)
			}
			count[part]++
			total[part] += amounts[i]
		}
		for part := 1; part <= files; part++ {
			if count[part] == 0 || count[part] > transfers || total[part] > most {
				t.Fatalf("file %d holds %d transfers, %d cents", part, count[part], total[part])
			}
		}
	})
}
