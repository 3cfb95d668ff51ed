package census_test

import (
	"context"
	"errors"
	"runtime"
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
		ids = append(ids, b.read(t, actor, content).ID)
	}
	for _, id := range ids {
		if err := b.Apply(t.Context(), actor, id); err != nil {
			t.Fatal(err)
		}
	}
	var group sync.WaitGroup
	errs := make([]error, len(ids))
	b.together(t, len(ids), func() {
		for i, waiting := range b.queue.Waiting {
			group.Go(func() { errs[i] = b.Work(context.Background(), waiting.(census.WorkArgs)) })
		}
	})
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

// together holds back whoever writes a place until all the works that begin
// starts wait for something.
func (b bench) together(t *testing.T, works int, begin func()) {
	t.Helper()
	tx, err := b.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE places IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	begin()
	for waiting := 0; waiting < works; {
		err := tx.QueryRow(t.Context(), `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN
			(SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTwoFilesAtOnceMakeEachPlaceOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own := b.Organisation("Réseau des cyberbases", "43493312300029", "association", identity.Capacities{Structure: true})
	boss := b.Member(own, "reseau@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	const places = "nom;commune;code_postal;adresse\nAnnexe Nord;Guéret;23000;3 rue Haute\nAnnexe Sud;Aubusson;23200;Place\n"
	b.applyAll(t, boss, places, places)
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1`, own); n != 2 {
		t.Errorf("a structure's file applied twice at once makes %d places, want 2", n)
	}
	b.applyAll(t, b.Operator, file(line1, line2), file(`z-1`+line1[3:], `z-2`+line2[3:]))
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
