package structure_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/structure"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAffiliation plays a request, its refusal, another one that is accepted,
// then a departure with notice.
func TestAffiliation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	own := b.Mediateur
	if err := b.Ask(ctx, b.Candidate, b.Departement, ""); !fault.Is(err, fault.KindConflict) && !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a structure that is not qualified asked: %v", err)
	}
	must(t, b.Ask(ctx, own, b.Departement, "Nous accueillons à Guéret."))
	if err := b.Ask(ctx, own, b.Departement, ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("asked twice: %v", err)
	}
	asked, err := b.AffiliationRequests(ctx, b.Commanditaire)
	if err != nil || len(asked) != 1 || asked[0].Message == "" || asked[0].Places != 1 {
		t.Fatalf("requests: %+v, %v", asked, err)
	}
	if list, _ := b.AffiliationRequests(ctx, b.Other); len(list) != 0 {
		t.Error("another commanditaire reads the request")
	}
	if err := b.RefuseRequest(ctx, b.Other, *asked[0].RequestID, "Non"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another commanditaire refused: %v", err)
	}
	if err := b.RefuseRequest(ctx, b.Commanditaire, *asked[0].RequestID, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("refused without a reason: %v", err)
	}
	must(t, b.RefuseRequest(ctx, b.Commanditaire, *asked[0].RequestID, "Hors de notre territoire"))
	mine, _ := b.Affiliations(ctx, own)
	if len(mine) != 1 || mine[0].Refusal != "Hors de notre territoire" || mine[0].AgreedAt != nil {
		t.Errorf("what the structure reads: %+v", mine)
	}
	must(t, b.Ask(ctx, own, b.Departement, ""))
	must(t, b.Agree(ctx, b.Commanditaire, b.Mediatheque))
	if mine, _ = b.Affiliations(ctx, own); len(mine) != 1 || mine[0].AgreedAt == nil || mine[0].Waiting() {
		t.Errorf("once agreed: %+v", mine)
	}
	lastDay := structure.Notice{LastDay: time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC), Reason: "Nous fermons"}
	must(t, b.Leave(ctx, own, b.Departement, lastDay))
	b.At(time.Date(2026, 12, 15, 22, 0, 0, 0, time.UTC))
	must(t, b.EndNoticed(ctx))
	if agreed, _ := b.Agreed(ctx, b.Commanditaire); len(agreed) != 1 || agreed[0].EndedBy != "structure" {
		t.Errorf("ended before its last day: %+v", agreed)
	}
	b.At(time.Date(2026, 12, 16, 0, 0, 0, 0, time.UTC))
	must(t, b.EndNoticed(ctx))
	if agreed, _ := b.Agreed(ctx, b.Commanditaire); len(agreed) != 0 {
		t.Errorf("still agreed after its last day: %+v", agreed)
	}
}

// TestAskingTwiceAtOnce has two people of a structure ask at the same moment.
func TestAskingTwiceAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var group sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		group.Go(func() { errs[i] = b.Ask(context.Background(), b.Mediateur, b.Departement, "") })
	}
	group.Wait()
	taken := 0
	for _, err := range errs {
		if err == nil {
			taken++
		} else if !fault.Is(err, fault.KindConflict) {
			t.Error(err)
		}
	}
	if taken != 1 {
		t.Errorf("%d requests, want one", taken)
	}
}

// TestAStructureDoesNotAgreeToItself tries what the database alone refuses.
func TestAStructureDoesNotAgreeToItself(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	must(t, b.Ask(t.Context(), b.Mediateur, b.Departement, ""))
	requests, err := b.Affiliations(t.Context(), b.Mediateur)
	must(t, err)
	if err := b.RefuseRequest(t.Context(), b.Mediateur, *requests[0].RequestID, "x"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("answered itself: %v", err)
	}
	if err := b.TakeBackRequest(t.Context(), b.Other, *requests[0].RequestID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another structure took it back: %v", err)
	}
	must(t, b.TakeBackRequest(t.Context(), b.Mediateur, *requests[0].RequestID))
	must(t, b.Ask(t.Context(), b.Mediateur, b.Departement, "De nouveau"))
}
