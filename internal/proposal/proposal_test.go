package proposal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/proposal"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

type scene struct {
	*testworld.World
	*proposal.Service
}

func newScene(t *testing.T) *scene {
	t.Helper()
	index, err := territory.Load()
	must(t, err)
	w := testworld.New(t)
	return &scene{w, proposal.NewService(w.DB, index, proposal.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func form() proposal.Form {
	return proposal.Form{Name: "La Recyclerie", Commune: "Guéret", CommuneCode: "23096", ContactEmail: "anne@recyclerie.test", Why: "Des ateliers ouverts à tous.", ByAdviser: true}
}

// token reads the link of the last mail, as its reader does.
func (s *scene) token(t *testing.T) string {
	t.Helper()
	var body string
	must(t, s.Owner.QueryRow(t.Context(), `SELECT body_text FROM mail_outbox WHERE recipient = 'anne@recyclerie.test' ORDER BY created_at DESC, id DESC LIMIT 1`).Scan(&body))
	_, after, found := strings.Cut(body, "/rejoindre?invitation=")
	if !found {
		t.Fatalf("no link in %q", body)
	}
	return strings.Fields(after)[0]
}

func (s *scene) stage(t *testing.T, id uuid.UUID) proposal.Stage {
	t.Helper()
	p, err := s.One(t.Context(), s.Agent, id)
	must(t, err)
	return p.Stage
}

// TestFromACounterToTheQualification follows one proposal through every stage.
func TestFromACounterToTheQualification(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	id, err := s.Propose(ctx, s.Agent, form())
	must(t, err)
	if list, err := s.Received(ctx, s.Commanditaire, proposal.Wanted{Stage: proposal.Proposed}); err != nil || len(list) != 1 || !list[0].MayInvite {
		t.Fatalf("received: %+v, %v", list, err)
	}
	if err := s.Invite(ctx, s.Agent, id, "anne@recyclerie.test"); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("the counter invited: %v", err)
	}
	if err := s.Invite(ctx, s.Other, id, "anne@recyclerie.test"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a stranger invited: %v", err)
	}
	must(t, s.Invite(ctx, s.Commanditaire, id, "anne@recyclerie.test"))
	old := s.token(t)
	s.Travel(time.Minute)
	must(t, s.Invite(ctx, s.Commanditaire, id, "anne@recyclerie.test"))
	if _, err := s.Invitation(ctx, old); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a replaced link still works: %v", err)
	}
	found, err := s.Invitation(ctx, s.token(t))
	if err != nil || found.Name != "La Recyclerie" || found.Email != "anne@recyclerie.test" {
		t.Errorf("invitation: %+v, %v", found, err)
	}
	if got := s.stage(t, id); got != proposal.Invited {
		t.Errorf("stage %s", got)
	}
	token := s.token(t)
	must(t, s.Registered(ctx, token, s.Stranger))
	if _, err := s.Invitation(ctx, token); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a used link still works: %v", err)
	}
	s.Exec(`UPDATE places SET published = false WHERE structure_id = $1`, s.Stranger)
	if got := s.stage(t, id); got != proposal.Registered {
		t.Errorf("stage %s", got)
	}
	s.Exec(`UPDATE proposals SET organisation_id = $1`, s.Mediatheque)
	if got := s.stage(t, id); got != proposal.Qualified {
		t.Errorf("stage %s", got)
	}
	if err := s.Dismiss(ctx, s.Commanditaire, id, "Trop tard"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("dismissed who registered: %v", err)
	}
}

func TestRefusedProposals(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	known := form()
	s.Exec(`UPDATE organisations SET siret = '73282932000074' WHERE id = $1`, s.Mediatheque)
	known.SIRET = "732 829 320 00074"
	twice := form()
	twice.SIRET = "55210055400013"
	_, err := s.Propose(t.Context(), s.Agent, twice)
	must(t, err)
	for name, c := range map[string]struct {
		form  proposal.Form
		field string
	}{
		"already qualified": {known, "siret"}, "already proposed": {twice, "siret"},
		"nothing": {proposal.Form{}, "nom"}, "elsewhere": {proposal.Form{CommanditaireID: s.Region, Name: "x", Why: "y", CommuneCode: "23096"}, "commanditaire"},
	} {
		_, err := s.Propose(t.Context(), s.Agent, c.form)
		refusal, ok := fault.As(err)
		if !ok || len(refusal.Fields) == 0 || refusal.Fields[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDismissedWithAReason(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id, err := s.Propose(t.Context(), s.Agent, form())
	must(t, err)
	if err := s.Dismiss(t.Context(), s.Other, id, "x"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a stranger dismissed: %v", err)
	}
	must(t, s.Dismiss(t.Context(), s.Commanditaire, id, "Elle n’accueille pas le public."))
	if p, err := s.One(t.Context(), s.Agent, id); err != nil || p.Stage != proposal.Dismissed || p.Reason == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if list, err := s.All(t.Context(), s.Operator, proposal.Wanted{}); err != nil || len(list) != 1 {
		t.Errorf("the operator reads %d, %v", len(list), err)
	}
}

// TestInvitationsAreBounded invites until it is enough, then uses a link that is
// too old: neither writes anything.
func TestInvitationsAreBounded(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id, err := s.Propose(t.Context(), s.Agent, form())
	must(t, err)
	for range 5 {
		must(t, s.Invite(t.Context(), s.Commanditaire, id, "anne@recyclerie.test"))
		s.Travel(time.Hour)
	}
	if err := s.Invite(t.Context(), s.Commanditaire, id, "autre@recyclerie.test"); !fault.Is(err, fault.KindTooMany) {
		t.Errorf("a sixth invitation: %v", err)
	}
	s.Travel(24 * time.Hour)
	must(t, s.Invite(t.Context(), s.Commanditaire, id, "anne@recyclerie.test"))
	token := s.token(t)
	s.Travel(91 * 24 * time.Hour)
	must(t, s.Registered(t.Context(), token, s.Stranger))
	if got := s.stage(t, id); got != proposal.Invited {
		t.Errorf("a link of ninety-one days registered somebody: %s", got)
	}
}

func TestAnAiguilleurWhoseConventionIsOverProposesToNobody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Exec(`UPDATE conventions SET starts_on = starts_on - 4000, ends_on = $1`, s.Now().AddDate(0, 0, -1))
	if list, err := s.Targets(t.Context(), s.Agent); err != nil || len(list) != 0 {
		t.Errorf("it may propose to %+v, %v", list, err)
	}
}
