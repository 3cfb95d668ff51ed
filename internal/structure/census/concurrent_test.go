package census_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/structure/census"
)

// applyAll applies at once files that were all read before.
func (b bench) applyAll(t *testing.T, actor identity.Actor, contents ...string) []census.Report {
	t.Helper()
	var ids []uuid.UUID
	for _, content := range contents {
		r := b.read(t, actor, content)
		ids = append(ids, r.ID)
		if err := b.Apply(t.Context(), actor, r.ID); err != nil {
			t.Fatal(err)
		}
	}
	var group sync.WaitGroup
	errs := make([]error, len(ids))
	for i, waiting := range b.queue.Waiting {
		group.Go(func() { errs[i] = b.Work(context.Background(), waiting.(census.WorkArgs)) })
	}
	group.Wait()
	b.queue.Waiting = nil
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var reports []census.Report
	for _, id := range ids {
		reports = append(reports, b.report(t, actor, id))
	}
	return reports
}

func TestTwoFilesAtOnceMakeEachPlaceOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own := b.Organisation("Réseau des cyberbases", "43493312300029", "association", identity.Capacities{Structure: true})
	boss := b.Member(own, "reseau@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	const places = "nom;commune;code_postal;adresse\nAnnexe Nord;Guéret;23000;3 rue Haute\nAnnexe Sud;Aubusson;23200;Place\n"
	b.applyAll(t, boss, places, places, places)
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1`, own); n != 2 {
		t.Errorf("a structure's file applied three times at once makes %d places, want 2", n)
	}
	renamed := slices.Repeat([]string{file(line1, line2)}, 2)
	b.applyAll(t, b.Operator, append(renamed, file(`z-1`+line1[3:], `z-2`+line2[3:]))...)
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id IS NULL`); n != 2 {
		t.Errorf("national files applied at once make %d places, want 2", n)
	}
}

func TestAnImportKilledInTheMiddleStartsOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	before := b.Count(`SELECT count(*) FROM places`)
	r := b.read(t, b.Operator, file(line1, line2))
	if err := b.Apply(t.Context(), b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	args := b.queue.Waiting[0].(census.WorkArgs)
	b.Exec(`CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the server was stopped'; END $$;
		CREATE TRIGGER stumble BEFORE INSERT ON census_links FOR EACH ROW EXECUTE FUNCTION stumble();
		CREATE TRIGGER stumble_line BEFORE INSERT ON census_lines FOR EACH ROW EXECUTE FUNCTION stumble()`)
	if err := b.Work(t.Context(), args); err == nil {
		t.Fatal("the work was not stopped")
	}
	if n := b.Count(`SELECT count(*) FROM places`); n != before {
		t.Errorf("%d places were left behind", n-before)
	}
	b.Exec(`DROP TRIGGER stumble ON census_links; DROP TRIGGER stumble_line ON census_lines`)
	b.work(t)
	b.expect(t, b.report(t, b.Operator, r.ID), map[census.Outcome]int{census.Created: 2})
	if err := b.Work(t.Context(), args); err != nil { // the same job once more, as after a lost answer
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places`); n != before+2 {
		t.Errorf("%d places, want 2 more", n-before)
	}
}
