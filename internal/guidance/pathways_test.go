package guidance_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

type scene struct {
	*testworld.World
	redemptions *redemption.Service
	guidance    *guidance.Service
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := testworld.New(t)
	s := &scene{World: w, redemptions: redemption.NewService(w.DB, w.Keys)}
	s.guidance = guidance.NewService(w.DB, w.Keys, s.live)
	return s
}

func (s *scene) live(ctx context.Context, actor identity.Actor, codes []string) ([]int, error) {
	results, err := s.redemptions.Check(ctx, actor, codes, nil, nil)
	var live []int
	for _, r := range results {
		if r.Status == redemption.Valid {
			live = append(live, r.Index)
		}
	}
	return live, err
}

func form(title string) guidance.Form {
	return guidance.Form{Title: title, Levels: [3][]guidance.Row{{{"11", "Comprendre"}, {}}, {{"48", ""}}, {{"98", ""}}}}
}

func TestPathwaysAreVersioned(t *testing.T) {
	t.Parallel()
	s, ctx := newScene(t), t.Context()
	first, err := s.guidance.Create(ctx, guidance.Commanditaires, s.Commanditaire, form("Premiers  pas"))
	if err != nil {
		t.Fatal(err)
	}
	if first.Title != "Premiers pas" || len(first.Steps()) != 3 || first.Steps()[0].Title() != "Comprendre" || first.Steps()[2].Level() != 3 {
		t.Errorf("%+v", first)
	}
	if same, err := s.guidance.Edit(ctx, guidance.Commanditaires, s.Commanditaire, first.RootID, 1, form("Premiers pas")); err != nil || same.Version != 1 {
		t.Errorf("saving without a change: version %d, %v", same.Version, err)
	}
	second, err := s.guidance.Edit(ctx, guidance.Commanditaires, s.Commanditaire, first.RootID, 1, form("Mes premiers pas"))
	if err != nil || second.Version != 2 || second.RootID != first.RootID {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := s.guidance.Edit(ctx, guidance.Commanditaires, s.Commanditaire, first.RootID, 1, form("Trop tard")); !errors.Is(err, guidance.ErrPathwayReplaced) {
		t.Error(err)
	}
	if err := s.guidance.Archive(ctx, guidance.Commanditaires, s.Commanditaire, first.RootID, true); err != nil {
		t.Fatal(err)
	}
	last, versions, err := s.guidance.Pathway(ctx, guidance.Commanditaires, s.Commanditaire, first.RootID)
	if err != nil || !last.Archived() || len(versions) != 2 || versions[1].Title != "Premiers pas" {
		t.Errorf("%+v, %v", versions, err)
	}
	if _, _, err := s.guidance.Pathway(ctx, guidance.Commanditaires, s.Other, first.RootID); !errors.Is(err, guidance.ErrPathwayNotFound) {
		t.Error("another commanditaire:", err)
	}
	if _, err := s.guidance.Create(ctx, guidance.Operators, s.Commanditaire, form("Pour tous")); !errors.Is(err, identity.ErrForbidden) {
		t.Error("a commanditaire as the operator:", err)
	}
}

func TestPathwayFormsAreRead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	bad := guidance.Form{Levels: [3][]guidance.Row{{{"44", ""}, {"", "Sans service"}}, {{"48", ""}, {"48", ""}}}}
	_, err := s.guidance.Create(t.Context(), guidance.Operators, s.Operator, bad)
	refusal, ok := fault.ForForm(err)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range refusal.Fields {
		fields = append(fields, f.Field)
	}
	for _, want := range []string{"titre", "service-1-1", "service-1-2", "service-2-2"} {
		if !slices.Contains(fields, want) {
			t.Errorf("%s is not refused: %v", want, fields)
		}
	}
}

func TestWhoProposesWhat(t *testing.T) {
	t.Parallel()
	s, ctx := newScene(t), t.Context()
	models, err := s.guidance.Models(ctx, s.Commanditaire)
	if err != nil || len(models) < 5 {
		t.Fatalf("%d models, %v", len(models), err)
	}
	for _, m := range models {
		if m.Version != 1 || !slices.IsSortedFunc(m.Steps(), func(a, b guidance.Step) int { return a.Level() - b.Level() }) {
			t.Errorf("%s does not go from level to level", m.Title)
		}
		if guidance.FormOf(m).Title != m.Title {
			t.Error("a model does not fit its form")
		}
	}
	own, err := s.guidance.Duplicate(ctx, guidance.Commanditaires, s.Commanditaire, models[0].RootID)
	if err != nil || own.CommanditaireID == nil || own.Title != models[0].Title+" (copie)" {
		t.Fatalf("%+v, %v", own, err)
	}
	entries := []int{int(own.Entries[0]), int(own.Entries[1])}
	got, err := s.guidance.Proposals(ctx, s.Agent, s.Departement, entries, nil)
	if err != nil || len(got) == 0 || got[0].ID != own.ID {
		t.Errorf("the commanditaire's own does not come first: %+v, %v", got, err)
	}
	if got, _ = s.guidance.Proposals(ctx, s.Agent, s.Region, entries, nil); len(got) > 0 && got[0].ID == own.ID {
		t.Error("a carnet of somebody else is given this parcours")
	}
	if got, _ = s.guidance.Proposals(ctx, s.Other, uuid.Nil, entries, nil); len(got) > 0 && got[0].ID == own.ID {
		t.Error("a stranger's counter proposes it")
	}
	if list, err := s.guidance.Pathways(ctx, guidance.Operators, s.Operator); err != nil || len(list) != len(models) {
		t.Errorf("the operator lists %d, %v", len(list), err)
	}
}

func TestProgressTellsStepsAndNothingElse(t *testing.T) {
	t.Parallel()
	s, ctx := newScene(t), t.Context()
	pathway, err := s.guidance.Create(ctx, guidance.Commanditaires, s.Commanditaire, form("Premiers pas"))
	if err != nil {
		t.Fatal(err)
	}
	order := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	codes := clear(order.HandedOver(1))
	s.Exec(`UPDATE handovers SET pathway_id = $1 WHERE order_id = $2`, pathway.ID, order.ID)
	got, err := s.guidance.Progress(ctx, s.Mediateur, codes[:2])
	if err != nil || len(got) != 1 || got[0].Title != "Premiers pas" || got[0].Done() != 0 || !slices.Equal(got[0].Codes, []int{0, 1}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.redemptions.Redeem(ctx, s.Mediateur, redemption.Request{Key: "1", Codes: codes[:1], Entries: []int{48, 3}, Mode: redemption.Individuel}); err != nil {
		t.Fatal(err)
	}
	got, err = s.guidance.Progress(ctx, s.Mediateur, codes)
	if err != nil || len(got) != 1 || got[0].Done() != 1 || !got[0].Steps[1].Done {
		t.Fatalf("after a séance: %+v, %v", got, err)
	}
	if next, ok := got[0].Next(); !ok || next.Entry != 11 {
		t.Errorf("next step %+v", next)
	}
	if slices.Contains(got[0].Codes, 0) {
		t.Error("a used chèque tells of its carnet")
	}
	if got, err = s.guidance.Progress(ctx, s.Mediateur, []string{code.Specimen(1).Clear()}); err != nil || got != nil {
		t.Errorf("a specimen: %+v, %v", got, err)
	}
	if _, err = s.guidance.Progress(ctx, s.Agent, codes); !errors.Is(err, identity.ErrForbidden) {
		t.Error("a counter:", err)
	}
	s.Exec(`UPDATE handovers SET pathway_id = NULL, entries = '{44,48}'`)
	if got, err = s.guidance.Progress(ctx, s.Mediateur, codes[1:2]); err != nil || len(got) != 1 || got[0].Title != "" || len(got[0].Steps) != 2 || got[0].Done() != 1 {
		t.Errorf("services alone: %+v, %v", got, err)
	}
}

func clear(codes []code.Code) []string {
	list := make([]string, len(codes))
	for i, c := range codes {
		list[i] = c.Clear()
	}
	return list
}
