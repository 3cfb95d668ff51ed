package census_test

import (
	"errors"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/structure/census"
)

// sourced is a file whose lines have a source.
func sourced(source string, lines ...string) string {
	text := strings.Replace(file(lines...), "services,", "source,", 1)
	return strings.NewReplacer("Accès internet et matériel informatique,", source+",", "Aide aux démarches administratives,", source+",").Replace(text)
}

// TestAPlaceThatIsNoLongerListed follows one: it is told, hidden on request, then
// shown again by the file that lists it anew.
func TestAPlaceThatIsNoLongerListed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	far := `p-1,00000000000000,Lieu parisien,Paris,75011,75111,1 rue Oberkampf,48.8640,2.3710,,Accès internet et matériel informatique,,2026-01-10`
	b.apply(t, b.Operator, sourced("Hinaura", line1, line2, far))
	if r := b.apply(t, b.Operator, sourced("Autre", line1)); r.Missing != 0 {
		t.Errorf("a file of another source lacks %d places", r.Missing)
	}
	b.Exec(`UPDATE places SET source = 'Hinaura' WHERE structure_id IS NULL`)
	r := b.read(t, b.Operator, sourced("Hinaura", line1))
	absent, err := b.Missing(ctx, b.Operator, r.ID, 10)
	if err != nil || r.Missing != 1 || len(absent) != 1 || absent[0].Key != "a-2" {
		t.Fatalf("missing: %d, %+v, %v", r.Missing, absent, err)
	}
	if err := b.HideMissing(ctx, b.Operator, r.ID); !errors.Is(err, census.ErrMoved) {
		t.Errorf("hidden before the file is applied: %v", err)
	}
	if err := b.Apply(ctx, b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	if _, err := b.Missing(ctx, b.Mediateur, r.ID, 10); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a structure reads %v", err)
	}
	if err := b.HideMissing(ctx, b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id IS NULL AND published`); n != 2 {
		t.Errorf("%d places are shown, want 2", n)
	}
	if err := b.HideMissing(ctx, b.Operator, r.ID); !errors.Is(err, census.ErrNoMissing) {
		t.Errorf("hidden twice: %v", err)
	}
	b.expect(t, b.apply(t, b.Operator, sourced("Hinaura", line1, strings.ReplaceAll(line2, "2026-01-10", "2020-01-10"))), map[census.Outcome]int{census.Unchanged: 1, census.Updated: 1})
	if n := b.Count(`SELECT count(*) FROM places WHERE national_id = 'a-2' AND published`); n != 1 {
		t.Error("a place listed anew stays hidden")
	}
}

// TestARejectedLineIsNotAMissingPlace breaks the line of a place: nobody says it
// is gone. Nor is one that a structure took over.
func TestARejectedLineIsNotAMissingPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.apply(t, b.Operator, sourced("Hinaura", line1, line2))
	if r := b.read(t, b.Operator, sourced("Hinaura", line1, strings.ReplaceAll(line2, "2026-01-10", "hier"))); r.Missing != 0 {
		t.Errorf("%d places are missing", r.Missing)
	}
	b.Exec(`UPDATE places SET structure_id = $1 WHERE national_id = 'a-2'`, b.Mediatheque)
	if r := b.read(t, b.Operator, sourced("Hinaura", line1)); r.Missing != 0 {
		t.Errorf("%d places are missing", r.Missing)
	}
}
