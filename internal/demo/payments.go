package demo

import (
	"context"
	"errors"
	"time"

	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

// planPayments pays every month but the last complete one, which is left to be
// prepared: finance cuts on the 4th, administration approves, the bank debits
// two days later.
func (w *world) planPayments() {
	y, m, _ := w.today.Date()
	lastFull := time.Date(y, m, 0, 0, 0, 0, 0, time.UTC)
	w.planTerms(time.Date(y, m-11, 2, 8, 0, 0, 0, time.UTC))
	for back := 10; back >= 1; back-- {
		cutoff := time.Date(lastFull.Year(), lastFull.Month()-time.Month(back)+1, 0, 0, 0, 0, 0, time.UTC)
		at := time.Date(cutoff.Year(), cutoff.Month(), cutoff.Day()+4, 8, 0, 0, 0, time.UTC)
		w.story = append(w.story, event{at, func(ctx context.Context) error { return w.pay(ctx, cutoff) }})
	}
}

// planTerms decides from which amount structures are paid; one of them asks to be
// every week, and last week's batch is left to be approved.
func (w *world) planTerms(first time.Time) {
	w.story = append(w.story, event{first, func(ctx context.Context) error {
		rules := settlement.DefaultRules
		rules.MinimumCents, rules.CarryMonths = 2000, 3
		return w.settlements.Decide(ctx, w.actors["finance"], rules)
	}})
	sunday := settlement.LastSunday(w.today)
	w.story = append(w.story, event{sunday.AddDate(0, 0, -9).Add(9 * time.Hour), func(ctx context.Context) error {
		return w.settlements.ChooseRhythm(ctx, w.actors["structure"], settlement.Weekly)
	}})
	w.story = append(w.story, event{sunday.AddDate(0, 0, 1).Add(4 * time.Hour), func(ctx context.Context) error {
		_, err := w.settlements.PrepareWeekly(ctx, w.actors["finance"], sunday)
		if errors.Is(err, settlement.ErrNothingDue) {
			return nil
		}
		return err
	}})
}

func (w *world) pay(ctx context.Context, cutoff time.Time) error {
	id, err := w.settlements.Prepare(ctx, w.actors["finance"], cutoff)
	if errors.Is(err, settlement.ErrNothingDue) {
		return nil
	}
	if err != nil {
		return err
	}
	w.clock.now = w.clock.now.Add(26 * time.Hour)
	if err := w.settlements.Approve(ctx, w.actors["admin"], id); err != nil {
		return err
	}
	w.clock.now = w.clock.now.Add(24 * time.Hour)
	return w.settlements.Execute(ctx, w.actors["finance"], id, postgres.Day(w.clock.now))
}

// settle ends the story: the world is marked and its clock is today's.
func (w *world) settle(ctx context.Context) error { return w.mark(ctx) }
