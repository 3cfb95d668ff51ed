package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/distribution"
)

// odd are the hand-overs that are not one carnet to one person: some chèques, a
// household, a letter to a home. They take carnets that the story leaves in the
// first counter's stock.
var odd = []struct {
	days, hour, minute int
	carnet             int
	household          []int
	request            distribution.Request
}{
	{-34, 10, 12, 871, nil, distribution.Request{Ranks: []int{1, 2}, PublicCategory: "retraite"}},
	{-20, 15, 40, 872, []int{873, 874}, distribution.Request{PublicCategory: "minima"}},
	{-13, 9, 25, 871, nil, distribution.Request{Ranks: []int{3}, PublicCategory: "jeune"}},
	{-8, 11, 5, 875, nil, distribution.Request{Channel: distribution.ByPost, PublicCategory: "retraite"}},
	{-1, 16, 30, 876, nil, distribution.Request{Channel: distribution.ByPost, PublicCategory: "inconnu"}},
	{0, 7, 32, 877, []int{878}, distribution.Request{PublicCategory: "emploi"}},
	{0, 7, 41, 879, nil, distribution.Request{Ranks: []int{1, 2, 3}, PublicCategory: "minima"}},
}

// planCounter puts the odd hand-overs of an order in the story.
func (w *world) planCounter(p *purchase) {
	counter := counters[0]
	for _, o := range odd {
		at := w.at(o.days, o.hour, o.minute)
		if o.days == 0 {
			at = w.morning(o.hour, o.minute)
		}
		w.story = append(w.story, event{at, func(ctx context.Context) error {
			number, err := w.orderNumber(ctx, p)
			if err != nil {
				return err
			}
			request, point := o.request, w.points[counter.key]
			request.Key, request.PointID, request.Serial = uuid.NewString(), &point, carnet.Serial(number, o.carnet)
			for _, other := range o.household {
				request.Household = append(request.Household, carnet.Serial(number, other))
			}
			if _, err := w.distribution.HandOver(ctx, w.actors[counter.aiguilleur], request); err != nil {
				return fmt.Errorf("hand over %s on %s: %w", request.Serial, w.clock.now.Format(time.DateOnly), err)
			}
			return nil
		}})
	}
}
