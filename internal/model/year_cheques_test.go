package model_test

import (
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/internal/redemption"
)

// usage is the part of an order's chèques that people end up using, in percent.
const usage = 66

// handOver gives carnets by waves: some never leave the counter.
func (y *year) handOver() {
	for _, o := range y.purchases {
		if !o.active || y.day.After(o.until.AddDate(0, 0, -60)) {
			continue
		}
		days := int(y.day.Sub(o.activeOn).Hours() / 24)
		share := []int{0, 45, 65, 80, 88}[min(4, (days+29)/30)]
		n := o.carnets * share / 100
		if n <= o.handed {
			continue
		}
		for i, c := range o.HandedOver(n)[o.handed*perCarnet:] {
			o.live = append(o.live, &slip{order: o, carnet: o.handed + 1 + i/perCarnet, code: c.Clear()})
		}
		o.handed = n
	}
}

// basket is what one person gives one structure in one sitting.
type basket struct {
	who     int
	slips   []*slip
	receipt redemption.Receipt
	err     error
}

// redeem fills the day's baskets and presents them, several at once.
func (y *year) redeem() {
	if y.day.Weekday() == time.Sunday {
		return
	}
	var baskets []*basket
	for _, o := range y.purchases {
		baskets = append(baskets, y.fill(o)...)
	}
	y.present(baskets)
	for _, b := range baskets {
		y.must(b.err)
		y.baskets++
		for _, r := range b.receipt.Results {
			if r.Status != redemption.Redeemed {
				y.t.Fatalf("%s: a live chèque of order %s is refused: %s", y.day.Format(time.DateOnly), b.slips[r.Index].order.Number, r.Reason)
			}
			s := b.slips[r.Index]
			s.order.redeemed++
			y.takings = append(y.takings, &taking{slip: s, id: r.ID, who: y.structures[b.who], day: y.day})
		}
	}
	y.redeemAgain()
}

// fill draws an order's baskets of the day, at the pace that uses its share of
// chèques by the last day. A basket is some chèques of one carnet or two.
func (y *year) fill(o *bought) (baskets []*basket) {
	left := (int(o.last.Sub(y.day).Hours()/24) / y.size.step) + 1
	if !o.active || y.day.After(o.last) {
		return nil
	}
	for want := (o.carnets*perCarnet*usage/100 - o.redeemed + left - 1) / left; want > 0 && len(o.live) > 0; {
		n := min(want, 1+y.dice.IntN(perCarnet), len(o.live))
		at := y.dice.IntN(len(o.live) - n + 1)
		b := &basket{who: y.dice.IntN(len(y.structures)), slips: slices.Clone(o.live[at : at+n])}
		o.live = slices.Delete(o.live, at, at+n)
		baskets, want = append(baskets, b), want-n
	}
	return baskets
}

func (y *year) present(baskets []*basket) {
	waiting := make(chan *basket)
	var counters sync.WaitGroup
	for range y.size.workers {
		counters.Go(func() {
			for b := range waiting {
				request := redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel}
				for _, s := range b.slips {
					request.Codes = append(request.Codes, s.code)
				}
				b.receipt, b.err = y.take.Redeem(y.ctx, y.structures[b.who], request)
			}
		})
	}
	for _, b := range baskets {
		waiting <- b
	}
	close(waiting)
	counters.Wait()
}

// redeemAgain presents a used chèque to another structure, which is refused.
func (y *year) redeemAgain() {
	if len(y.takings) == 0 || !y.first("week") {
		return
	}
	t := y.takings[y.dice.IntN(len(y.takings))]
	receipt, err := y.take.Redeem(y.ctx, y.structures[y.dice.IntN(len(y.structures))],
		redemption.Request{Key: uuid.NewString(), Codes: []string{t.code}, Entries: []int{3}, Mode: redemption.Individuel})
	y.must(err)
	if receipt.Results[0].Status == redemption.Redeemed {
		y.t.Fatalf("%s: a used chèque was accepted again", y.day.Format(time.DateOnly))
	}
	y.refused++
}

// undo takes back one of the day's redemptions, one day in three.
func (y *year) undo() {
	last := len(y.takings) - 1
	if last < 0 || !y.takings[last].day.Equal(y.day) || y.dice.IntN(3) > 0 {
		return
	}
	t := y.takings[last]
	_, err := y.take.Undo(y.ctx, t.who, t.id, "erreur")
	y.must(err)
	y.takings = y.takings[:last]
	t.order.redeemed--
	t.order.live = append(t.order.live, t.slip)
	y.undone++
}

type stopped struct {
	id     uuid.UUID
	order  *bought
	slips  []*slip
	on     time.Time
	lifted bool
}

// oppose stops a carnet now and then, while its order is far from its end, and
// puts half of them back ten days later.
func (y *year) oppose() {
	for i, s := range y.stops {
		if i%2 == 0 && !s.lifted && y.day.After(s.on.AddDate(0, 0, 10)) && y.day.Before(s.order.until) {
			_, err := y.losses.Lift(y.ctx, y.Operator, opposition.ByOperator, s.id, opposition.LiftRequest{Reason: "retrouvé"})
			y.must(err)
			s.lifted = true
			s.order.blocked -= len(s.slips)
			s.order.live = append(s.order.live, s.slips...)
			y.lifted++
		}
	}
	for _, o := range y.purchases {
		if len(o.live) > 0 && y.day.Before(o.until.AddDate(0, 0, -30)) && y.dice.IntN(10*7) < y.size.step*2 {
			y.stop(o)
		}
	}
}

func (y *year) stop(o *bought) {
	carnet := o.live[y.dice.IntN(len(o.live))].carnet
	declared, err := y.losses.Declare(y.ctx, y.Commanditaire, opposition.ByCommanditaire, opposition.Declaration{
		Selection: opposition.Selection{Numbers: o.Serial(carnet)}, Cause: opposition.Loss, Expected: 1})
	y.must(err)
	s := &stopped{id: declared.ID, order: o, on: y.day}
	o.live = slices.DeleteFunc(o.live, func(c *slip) bool {
		if c.carnet == carnet {
			s.slips = append(s.slips, c)
		}
		return c.carnet == carnet
	})
	o.blocked += len(s.slips)
	y.stops = append(y.stops, s)
	y.oppositions++
}

// unused is what an order gives back at its end: what was not used.
func (o *bought) unused() money.Cents { return o.worth - faceValue*money.Cents(o.redeemed) }
