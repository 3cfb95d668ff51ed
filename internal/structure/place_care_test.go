package structure_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

func TestPlacesAreConfirmed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	var sealed []uuid.UUID
	b.SealPlaces = func(id uuid.UUID, _ time.Time) string { sealed = append(sealed, id); return "lien" }
	care := func() {
		t.Helper()
		if err := b.CareForPlaces(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Confirm(ctx, b.Mediateur, []uuid.UUID{b.World.Place}); err != nil {
		t.Fatal(err)
	}
	b.Exec(`UPDATE places SET confirmed_at = $1 WHERE structure_id <> $2`, b.Now().AddDate(1, 0, 0), b.Mediatheque)
	care()
	if len(sealed) != 0 {
		t.Error("asked at once")
	}
	b.Travel(190 * 24 * time.Hour)
	care()
	care()
	if len(sealed) != 1 || sealed[0] != b.Mediatheque {
		t.Errorf("asked %v", sealed)
	}
	list, err := b.PlacesToConfirm(ctx, b.Mediatheque)
	if err != nil || len(list) != 1 || !list[0].Due(b.Now()) || structure.Stale(list[0].ConfirmedAt, b.Now()) {
		t.Errorf("%+v, %v", list, err)
	}
	if n, err := b.ConfirmByLink(ctx, identity.Actor{}, b.Stranger, []uuid.UUID{b.World.Place}); n != 0 || err != nil {
		t.Errorf("by another's link: %d, %v", n, err)
	}
	if n, err := b.ConfirmByLink(ctx, identity.Actor{}, b.Mediatheque, []uuid.UUID{b.World.Place}); n != 1 || err != nil {
		t.Errorf("by the link: %d, %v", n, err)
	}
	if p, _ := b.Service.Place(ctx, b.Mediateur, b.World.Place); p.Due(b.Now()) {
		t.Error("still due")
	}
}

func TestReportsReachTheStructureThenTheOperator(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, visitor := t.Context(), identity.Actor{Address: "192.0.2.7"}
	queue := b.Queue.(*jobs.Inline)
	if err := b.Report(ctx, visitor, uuid.New(), structure.ReportForm{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no such place: %v", err)
	}
	if err := b.Report(ctx, visitor, b.World.Place, structure.ReportForm{Kind: "autre"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("nothing said: %v", err)
	}
	for range 2 {
		if err := b.Report(ctx, visitor, b.World.Place, structure.ReportForm{Kind: "horaires", Message: "Fermé le lundi"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, job := range queue.Waiting {
		if n, ok := job.(structure.ReportNotice); ok {
			if err := b.TellReport(ctx, n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Une erreur%'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	own, _, err := b.Reports(ctx, b.Mediateur, structure.ReportSearch{Open: true, Limit: 10})
	if err != nil || len(own) != 2 || own[0].Message != "Fermé le lundi" {
		t.Fatalf("%+v, %v", own, err)
	}
	if err := b.AnswerReport(ctx, b.Candidate, own[0].ID, structure.AnswerForm{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's report: %v", err)
	}
	if err := b.AnswerReport(ctx, b.Mediateur, own[0].ID, structure.AnswerForm{State: "corrige"}); err != nil {
		t.Error(err)
	}
	late := func() int {
		list, _, err := b.LateReports(ctx, b.Operator, structure.ReportSearch{Open: true, Limit: 10})
		if err != nil {
			t.Error(err)
		}
		return len(list)
	}
	if late() != 0 {
		t.Error("the operator sees it too early")
	}
	b.Travel(8 * 24 * time.Hour)
	if err := b.CareForPlaces(ctx); err != nil || late() != 1 {
		t.Errorf("%d late, %v", late(), err)
	}
	if err := b.AnswerLateReport(ctx, b.Operator, own[1].ID, structure.AnswerForm{State: "sans_suite", Answer: "Vérifié au téléphone."}); err != nil || late() != 0 {
		t.Errorf("%d late, %v", late(), err)
	}
}

func TestReportsAreThrottled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	refused := 0
	for range 8 {
		err := b.Report(t.Context(), identity.Actor{Address: "192.0.2.8"}, b.World.Place, structure.ReportForm{Kind: "ferme"})
		if fault.Is(err, fault.KindTooMany) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused != 2 {
		t.Errorf("%d refused", refused)
	}
}

// known adds a place of the national data.
func (b bench) known(name, siret string) uuid.UUID {
	id := postgres.NewID()
	b.Exec(`INSERT INTO places (id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, national_id, published, created_at, updated_at)
		VALUES ($1, '', $2, $3, '23000', 'Guéret', '23096', '{}', $4, true, $5, $5)`, id, siret, name, id.String(), b.Now())
	return id
}

func TestKnownPlacesAreClaimed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	mine, doubtful := b.known("Annexe de la Gare", "55210055400013"), b.known("Espace d’à côté", "00000000000000")
	list, err := b.KnownPlaces(ctx, b.Candidate, "")
	if err != nil || len(list) != 1 || list[0].ID != mine {
		t.Errorf("%+v, %v", list, err)
	}
	if list, _ = b.KnownPlaces(ctx, b.Candidate, "gueret espace a cote"); len(list) != 1 || list[0].ID != doubtful {
		t.Errorf("by words: %+v", list)
	}
	if taken, err := b.Claim(ctx, b.Candidate, mine, ""); err != nil || !taken {
		t.Errorf("own SIRET: %v, %v", taken, err)
	}
	p, err := b.Service.Place(ctx, b.Candidate, mine)
	if err != nil || p.Published || p.NationalID == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := b.Claim(ctx, b.Candidate, doubtful, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no reason: %v", err)
	}
	if taken, err := b.Claim(ctx, b.Candidate, doubtful, "C’est notre annexe."); err != nil || taken {
		t.Errorf("another SIRET: %v, %v", taken, err)
	}
	if _, err := b.Claim(ctx, b.Candidate, doubtful, "Encore"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("asked twice: %v", err)
	}
	waiting, err := b.WaitingClaims(ctx, b.Operator)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v, %v", waiting, err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, false, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("refused without a word: %v", err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.Place(ctx, b.Candidate, doubtful); err != nil {
		t.Error(err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, true, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("decided twice: %v", err)
	}
}

func TestAPlaceIsTakenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.known("Annexe", "55210055400013")
	var group sync.WaitGroup
	won := make(chan bool, 8)
	for range cap(won) {
		group.Go(func() {
			taken, err := b.Claim(context.WithoutCancel(t.Context()), b.Candidate, id, "")
			won <- taken && err == nil
		})
	}
	group.Wait()
	close(won)
	n := 0
	for w := range won {
		if w {
			n++
		}
	}
	if n != 1 {
		t.Errorf("taken %d times", n)
	}
}
