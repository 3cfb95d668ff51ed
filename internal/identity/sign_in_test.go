package identity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	proved, err := people.SignIn(t.Context(), visitor, "  Commanditaire@Exemple.test ", secret)
	must(t, err)
	if proved.Account.ID != w.Commanditaire.AccountID || proved.Step != identity.StepDone {
		t.Errorf("signed in as %+v", proved)
	}
	for name, try := range map[string][2]string{
		"wrong password":   {w.Commanditaire.Email, "le chien de ma voisine"},
		"unknown address":  {"personne@exemple.test", secret},
		"no password yet":  {w.Agent.Email, secret},
		"an empty attempt": {"", ""},
	} {
		if _, err := people.SignIn(t.Context(), visitor, try[0], try[1]); !errors.Is(err, identity.ErrCredentials) {
			t.Errorf("%s: error %v, want ErrCredentials", name, err)
		}
	}
	w.Exec(`UPDATE accounts SET disabled_at = now() WHERE id = $1`, w.Commanditaire.AccountID)
	if _, err := people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret); !errors.Is(err, identity.ErrCredentials) {
		t.Errorf("closed account: error %v", err)
	}
}

func TestSignInIsThrottledPerAccountAndOpensAgain(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	for range 10 {
		_, err := people.SignIn(t.Context(), visitor, w.Commanditaire.Email, "mauvais mot de passe")
		wantKind(t, err, fault.KindInvalid)
	}
	// Even the right password, and from elsewhere.
	_, err := people.SignIn(t.Context(), identity.Actor{Address: "198.51.100.1"}, w.Commanditaire.Email, secret)
	wantKind(t, err, fault.KindTooMany)
	_, err = people.SignIn(t.Context(), visitor, w.Agent.Email, secret)
	wantKind(t, err, fault.KindInvalid) // another account from the same place is still judged
	w.Travel(21 * time.Minute)
	_, err = people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret)
	must(t, err)
}

func TestSignInIsThrottledPerAddress(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	for i := range 60 {
		_, err := people.SignIn(t.Context(), visitor, testworld.Email(i), secret)
		wantKind(t, err, fault.KindInvalid)
	}
	_, err := people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret)
	wantKind(t, err, fault.KindTooMany)
}

func TestSimultaneousGuessesDoNotSlipThrough(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	var judged sync.Map
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			_, err := people.SignIn(t.Context(), visitor, w.Commanditaire.Email, "mauvais mot de passe")
			if fault.Is(err, fault.KindInvalid) {
				judged.Store(i, true)
			}
		})
	}
	wg.Wait()
	count := 0
	judged.Range(func(any, any) bool { count++; return true })
	if count > 10 {
		t.Errorf("%d guesses were judged, want 10 at most", count)
	}
}

func TestSuccessIsNotAFailedTry(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	for range 15 {
		_, err := people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret)
		must(t, err)
	}
}

func TestActorOf(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	ctx, account := t.Context(), w.Commanditaire.AccountID
	actor, err := people.ActorOf(ctx, account, w.Departement)
	must(t, err)
	if actor.OrganisationID != w.Departement || actor.Role != identity.RoleResponsable || !actor.Can(identity.OrderSign) || actor.Several {
		t.Errorf("actor %+v", actor)
	}
	actor, err = people.ActorOf(ctx, account, w.Region)
	must(t, err)
	if actor.OrganisationID != uuid.Nil || actor.Can(identity.TeamRead) || !actor.SignedIn() {
		t.Errorf("an organisation of others gives %+v", actor)
	}
	operator, err := people.ActorOf(ctx, w.Operator.AccountID, uuid.Nil)
	must(t, err)
	if !operator.Can(identity.PlatformDecide) {
		t.Errorf("operator %+v", operator)
	}
	w.Exec(`UPDATE organisations SET suspended_at = now() WHERE id = $1`, w.Departement)
	actor, err = people.ActorOf(ctx, account, w.Departement)
	must(t, err)
	if actor.OrganisationID != uuid.Nil {
		t.Error("a suspended organisation is still acted for")
	}
	_, err = people.ActorOf(ctx, uuid.New(), w.Departement)
	wantKind(t, err, fault.KindNotFound)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	before, err := people.ActorOf(t.Context(), w.Commanditaire.AccountID, w.Departement)
	must(t, err)
	err = people.ChangePassword(t.Context(), w.Commanditaire, "faux mot de passe", "une autre phrase facile")
	if !errors.Is(err, identity.ErrWrongPassword) {
		t.Fatalf("error %v, want ErrWrongPassword", err)
	}
	wantKind(t, people.ChangePassword(t.Context(), w.Commanditaire, secret, "court"), fault.KindInvalid)
	must(t, people.ChangePassword(t.Context(), w.Commanditaire, secret, "une autre phrase facile"))
	after, err := people.ActorOf(t.Context(), w.Commanditaire.AccountID, w.Departement)
	must(t, err)
	if before.Stamp == after.Stamp {
		t.Error("the stamp does not follow the password")
	}
	_, err = people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret)
	wantKind(t, err, fault.KindInvalid)
}
