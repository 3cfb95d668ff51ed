package settlement

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
)

var cutoff = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)

// sound is a structure that nothing keeps from being paid.
func sound(gross, adjust money.Cents, from time.Time) owed {
	return owed{
		facts:    facts{Name: "A", AccountHolder: "A", IBAN: "FR1420041010050500013M02606", BIC: "PSSTFRPP", Street: "12 bis rue Haute", PostalCode: "23000", Town: "Guéret"},
		cheques:  int(gross / 1000),
		from:     &from,
		to:       &cutoff,
		portions: []portion{{OrderID: uuid.New(), Gross: gross, Adjust: adjust}},
	}
}

func TestTheMinimumCarriesThenPays(t *testing.T) {
	t.Parallel()
	rules := DefaultRules
	rules.MinimumCents, rules.CarryMonths = 3000, 3
	recent, old := cutoff.AddDate(0, 0, -20), cutoff.AddDate(0, -3, 0)
	for name, c := range map[string]struct {
		owed owed
		want Reason
	}{
		"a cent below":         {sound(2999, 0, recent), BelowMinimum},
		"the minimum":          {sound(3000, 0, recent), ""},
		"below, by incidents":  {sound(4000, -1500, recent), BelowMinimum},
		"below, a day to wait": {sound(1000, 0, old.AddDate(0, 0, 1)), BelowMinimum},
		"below, three months":  {sound(1000, 0, old), ""},
		"below, but it leaves": {func() owed { o := sound(1000, 0, recent); o.facts.Gone = true; return o }(), ""},
		"below, with a transfer to pay again": {func() owed {
			o := sound(1000, 0, recent)
			on := cutoff
			o.returned = []Line{{ID: uuid.New(), AmountCents: 500, ReturnedOn: &on}}
			return o
		}(), ""},
		"nothing left":      {sound(1000, -1000, old), Negative},
		"it owes":           {sound(1000, -1001, old), Negative},
		"only a correction": {sound(0, 4000, recent), ""},
	} {
		if got := c.owed.due(rules, cutoff); got.Reason != c.want || (got.Hold == "") != (c.want == "") {
			t.Errorf("%s: %q (%s), want %q", name, got.Reason, got.Hold, c.want)
		}
	}
}

func TestWhyAStructureIsHeld(t *testing.T) {
	t.Parallel()
	on, confirmed := cutoff, cutoff.AddDate(0, 0, 1)
	came := Line{ID: uuid.New(), IBAN: "FR1420041010050500013M02606", AccountHolder: "A", AmountCents: 500, ReturnedOn: &on, ReturnCode: "AC04"}
	for want, spoil := range map[Reason]func(*owed){
		NoAccount:     func(o *owed) { o.facts.IBAN = "" },
		BadAccount:    func(o *owed) { o.facts.IBAN = "FR7612345678901234567890123" },
		Suspended:     func(o *owed) { o.facts.Suspended = true },
		AccountWaits:  func(o *owed) { o.facts.Changing = true },
		DoubtfulPayee: func(o *owed) { o.facts.Refused = true },
		CameBack:      func(o *owed) { o.returned, o.doubtful = []Line{came}, []Line{came} },
		TooLarge:      func(o *owed) { o.portions[0].Gross = 20_001 },
		NoAddress:     func(o *owed) { o.portions[0].Rate, o.facts.PostalCode = 400, "" },
	} {
		rules := DefaultRules
		rules.MostCents = 20_000
		o := sound(5000, 0, cutoff)
		spoil(&o)
		if d := o.due(rules, cutoff); d.Reason != want || d.Hold == "" {
			t.Errorf("%q, want %q", d.Reason, want)
		}
	}
	// One name that no bank can read would keep the whole batch from its file.
	o := sound(5000, 0, cutoff)
	o.facts.AccountHolder = "Управление"
	if d := o.due(DefaultRules, cutoff); d.Reason != BadAccount {
		t.Errorf("a name no bank can read: %q", d.Reason)
	}
	for name, mend := range map[string]func(*owed, *Line){
		"another account":         func(o *owed, _ *Line) { o.facts.IBAN = "FR7630001007941234567890185" },
		"another holder":          func(o *owed, _ *Line) { o.facts.AccountHolder = "B" },
		"confirmed since":         func(o *owed, _ *Line) { o.facts.ConfirmedOn = &confirmed },
		"not the account's fault": func(_ *owed, l *Line) { l.ReturnCode = "AM04" },
	} {
		o, l := sound(5000, 0, cutoff), came
		mend(&o, &l)
		o.returned, o.doubtful = []Line{l}, []Line{l}
		if d := o.due(DefaultRules, cutoff); d.Hold != "" || d.TotalCents() != 5500 || d.RepayCents() != 500 {
			t.Errorf("%s: held because %q, %d", name, d.Reason, d.TotalCents())
		}
	}
}

func TestTheBanksProfile(t *testing.T) {
	t.Parallel()
	rules := DefaultRules
	rules.WithAddresses, rules.WithBIC = true, false
	d := sound(1000, 0, cutoff).due(rules, cutoff)
	if d.BIC != "" || d.Address.Building != "12 bis" || d.Address.Street != "rue Haute" || d.Address.Town != "Gueret" {
		t.Errorf("%+v, BIC %q", d.Address, d.BIC)
	}
	if d = sound(1000, 0, cutoff).due(DefaultRules, cutoff); d.BIC == "" || d.Address.Town != "" {
		t.Errorf("%+v, BIC %q", d.Address, d.BIC)
	}
}

func TestCutoffs(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	twentyFifth := DefaultRules
	twentyFifth.CutoffRule, twentyFifth.CutoffDay = DayOfMonth, 25
	for _, c := range []struct {
		rules             Rules
		today, last, next string
	}{
		{DefaultRules, "2026-11-16", "2026-10-31", "2026-11-30"},
		{DefaultRules, "2026-11-30", "2026-10-31", "2026-11-30"},
		{DefaultRules, "2028-03-01", "2028-02-29", "2028-03-31"},
		{DefaultRules, "2027-01-31", "2026-12-31", "2027-01-31"},
		{twentyFifth, "2026-11-25", "2026-10-25", "2026-11-25"},
		{twentyFifth, "2026-11-26", "2026-11-25", "2026-12-25"},
		{twentyFifth, "2027-01-01", "2026-12-25", "2027-01-25"},
	} {
		if last, next := c.rules.LastCutoff(day(c.today)), c.rules.NextCutoff(day(c.today)); !last.Equal(day(c.last)) || !next.Equal(day(c.next)) {
			t.Errorf("on %s: %s and %s, want %s and %s", c.today, last.Format(time.DateOnly), next.Format(time.DateOnly), c.last, c.next)
		}
	}
	for today, want := range map[string][2]string{
		"2026-11-14": {"2026-11-08", "2026-11-15"}, "2026-11-15": {"2026-11-08", "2026-11-15"}, "2026-11-16": {"2026-11-15", "2026-11-22"},
	} {
		if last, next := LastSunday(day(today)), NextSunday(day(today)); !last.Equal(day(want[0])) || !next.Equal(day(want[1])) {
			t.Errorf("weeks of %s: %s and %s", today, last.Format(time.DateOnly), next.Format(time.DateOnly))
		}
	}
}
