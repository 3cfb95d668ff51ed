package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/reporting/opendata"
	"passnum/internal/structure/census"
	"passnum/internal/structure/census/censustest"
	"passnum/internal/territory"
)

// censusPlaces is how many places the promise is about.
const censusPlaces = 20_000

// benchCensus takes in a national file, reading and applying, then writes it
// back. The references are the promises: twenty seconds, then three.
func benchCensus(ctx context.Context, b *bench) ([]measure, error) {
	index, err := territory.Load()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(censustest.File(index, censusPlaces))
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := takeCensus(ctx, b, index, content); err != nil {
		return nil, err
	}
	took := time.Since(start)
	start = time.Now()
	places, err := opendata.NewService(b.db, "13002526500013").Write(ctx, io.Discard, opendata.CSV, "")
	if err != nil {
		return nil, err
	}
	written := time.Since(start)
	if places < censusPlaces {
		return nil, fmt.Errorf("%d places are written, of %d taken in", places, censusPlaces)
	}
	return []measure{
		shorter("census_import", "s", took.Seconds(), 20, fmt.Sprintf("%d lines read, checked, then applied; reference: the promise", censusPlaces)),
		shorter("census_export", "s", written.Seconds(), 3, fmt.Sprintf("%d places streamed; reference: the promise", places)),
	}, nil
}

func takeCensus(ctx context.Context, b *bench, index *territory.Index, content []byte) error {
	queue := &jobs.Inline{}
	service := census.NewService(b.db, index, queue)
	operator := identity.Actor{Name: "Banc", Permissions: identity.Permissions{identity.PlatformDecide: true, identity.PlatformRead: true}}
	id, err := service.Take(ctx, operator, "banc.csv", content)
	if err != nil {
		return err
	}
	if err := service.Work(ctx, queue.Waiting[0].(census.WorkArgs)); err != nil {
		return err
	}
	if err := service.Apply(ctx, operator, id); err != nil {
		return err
	}
	if err := service.Work(ctx, queue.Waiting[1].(census.WorkArgs)); err != nil {
		return err
	}
	report, err := service.Report(ctx, operator, id)
	if err == nil && report.Counts[census.Created] != censusPlaces {
		err = fmt.Errorf("%v of %d lines were taken in", report.Counts, censusPlaces)
	}
	return err
}
