package census_test

import (
	"errors"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure/census"
)

const (
	line1 = `a-1,00000000000000,Espace numérique,Guéret,23000,23096,1 rue des Lilas,46.1700,1.8700,0555510101,Accès internet et matériel informatique,,2026-01-10`
	line2 = `a-2,00000000000000,Maison France Services,Aubusson,23200,23008,2 place du Marché,45.9560,2.1690,,Aide aux démarches administratives,,2026-01-10`
)

func TestAFileIsReadForNothingThenApplied(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	before := b.Count(`SELECT count(*) FROM places`)
	r := b.read(t, b.Operator, file(line1, line2, `a-3,,,Guéret,23000,,rue,,,,,,2026-01-10`))
	b.expect(t, r, map[census.Outcome]int{census.Created: 2, census.Rejected: 1})
	if n := b.Count(`SELECT count(*) FROM places`); n != before {
		t.Fatalf("reading wrote %d places", n-before)
	}
	rejected := b.lines(t, b.Operator, r.ID, census.Filter{Outcome: census.Rejected})
	if len(rejected) != 1 || rejected[0].Line != 4 || rejected[0].Problems[0].Column != "nom" {
		t.Errorf("the rejected line is told as %+v", rejected)
	}
	if err := b.Apply(t.Context(), b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), b.Operator, r.ID); !errors.Is(err, census.ErrMoved) {
		t.Errorf("applying twice answers %v", err)
	}
	b.work(t)
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id IS NULL AND published AND entries = '{}' AND positioned = 'import'`); n != 2 {
		t.Errorf("%d places are known, want 2", n)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE national_id = 'a-1' AND phone = '+33555510101' AND town = 'Guéret' AND 'D-23' = ANY (ancestors) AND structure_siret = ''`); n != 1 {
		t.Error("the first place is not as its line says")
	}
	if n := b.Count(`SELECT count(*) FROM census_imports WHERE content IS NOT NULL`); n != 0 {
		t.Error("an applied file is still kept")
	}
}

func TestTheSameFileAgainChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.apply(t, b.Operator, file(line1, line2))
	b.expect(t, b.apply(t, b.Operator, file(line1, line2)), map[census.Outcome]int{census.Unchanged: 2})
	newer := strings.ReplaceAll(strings.ReplaceAll(line1, "0555510101", "0555510202"), "2026-01-10", "2026-02-01")
	older := strings.ReplaceAll(strings.ReplaceAll(line2, "2 place du Marché", "9 rue Vieille"), "2026-01-10", "2019-02-01")
	r := b.apply(t, b.Operator, file(newer, older))
	b.expect(t, r, map[census.Outcome]int{census.Updated: 1, census.Unchanged: 1})
	changed := b.lines(t, b.Operator, r.ID, census.Filter{Outcome: census.Updated})
	if got := strings.Join(changed[0].Changes, " "); got != "telephone date_maj" {
		t.Errorf("changes: %q", got)
	}
	empty := strings.ReplaceAll(newer, "0555510101", "")
	b.apply(t, b.Operator, file(empty))
	if n := b.Count(`SELECT count(*) FROM places WHERE national_id = 'a-1' AND phone = '+33555510202'`); n != 1 {
		t.Error("an empty cell erased what was known")
	}
}

func TestWhatAStructureWroteStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.apply(t, b.Operator, file(line1))
	b.Exec(`UPDATE places SET structure_id = $1, phone = '+33555009999', structure_siret = '1', own_fields = '{phone}', entries = '{3}' WHERE national_id = 'a-1'`, b.Mediatheque)
	b.apply(t, b.Operator, file(strings.ReplaceAll(strings.ReplaceAll(line1, "1 rue des Lilas", "3 rue des Lilas"), "2026-01-10", "2026-03-01")))
	if n := b.Count(`SELECT count(*) FROM places WHERE national_id = 'a-1' AND phone = '+33555009999' AND structure_siret = '1' AND street = '3 rue des Lilas' AND entries = '{3}'`); n != 1 {
		t.Error("an import overwrote what the structure wrote, or left the rest behind")
	}
	// A place that was created here is found again, and only learns what the
	// national file alone knows.
	b.Exec(`UPDATE places SET name = 'Médiathèque', street = '5 rue du Stade', latitude = 46.2, longitude = 1.9, positioned = 'adresse', phone = '' WHERE id = $1`, b.Place)
	r := b.apply(t, b.Operator, strings.Replace(head, "services", "typologie", 1)+`m-1,,MEDIATHEQUE,Guéret,23000,23096,autre rue,46.2002,1.9001,0555510303,BIB,,2026-01-10`)
	b.expect(t, r, map[census.Outcome]int{census.Merged: 1})
	if n := b.Count(`SELECT count(*) FROM places WHERE id = $1 AND name = 'Médiathèque' AND street = '5 rue du Stade' AND phone = '' AND typologies = '{BIB}'`, b.Place); n != 1 {
		t.Error("the structure's place was not merged as it should be")
	}
}

func TestPlacesThatMayBeTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	twins := []string{
		`x-1,43493312300029,Tiers-lieu,Guéret,23000,23096,1 rue A,46.1700,1.8700,,,,2026-01-10`,
		`x-2,00000000000000,TIERS LIEU,Guéret,23000,23096,ailleurs,46.1704,1.8702,0555510404,,,2026-01-10`,
		`x-3,43493312300029,La Cyberbase,Guéret,23000,23096,1 rue A,46.1703,1.8703,,,,2026-01-10`,
		`x-4,43493312300029,Tiers-lieu,Aubusson,23200,23008,1 rue A,45.9560,2.1690,,,,2026-01-10`,
		`x-5,21130001700012,Tiers-lieu,Guéret,23000,23096,1 rue A,46.1700,1.8700,,,,2026-01-10`,
	}
	r := b.read(t, b.Operator, file(twins...))
	b.expect(t, r, map[census.Outcome]int{census.Created: 2, census.Merged: 1, census.Undecided: 2})
	waiting := b.lines(t, b.Operator, r.ID, census.Filter{Outcome: census.Undecided})
	if waiting[0].Key != "x-3" || waiting[0].TargetName != "Tiers-lieu" || waiting[1].Key != "x-5" {
		t.Fatalf("to choose: %+v", waiting)
	}
	if err := b.Choose(t.Context(), b.Operator, r.ID, waiting[0].Line, census.Separate); err != nil {
		t.Fatal(err)
	}
	if err := b.Choose(t.Context(), b.Operator, r.ID, 0, census.Leave); err != nil {
		t.Fatal(err)
	}
	if err := b.Choose(t.Context(), b.Operator, r.ID, 0, census.Leave); !errors.Is(err, census.ErrNoChoice) {
		t.Errorf("choosing when nothing waits answers %v", err)
	}
	if err := b.Apply(t.Context(), b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	b.expect(t, b.report(t, b.Operator, r.ID), map[census.Outcome]int{census.Created: 3, census.Merged: 1, census.SetAside: 1})
	b.expect(t, b.apply(t, b.Operator, file(twins...)), map[census.Outcome]int{census.Unchanged: 4, census.SetAside: 1})
	again := b.read(t, b.Operator, file(twins...))
	aside := b.lines(t, b.Operator, again.ID, census.Filter{Outcome: census.SetAside})
	choices, _, err := b.Choices(t.Context(), b.Operator, "x-5", census.ChoiceKey{}, 10)
	if err != nil || len(choices) != 1 || aside[0].Choice == nil || choices[0].ID != *aside[0].Choice || choices[0].ByName != b.Operator.Name {
		t.Fatalf("what is remembered: %+v, %v", choices, err)
	}
	if err := b.Forget(t.Context(), b.Operator, choices[0].ID); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	b.expect(t, b.report(t, b.Operator, again.ID), map[census.Outcome]int{census.Unchanged: 4, census.Undecided: 1})
	if err := b.Forget(t.Context(), b.Operator, choices[0].ID); !errors.Is(err, census.ErrForgotten) {
		t.Errorf("forgotten twice: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE national_id = 'x-1' AND phone = '+33555510404'`); n != 1 {
		t.Error("the merged line did not complete its twin")
	}
}

func TestAStructureTakesItsOwnPlaces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	boss := b.Member(b.Mediatheque, "places@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	own := "nom;commune;code_postal;adresse;services_referentiel;referent;modalites_accompagnement\n" +
		"Annexe Nord;Guéret;23000;3 rue Haute;3|44;Alix Morel;Dans un atelier collectif\nAnnexe Sud;Aubusson;23200;;;;\n"
	b.expect(t, b.apply(t, boss, own), map[census.Outcome]int{census.Created: 2})
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND name = 'Annexe Nord' AND published AND entries = '{3,44}' AND modes = '{collectif}' AND 'referent' = ANY (own_fields)`, b.Mediatheque); n != 1 {
		t.Error("the place with services is not shown as it was written")
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND name = 'Annexe Sud' AND NOT published AND positioned = 'commune'`, b.Mediatheque); n != 1 {
		t.Error("the place without services should wait")
	}
	b.expect(t, b.apply(t, boss, own), map[census.Outcome]int{census.Unchanged: 2})
	b.expect(t, b.apply(t, boss, strings.Replace(own, "Alix Morel", "Sam Petit", 1)), map[census.Outcome]int{census.Unchanged: 1, census.Updated: 1})
	r := b.read(t, boss, own)
	if _, err := b.Report(t.Context(), b.Operator, r.ID); !errors.Is(err, census.ErrNoImport) {
		t.Errorf("the operator's list answers %v for a structure's file", err)
	}
	reader := b.Member(b.Mediatheque, "lecture@exemple.test", identity.RoleLecteur, identity.Capacities{Structure: true})
	if _, err := b.Take(t.Context(), reader, "x.csv", []byte(own)); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("somebody who only reads gets %v", err)
	}
}

func TestAFileThatIsNotOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.Take(t.Context(), b.Operator, "x.csv", []byte("  \n")); err == nil {
		t.Error("an empty file is taken")
	} else if _, ok := fault.ForForm(err); !ok {
		t.Errorf("an empty file answers %v", err)
	}
	r := b.read(t, b.Operator, "a;b;c\n1;2;3\n")
	if r.State != census.Refused || !strings.Contains(r.Refusal, "colonnes") {
		t.Errorf("a file without our columns is %s: %q", r.State, r.Refusal)
	}
	r = b.read(t, b.Operator, file(line1))
	if err := b.Drop(t.Context(), b.Operator, r.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), b.Operator, r.ID); !errors.Is(err, census.ErrMoved) {
		t.Errorf("applying a dropped file answers %v", err)
	}
}

func TestTheSampleIsAccountedFor(t *testing.T) {
	t.Parallel()
	sample := shared("lieux-echantillon.csv")
	if sample == "" {
		t.Log("the real sample is not here: the fixtures of this package stand alone")
		return
	}
	b := newBench(t)
	r := b.apply(t, b.Operator, sample)
	if r.Lines() != 1443 {
		t.Errorf("%d lines are accounted for, want 1443", r.Lines())
	}
	if r.Counts[census.Created] < 1400 || r.Counts[census.Rejected] > 12 || r.Accepts != 12 {
		t.Errorf("the sample gives %v, %d accept the Pass", r.Counts, r.Accepts)
	}
	for _, l := range b.lines(t, b.Operator, r.ID, census.Filter{Outcome: census.Rejected}) {
		if last := l.Problems[len(l.Problems)-1]; last.Column == "" || last.Reason == "" {
			t.Errorf("line %d is rejected without a column and a reason: %+v", l.Line, l.Problems)
		}
	}
	again := b.apply(t, b.Operator, sample)
	b.expect(t, again, map[census.Outcome]int{census.Rejected: r.Counts[census.Rejected], census.Undecided: r.Counts[census.Undecided],
		census.Unchanged: 1443 - r.Counts[census.Rejected] - r.Counts[census.Undecided]})
}
