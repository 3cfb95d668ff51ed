package demo

import (
	"context"
	"fmt"
	"sort"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/distribution"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
)

// event is something that happens at a moment of the story.
type event struct {
	at time.Time
	do func(ctx context.Context) error
}

// booklet is a carnet as the story follows it.
type booklet struct {
	serial string
	codes  []code.Code
	used   int
}

// publics are the coarse categories counters note, with their weight.
var publics = []string{"retraite", "retraite", "retraite", "minima", "minima", "emploi", "jeune", "autre", "inconnu", ""}

// plan spreads the hand-overs of an order over the days since it became active,
// and the services each carnet pays for after it was given.
func (w *world) plan(p *purchase) {
	active := w.clock.now
	days := int(w.at(0, 0, 0).Sub(active).Hours() / 24)
	for n := range p.handedOver {
		day := int(float64(days) * float64(n) / float64(p.handedOver))
		at := w.officeHour(active.AddDate(0, 0, day+1))
		b := &booklet{}
		w.story = append(w.story, event{at, func(ctx context.Context) error { return w.give(ctx, p, n, b) }})
		w.planUse(p, b, at)
	}
}

// planUse has two carnets in three used, a chèque or two at a time.
func (w *world) planUse(p *purchase, b *booklet, given time.Time) {
	if w.rand.IntN(100) >= 64 {
		return
	}
	at := given
	for used := 0; used < p.perCarnet; {
		at = w.officeHour(at.AddDate(0, 0, 3+w.rand.IntN(32)))
		cheques := min(1+w.rand.IntN(2), p.perCarnet-used)
		place, first := p.places[w.rand.IntN(len(p.places))], used == 0 && w.rand.IntN(10) < 7
		w.story = append(w.story, event{at, func(ctx context.Context) error { return w.serve(ctx, p, b, place, cheques, first) }})
		if used += cheques; w.rand.IntN(100) < 22 {
			return
		}
	}
}

// officeHour moves a moment to a working hour of a working day.
func (w *world) officeHour(t time.Time) time.Time {
	local := t.In(postgres.Paris)
	for local.Weekday() == time.Sunday || local.Weekday() == time.Monday {
		local = local.AddDate(0, 0, 1)
	}
	y, m, d := local.Date()
	return time.Date(y, m, d, 9+w.rand.IntN(8), w.rand.IntN(60), w.rand.IntN(60), 0, postgres.Paris).UTC()
}

// live plays the story up to now, in order, with a contre-paiement each month.
func (w *world) live(ctx context.Context) error {
	w.planPayments()
	sort.SliceStable(w.story, func(i, j int) bool { return w.story[i].at.Before(w.story[j].at) })
	now := w.morning(8, 0)
	for _, e := range w.story {
		if e.at.After(now) {
			break
		}
		w.clock.now = e.at
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("on %s: %w", e.at.Format(time.DateOnly), err)
		}
		w.queue.Waiting = w.queue.Waiting[:0]
	}
	w.clock.now = now
	return nil
}

// give hands over the nth carnet of an order: each point gives its own range.
func (w *world) give(ctx context.Context, p *purchase, n int, b *booklet) error {
	number, at := p.carnetOf(n)
	o, err := w.orderNumber(ctx, p)
	if err != nil {
		return err
	}
	b.serial = carnet.Serial(o, number)
	point := w.points[at.key]
	_, err = w.distribution.HandOver(ctx, w.actors[at.aiguilleur], distribution.Request{
		Key: uuid.NewString(), Serial: b.serial, PointID: &point, PublicCategory: publics[w.rand.IntN(len(publics))],
	})
	if err != nil {
		return fmt.Errorf("hand over %s: %w", b.serial, err)
	}
	b.codes, err = w.codesOf(ctx, p, number)
	return err
}

// carnetOf spreads the hand-overs over the points in proportion to what they
// received, and names the carnet by its number in the order.
func (p *purchase) carnetOf(n int) (number int, at counterSpot) {
	first, taken := 1, 0
	for _, c := range counters {
		received := p.deliveries[c.key]
		if received == 0 {
			continue
		}
		share := received * p.handedOver / p.carnets
		if n < taken+share || first+received > p.carnets {
			return first + n - taken, c
		}
		first, taken = first+received, taken+share
	}
	panic("more hand-overs than carnets")
}

func (w *world) serve(ctx context.Context, p *purchase, b *booklet, place string, cheques int, first bool) error {
	if b.used+cheques > len(b.codes) {
		return nil
	}
	var typed []string
	for _, c := range b.codes[b.used : b.used+cheques] {
		typed = append(typed, c.Clear())
	}
	s := spotOf(place)
	entries := []int{w.entryFor(p, s)}
	mode, minutes, id := redemption.Individuel, 60, w.places[place]
	if len(s.modes) > 1 && w.rand.IntN(3) == 0 {
		mode, minutes = redemption.Collectif, 120
	}
	receipt, err := w.redemptions.Redeem(ctx, w.actors[s.structure], redemption.Request{
		Key: uuid.NewString(), Codes: typed, Entries: entries, Mode: mode, PlaceID: &id, DurationMinutes: &minutes, FirstVisit: &first,
	})
	if err != nil {
		return fmt.Errorf("redeem at %s: %w", place, err)
	}
	for _, r := range receipt.Results {
		if r.Status != redemption.Redeemed {
			return fmt.Errorf("chèque of %s refused at %s: %s", b.serial, place, r.Reason)
		}
	}
	b.used += cheques
	return nil
}

// entryFor picks a service the place gives and the order covers.
func (w *world) entryFor(p *purchase, s spot) int {
	coverage := p.specification(w).Coverage
	for {
		if entry := s.entries[w.rand.IntN(len(s.entries))]; coverage.Covers(entry) {
			return entry
		}
	}
}

func (w *world) codesOf(ctx context.Context, p *purchase, number int) ([]code.Code, error) {
	run := carnet.NewPrintRun(w.db, w.keys, w.orgs[p.payer], p.id, number, number)
	printable, _, err := run.Next(ctx)
	if err != nil {
		return nil, err
	}
	var codes []code.Code
	for _, c := range printable.Cheques {
		codes = append(codes, c.Code)
	}
	return codes, nil
}

func (w *world) orderNumber(ctx context.Context, p *purchase) (string, error) {
	if p.number != "" {
		return p.number, nil
	}
	o, err := w.orders.Order(ctx, w.actors[p.payer], p.id)
	p.number = o.Number
	return p.number, err
}

func spotOf(key string) spot {
	for _, s := range spots {
		if s.key == key {
			return s
		}
	}
	panic("no place " + key)
}
