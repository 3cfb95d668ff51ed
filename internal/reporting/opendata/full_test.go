package opendata_test

import (
	"io"
	"os"
	"testing"
	"time"

	"passnum/internal/reporting/opendata"
	"passnum/internal/structure/census"
	"passnum/internal/structure/census/censustest"
	"passnum/internal/territory"
)

func TestTwentyThousandPlaces(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("set PASSNUM_FULL=1 to take in and write twenty thousand places")
	}
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	content, _ := io.ReadAll(censustest.File(index, 20_000))
	b := newBench(t)
	start := time.Now()
	r := b.take(t, content)
	if took := time.Since(start); r.Counts[census.Created] != 20_000 || took > 20*time.Second {
		t.Errorf("%v in %s", r.Counts, took)
	} else {
		t.Logf("taken in %s", took)
	}
	start = time.Now()
	places, err := b.Write(t.Context(), io.Discard, opendata.CSV, "")
	if took := time.Since(start); err != nil || places < 20_000 || took > 3*time.Second {
		t.Errorf("%d places in %s, %v", places, took, err)
	} else {
		t.Logf("written in %s", took)
	}
	start = time.Now()
	if err := b.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("three files published in %s", time.Since(start))
	start = time.Now()
	if again := b.take(t, content); again.Counts[census.Unchanged] != 20_000 {
		t.Errorf("again: %v", again.Counts)
	}
	t.Logf("taken again in %s", time.Since(start))
}
