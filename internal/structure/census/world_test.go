package census_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/structure/census"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

type bench struct {
	*testworld.World
	*census.Service
	queue *jobs.Inline
}

func newBench(t *testing.T) bench {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	queue := &jobs.Inline{}
	return bench{w, census.NewService(w.DB, index, queue), queue}
}

// work does what waits.
func (b bench) work(t *testing.T) {
	t.Helper()
	for len(b.queue.Waiting) > 0 {
		args := b.queue.Waiting[0].(census.WorkArgs)
		b.queue.Waiting = b.queue.Waiting[1:]
		if err := b.Work(t.Context(), args); err != nil {
			t.Fatal(err)
		}
	}
}

// read takes a file and reads it.
func (b bench) read(t *testing.T, actor identity.Actor, content string) census.Report {
	t.Helper()
	id, err := b.Take(t.Context(), actor, "lieux.csv", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	return b.report(t, actor, id)
}

func (b bench) report(t *testing.T, actor identity.Actor, id uuid.UUID) census.Report {
	t.Helper()
	r, err := b.Report(t.Context(), actor, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// apply reads a file and applies it.
func (b bench) apply(t *testing.T, actor identity.Actor, content string) census.Report {
	t.Helper()
	r := b.read(t, actor, content)
	if r.State != census.Ready {
		t.Fatalf("the file is %s: %s", r.State, r.Refusal)
	}
	if err := b.Apply(t.Context(), actor, r.ID); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	r = b.report(t, actor, r.ID)
	if r.State != census.Applied {
		t.Fatalf("after applying, the file is %s (%s)", r.State, r.Run.Message)
	}
	return r
}

func (b bench) lines(t *testing.T, actor identity.Actor, id uuid.UUID, f census.Filter) []census.Line {
	t.Helper()
	f.Limit = 10_000
	list, _, err := b.Lines(t.Context(), actor, id, f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (b bench) expect(t *testing.T, r census.Report, want map[census.Outcome]int) {
	t.Helper()
	for _, o := range census.Outcomes {
		if r.Counts[o] != want[o] {
			t.Errorf("%s: %d lines, want %d", o, r.Counts[o], want[o])
		}
	}
}

// shared finds a file of the folder of real data; empty when it is not there.
func shared(name string) string {
	folder, _ := os.Getwd()
	for range 8 {
		if content, err := os.ReadFile(filepath.Join(folder, "shared", "data", "mednum", name)); err == nil {
			return string(content)
		}
		folder = filepath.Dir(folder)
	}
	return ""
}

const head = "id,pivot,nom,commune,code_postal,code_insee,adresse,latitude,longitude,telephone,services,autres_formations_labels,date_maj\n"

func file(lines ...string) string { return head + strings.Join(lines, "\n") + "\n" }
