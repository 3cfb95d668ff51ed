package identity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
)

const invited = "nouvelle@exemple.test"

func TestInvitationAcceptedAsNewOnce(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	must(t, people.Invite(t.Context(), w.Commanditaire, "Nouvelle@Exemple.test", identity.RoleSignataire))
	link := lastLink(t, w, invited)
	offer, err := people.Invitation(t.Context(), link)
	must(t, err)
	if offer.AccountExists || offer.Email != invited || offer.OrganisationName != "Département de la Creuse" {
		t.Errorf("offer %+v", offer)
	}
	_, _, err = people.AcceptAsNew(t.Context(), visitor, link, " ", "court")
	if refusal, ok := fault.As(err); !ok || len(refusal.Fields) != 2 {
		t.Fatalf("error %v, want both fields refused", err)
	}
	account, _, err := people.AcceptAsNew(t.Context(), visitor, link, "Ana Silva", secret)
	must(t, err)
	actor, err := people.ActorOf(t.Context(), account.ID, w.Departement)
	must(t, err)
	if actor.Role != identity.RoleSignataire {
		t.Errorf("actor %+v", actor)
	}
	_, _, err = people.AcceptAsNew(t.Context(), visitor, link, "Ana Silva", secret)
	if !errors.Is(err, identity.ErrInvitationOver) {
		t.Errorf("second time: %v", err)
	}
	if n := w.Count(`SELECT count(*) FROM journal WHERE act = 'invitation acceptée'`); n != 1 {
		t.Errorf("%d lines in the journal", n)
	}
}

func TestInvitationAcceptedByTwoAtOnce(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	must(t, people.Invite(t.Context(), w.Commanditaire, w.Agent.Email, identity.RoleLecteur))
	link := lastLink(t, w, w.Agent.Email)
	results := make(chan error, 4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := people.Accept(t.Context(), w.Agent, link)
			results <- err
		})
	}
	wg.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d acceptances of one invitation", won)
	}
	actor, err := people.ActorOf(t.Context(), w.Agent.AccountID, w.Departement)
	must(t, err)
	if actor.Role != identity.RoleLecteur || !actor.Several {
		t.Errorf("actor %+v", actor)
	}
}

func TestInvitationRefusals(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	ctx := t.Context()
	must(t, people.Invite(ctx, w.Commanditaire, invited, identity.RoleLecteur))
	first := lastLink(t, w, invited)
	if _, err := people.Accept(ctx, w.Agent, first); !errors.Is(err, identity.ErrInvitationOther) {
		t.Errorf("another address: %v", err)
	}
	wantKind(t, people.Invite(ctx, w.Cofunder, invited, identity.RoleLecteur), fault.KindForbidden)
	wantKind(t, people.Invite(ctx, w.Commanditaire, invited, "chef"), fault.KindInvalid)
	if err := people.Invite(ctx, w.Commanditaire, w.Commanditaire.Email, identity.RoleLecteur); !errors.Is(err, identity.ErrAlreadyMember) {
		t.Errorf("already there: %v", err)
	}
	pending, err := people.PendingInvitations(ctx, w.Commanditaire)
	must(t, err)
	if len(pending) != 1 {
		t.Fatalf("%d pending invitations", len(pending))
	}
	// Another organisation's invitation does not exist.
	wantKind(t, people.Revoke(ctx, w.Other, pending[0].ID), fault.KindNotFound)
	wantKind(t, people.Resend(ctx, w.Other, pending[0].ID), fault.KindNotFound)

	must(t, people.Resend(ctx, w.Commanditaire, pending[0].ID))
	second := lastLink(t, w, invited)
	if _, err := people.Invitation(ctx, first); !errors.Is(err, identity.ErrInvitationOver) {
		t.Errorf("the replaced link: %v", err)
	}
	w.Travel(7 * 24 * time.Hour)
	if _, err := people.Invitation(ctx, second); !errors.Is(err, identity.ErrInvitationOver) {
		t.Errorf("the old link: %v", err)
	}
	pending, err = people.PendingInvitations(ctx, w.Commanditaire)
	must(t, err)
	must(t, people.Revoke(ctx, w.Commanditaire, pending[0].ID))
	wantKind(t, people.Revoke(ctx, w.Commanditaire, pending[0].ID), fault.KindNotFound)
}

func TestTeam(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	ctx := t.Context()
	second := w.Member(w.Departement, "second@exemple.test", identity.RoleAgent, w.Commanditaire.Capacities)
	members, err := people.Members(ctx, w.Commanditaire)
	must(t, err)
	if len(members) != 2 {
		t.Fatalf("%d members: the team shows others", len(members))
	}
	wantKind(t, people.ChangeRole(ctx, w.Commanditaire, w.Commanditaire.AccountID, identity.RoleLecteur), fault.KindConflict)
	wantKind(t, people.EndMembership(ctx, w.Commanditaire, w.Commanditaire.AccountID), fault.KindConflict)
	wantKind(t, people.ChangeRole(ctx, second, second.AccountID, identity.RoleResponsable), fault.KindForbidden)
	wantKind(t, people.EndMembership(ctx, w.Other, second.AccountID), fault.KindNotFound)
	wantKind(t, people.ChangeRole(ctx, w.Commanditaire, uuid.New(), identity.RoleAgent), fault.KindNotFound)

	must(t, people.ChangeRole(ctx, w.Commanditaire, second.AccountID, identity.RoleSignataire))
	actor, err := people.ActorOf(ctx, second.AccountID, w.Departement)
	must(t, err)
	if actor.Role != identity.RoleSignataire {
		t.Errorf("role %s", actor.Role)
	}
	must(t, people.EndMembership(ctx, w.Commanditaire, second.AccountID))
	actor, err = people.ActorOf(ctx, second.AccountID, w.Departement)
	must(t, err)
	if actor.OrganisationID != uuid.Nil {
		t.Error("someone removed still acts for the organisation")
	}
	// Someone who left can come back.
	must(t, people.Invite(ctx, w.Commanditaire, second.Email, identity.RoleMediateur))
	_, err = people.Accept(ctx, second, lastLink(t, w, second.Email))
	must(t, err)
}

func TestTwoResponsablesCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	second := w.Member(w.Departement, "second@exemple.test", identity.RoleResponsable, w.Commanditaire.Capacities)
	var wg sync.WaitGroup
	wg.Go(func() { _ = people.EndMembership(t.Context(), w.Commanditaire, second.AccountID) })
	wg.Go(func() { _ = people.EndMembership(t.Context(), second, w.Commanditaire.AccountID) })
	wg.Wait()
	if n := w.Count(`SELECT count(*) FROM memberships WHERE organisation_id = $1 AND ended_at IS NULL`, w.Departement); n != 1 {
		t.Errorf("%d people left in charge, want 1", n)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	ctx := t.Context()
	_, err := people.CreateToken(ctx, w.Mediateur, identity.NewToken{Scopes: []string{"tout"}})
	wantKind(t, err, fault.KindInvalid)
	_, err = people.CreateToken(ctx, w.Cofunder, identity.NewToken{Name: "x", Scopes: []string{"check"}})
	wantKind(t, err, fault.KindForbidden)
	token, err := people.CreateToken(ctx, w.Mediateur, identity.NewToken{Name: "Agenda", Scopes: []string{"redeem"}})
	must(t, err)
	actor, err := people.Authenticate(ctx, token)
	must(t, err)
	if actor.OrganisationID != w.Mediatheque || !actor.Can(identity.Redeem) || !actor.Can(identity.Check) || actor.Can(identity.TeamWrite) || actor.AccountID != uuid.Nil {
		t.Errorf("actor %+v", actor)
	}
	if n := w.Count(`SELECT count(*) FROM api_tokens WHERE encode(token_hash, 'escape') LIKE '%pn_%'`); n != 0 {
		t.Error("the token is stored")
	}
	for _, wrong := range []string{"", "pn_inconnu", token + "x", token[3:]} {
		_, err := people.Authenticate(ctx, wrong)
		wantKind(t, err, fault.KindUnauthenticated)
	}
	list, err := people.Tokens(ctx, w.Mediateur)
	must(t, err)
	wantKind(t, people.RevokeToken(ctx, w.Other, list[0].ID), fault.KindNotFound)
	// Another process learns of the withdrawal within seconds.
	elsewhere := identity.NewService(w.DB, nil, journal, "")
	_, err = elsewhere.Authenticate(ctx, token)
	must(t, err)
	must(t, people.RevokeToken(ctx, w.Mediateur, list[0].ID))
	_, err = people.Authenticate(ctx, token)
	wantKind(t, err, fault.KindUnauthenticated)
	w.Travel(6 * time.Second)
	_, err = elsewhere.Authenticate(ctx, token)
	wantKind(t, err, fault.KindUnauthenticated)
}

func TestTokenFromTheConsole(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	token, err := people.CreateTokenFor(t.Context(), "20003482500017", identity.NewToken{Name: "Agenda", Scopes: []string{"check"}})
	must(t, err)
	actor, err := people.Authenticate(t.Context(), token)
	must(t, err)
	if actor.OrganisationID != w.Mediatheque || actor.Can(identity.Redeem) {
		t.Errorf("actor %+v", actor)
	}
	_, err = people.CreateTokenFor(t.Context(), "00000000000000", identity.NewToken{Name: "Agenda", Scopes: []string{"check"}})
	wantKind(t, err, fault.KindNotFound)
}
