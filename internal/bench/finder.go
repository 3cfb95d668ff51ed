package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/reporting/finder"
	"passnum/internal/reporting/finder/findertest"
)

const (
	placesFound   = 20_000
	searches      = 400
	searchPromise = 50.0 // milliseconds, 19 times in 20
)

// benchFinder searches with three criteria around the country, near and far. The
// reference is the promise.
func benchFinder(ctx context.Context, b *bench) ([]measure, error) {
	if err := findertest.Crowd(ctx, b.owner, b.structure, placesFound); err != nil {
		return nil, err
	}
	service, took := finder.NewService(b.db, b.keys), make([]float64, 0, searches)
	for i := range searches {
		from := finder.Position{Latitude: 44 + float64(i%20)/4, Longitude: float64(i%25) / 5}
		search := finder.Search{From: &from, Radius: []float64{10, 30, 60, 0}[i%4], Entries: []int16{int16(1 + i%100), 40}, Mode: "individuel", NothingToPay: true, Limit: 20}
		start := time.Now()
		if _, _, err := service.Near(ctx, search); err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	slices.Sort(took)
	note := fmt.Sprintf("%d places, one in ten travelling; median %.1f ms; reference: the promise", placesFound, took[searches/2])
	return []measure{shorter("place_search_p95", "ms", took[searches*95/100], searchPromise, note)}, nil
}
