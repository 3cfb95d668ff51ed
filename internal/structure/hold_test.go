package structure_test

import (
	"testing"

	"passnum/internal/qualification"
)

// What a structure hid stays hidden when the operator shows its places again.
func TestAHiddenPlaceStaysHidden(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, seen := t.Context(), b.submitted(t)
	id := seen.OrganisationID
	if err := b.Files.Qualify(ctx, b.Operator, id, *seen.SubmittedAt, 24); err != nil {
		t.Fatal(err)
	}
	shown, err := b.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil || !shown.Published {
		t.Fatalf("%+v, %v", shown, err)
	}
	list, err := b.Places(ctx, b.Candidate)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d places, %v", len(list), err)
	}
	hidden := list[0].ID
	if hidden == shown.ID {
		hidden = list[1].ID
	}
	if err := b.Publish(ctx, b.Candidate, hidden, false); err != nil {
		t.Fatal(err)
	}
	if err := b.Files.Suspend(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"signalements"}}); err != nil {
		t.Fatal(err)
	}
	// One that is added meanwhile is shown when the suspension ends.
	if _, err := b.AddPlace(ctx, b.Candidate, placeForm()); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND published`, id); n != 0 {
		t.Errorf("%d places of a suspended structure are shown", n)
	}
	if err := b.Files.Reinstate(ctx, b.Operator, id); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND published AND id <> $2`, id, hidden); n != 2 {
		t.Errorf("%d places are shown again", n)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE id = $1 AND published`, hidden); n != 0 {
		t.Error("what the structure hid is shown by the operator's decision")
	}
	if err := b.Publish(ctx, b.Candidate, hidden, true); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND published`, id); n != 3 {
		t.Errorf("%d places", n)
	}
}
