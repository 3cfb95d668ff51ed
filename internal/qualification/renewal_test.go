package qualification_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
)

func (b bench) reminded(t *testing.T, want int) {
	t.Helper()
	n, err := b.Remind(t.Context())
	if err != nil || n != want {
		t.Errorf("%d reminded on %s, %v", n, b.Now().Format(time.DateOnly), err)
	}
}

func TestARenewalIsRemindedThenConfirmed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.qualified(t), t.Context()
	due := postgres.Day(b.Now()).AddDate(0, 24, 0)
	at := func(days int) { b.At(due.AddDate(0, 0, days).Add(10 * time.Hour)) }
	b.reminded(t, 0)
	if err := b.ConfirmRenewal(ctx, b.Candidate, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("two years early: %v", err)
	}
	for _, day := range []int{-60, -30, 1} {
		at(day)
		b.reminded(t, 1)
		b.reminded(t, 0)
	}
	list, _, _, err := b.Files(ctx, b.Operator, qualification.QueueFilter{View: qualification.ToRenew, Limit: 10})
	if err != nil || len(list) != 1 || list[0].ID != id {
		t.Fatalf("%+v, %v", list, err)
	}
	if b.state(t) != structure.Qualified {
		t.Error("a machine stopped a structure")
	}
	if err := b.ConfirmRenewal(ctx, b.Candidate, false); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("not ticked: %v", err)
	}
	results := make(chan error, 4)
	for range 4 {
		go func() { results <- b.ConfirmRenewal(ctx, b.Candidate, true) }()
	}
	for range 4 {
		if err := <-results; err != nil && !fault.Is(err, fault.KindConflict) {
			t.Error(err)
		}
	}
	want := postgres.Day(b.Now()).AddDate(0, 24, 0)
	if term := b.review(t).Term; term.ValidUntil == nil || !term.ValidUntil.Equal(want) {
		t.Errorf("%+v, want %s", term, want)
	}
	if n := b.Count(`SELECT count(*) FROM qualification_decisions WHERE structure_id = $1 AND decision = 'renouvelee'`, id); n != 1 {
		t.Errorf("%d renewals", n)
	}
	b.reminded(t, 0)
}

func TestARenewalNeedsAFileThatIsRight(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.qualified(t), t.Context()
	b.At(b.Now().AddDate(0, 24, -10))
	flag := []qualification.Flag{{Step: qualification.StepOffer, Label: "Offre", Sentence: "Les tarifs ont changé."}}
	if err := b.AskCorrections(ctx, b.Operator, id, flag, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.ConfirmRenewal(ctx, b.Candidate, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("with a correction open: %v", err)
	}
	n, err := b.Notices(ctx, b.Candidate)
	if err != nil || n.Corrections != 1 || n.Days != 10 || n.Unread == 0 {
		t.Errorf("%+v, %v", n, err)
	}
	// Nine days before, one reminder only, as if the machine had slept.
	b.reminded(t, 1)
	b.reminded(t, 0)
}

func TestQueueFiltersAndPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.submitted(t).OrganisationID, t.Context()
	b.Travel(10 * 24 * time.Hour)
	if err := b.Write(ctx, b.Mediateur, "Bonjour"); err != nil {
		t.Fatal(err)
	}
	ask := func(f qualification.QueueFilter) []uuid.UUID {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 10
		}
		list, _, _, err := b.Files(ctx, b.Operator, f)
		if err != nil {
			t.Fatal(err)
		}
		var ids []uuid.UUID
		for _, l := range list {
			ids = append(ids, l.ID)
		}
		return ids
	}
	for name, c := range map[string]struct {
		filter qualification.QueueFilter
		want   int
	}{
		"what waits": {qualification.QueueFilter{}, 2}, "for a week": {qualification.QueueFilter{OlderThan: 7}, 1}, "sent": {qualification.QueueFilter{View: "soumise"}, 1},
		"elsewhere": {qualification.QueueFilter{Departement: "31"}, 0}, "here": {qualification.QueueFilter{Departement: "23"}, 2},
		"by name": {qualification.QueueFilter{View: qualification.All, Search: "tiers-lieu"}, 1}, "by number": {qualification.QueueFilter{View: qualification.All, Search: "552 100 554 00013"}, 1},
		"stopped": {qualification.QueueFilter{View: qualification.Stopped}, 0}, "qualified": {qualification.QueueFilter{View: "qualifiee"}, 2}, "nonsense": {qualification.QueueFilter{View: "x'; --"}, 0},
	} {
		if got := ask(c.filter); len(got) != c.want {
			t.Errorf("%s: %d", name, len(got))
		}
	}
	first, counts, more, err := b.Files(ctx, b.Operator, qualification.QueueFilter{Limit: 1})
	if err != nil || !more || first[0].ID != id || counts.ToRead != 2 || counts.Qualified != 2 {
		t.Fatalf("%+v, %+v, %v", first, counts, err)
	}
	if next := ask(qualification.QueueFilter{After: first[0].Key()}); len(next) != 1 || next[0] != b.Mediatheque {
		t.Errorf("%v", next)
	}
	if err := b.Settle(ctx, b.Operator, b.Mediatheque); err != nil {
		t.Fatal(err)
	}
	if left := ask(qualification.QueueFilter{}); len(left) != 1 {
		t.Errorf("%d wait", len(left))
	}
}
