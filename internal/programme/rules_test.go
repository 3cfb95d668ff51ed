package programme_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/programme"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func call() programme.Programme {
	return programme.Programme{ID: uuid.New(), Terms: programme.Terms{
		FunderID: uuid.New(), Name: "Appel à projets 2026", Envelope: 10_000_000, Rate: 3500, OrderCap: 3_000_000, CommanditaireCap: 5_000_000, LeastFace: 2_000_000,
		OpensOn: day(2026, time.January, 1), ClosesOn: day(2026, time.December, 31), Kinds: []string{"departement", "epci"},
	}}
}

func TestEachRuleIsTold(t *testing.T) {
	t.Parallel()
	today := day(2026, time.November, 16)
	usual := programme.Candidate{State: order.Draft, Kind: "departement", Face: 4_000_000, Own: 4_000_000}
	closed := today
	cases := map[string]struct {
		change func(*programme.Programme, *programme.Candidate, *time.Time)
		share  money.Cents
		told   string
	}{
		"35 % of the face": {nil, 1_400_000, ""},
		"within the order's cap": {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) {
			c.Face, c.Own = 20_000_000, 20_000_000
		}, 3_000_000, ""},
		"what is left of the cap": {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Promised = 4_999_999 }, 1, ""},
		"what is left of it all":  {func(p *programme.Programme, _ *programme.Candidate, _ *time.Time) { p.Committed = p.Envelope - 7 }, 7, ""},
		"what others leave":       {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Own = 12_345 }, 12_345, ""},
		"open to all":             {func(p *programme.Programme, c *programme.Candidate, _ *time.Time) { p.Kinds, c.Kind = nil, "commune" }, 1_400_000, ""},
		"the last day":            {func(_ *programme.Programme, _ *programme.Candidate, d *time.Time) { *d = day(2026, time.December, 31) }, 1_400_000, ""},
		"a commune alone":         {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Kind = "commune" }, 0, "réservé à ces organisations"},
		"too small":               {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Face = 1_999_999 }, 0, "au moins"},
		"too early":               {func(_ *programme.Programme, _ *programme.Candidate, d *time.Time) { *d = day(2025, time.December, 31) }, 0, "ouvre le 1er janvier 2026"},
		"too late":                {func(_ *programme.Programme, _ *programme.Candidate, d *time.Time) { *d = day(2027, time.January, 1) }, 0, "depuis le"},
		"closed":                  {func(p *programme.Programme, _ *programme.Candidate, _ *time.Time) { p.ClosedAt = &closed }, 0, "clos"},
		"signed already":          {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.State = order.Signed }, 0, "avant la signature"},
		"the cap is reached":      {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Promised = 5_000_000 }, 0, "tout ce qu’il accorde"},
		"nothing left":            {func(p *programme.Programme, _ *programme.Candidate, _ *time.Time) { p.Committed = p.Envelope }, 0, "entièrement engagée"},
		"others pay everything":   {func(_ *programme.Programme, c *programme.Candidate, _ *time.Time) { c.Own = 0 }, 0, "paient déjà"},
	}
	for name, c := range cases {
		p, candidate, at := call(), usual, today
		if c.change != nil {
			c.change(&p, &candidate, &at)
		}
		share, err := p.Share(candidate, at)
		told := ""
		if f, refused := fault.As(err); refused {
			told = f.Sentence
		}
		if share != c.share || (c.told == "") != (told == "") || !strings.Contains(strings.ReplaceAll(told, "\u00a0", " "), c.told) {
			t.Errorf("%s: %s, %q", name, share, told)
		}
	}
}

// Whatever asks, a share is never more than any bound.
func TestAShareRespectsEveryBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := func(label string) money.Cents {
			return money.Cents(rapid.Int64Range(0, 20_000_000).Draw(t, label))
		}
		p := call()
		p.Envelope = 1 + cents("envelope")
		p.Committed = min(p.Envelope, cents("committed"))
		p.Rate = money.BasisPoints(rapid.IntRange(1, 10_000).Draw(t, "rate"))
		p.OrderCap, p.CommanditaireCap, p.LeastFace = cents("cap"), cents("total cap"), 0
		c := programme.Candidate{State: order.Draft, Kind: "epci", Face: 100 + cents("face"), Promised: cents("promised")}
		c.Own = min(c.Face, cents("own"))
		share, err := p.Share(c, p.OpensOn)
		if err != nil {
			return
		}
		if share < 0 || share > p.Left() || share > c.Own || share > p.Rate.Of(c.Face) ||
			p.OrderCap > 0 && share > p.OrderCap || p.CommanditaireCap > 0 && share > p.CommanditaireCap-c.Promised {
			t.Fatalf("%s from %+v for %+v", share, p, c)
		}
	})
}
