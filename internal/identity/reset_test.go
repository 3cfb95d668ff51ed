package identity_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
)

func TestResetPasswordOnce(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	email := w.Commanditaire.Email
	for range 10 {
		_, _ = people.SignIn(t.Context(), visitor, email, "mauvais mot de passe")
	}
	must(t, people.RequestReset(t.Context(), visitor, email))
	older := lastLink(t, w, email)
	must(t, people.RequestReset(t.Context(), visitor, email))
	link := lastLink(t, w, email)

	wantKind(t, people.ResetPassword(t.Context(), visitor, link, "court"), fault.KindInvalid)
	must(t, people.ResetPassword(t.Context(), visitor, link, "une autre phrase facile"))
	for name, spent := range map[string]string{"used": link, "older": older, "invented": "inconnu"} {
		if err := people.ResetPassword(t.Context(), visitor, spent, "encore une phrase facile"); !errors.Is(err, identity.ErrLinkOver) {
			t.Errorf("%s link: error %v, want ErrLinkOver", name, err)
		}
	}
	// The throttle no longer stands in the owner's way.
	_, err := people.SignIn(t.Context(), visitor, email, "une autre phrase facile")
	must(t, err)
}

func TestResetLinkExpires(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	must(t, people.RequestReset(t.Context(), visitor, w.Commanditaire.Email))
	link := lastLink(t, w, w.Commanditaire.Email)
	w.Travel(time.Hour)
	if _, err := people.CheckReset(t.Context(), link); !errors.Is(err, identity.ErrLinkOver) {
		t.Errorf("error %v, want ErrLinkOver", err)
	}
}

func TestResetSpentByTwoAtOnce(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	must(t, people.RequestReset(t.Context(), visitor, w.Commanditaire.Email))
	link := lastLink(t, w, w.Commanditaire.Email)
	results := make(chan error, 4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { results <- people.ResetPassword(t.Context(), visitor, link, "une autre phrase facile") })
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
		t.Errorf("%d resets with one link", won)
	}
}

func TestResetTellsNothingAndIsThrottled(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	must(t, people.RequestReset(t.Context(), visitor, "personne@exemple.test"))
	wantKind(t, people.RequestReset(t.Context(), visitor, "pas une adresse"), fault.KindInvalid)
	for range 6 {
		must(t, people.RequestReset(t.Context(), visitor, w.Commanditaire.Email))
	}
	if n := w.Count(`SELECT count(*) FROM mail_outbox`); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	if n := w.Count(`SELECT count(*) FROM password_resets r, mail_outbox m WHERE m.body_text LIKE '%' || encode(r.token_hash, 'escape') || '%'`); n != 0 {
		t.Error("a link's secret is stored with the links")
	}
	var last error
	for range 20 {
		last = people.RequestReset(t.Context(), visitor, "personne@exemple.test")
	}
	wantKind(t, last, fault.KindTooMany)
}

func TestAddOperator(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	link, err := people.AddOperator(t.Context(), "Claire@Operateur.test", "Claire Martin", identity.OperatorFinance)
	must(t, err)
	token := strings.TrimPrefix(link, "https://pass.exemple.fr/mot-de-passe/")
	must(t, people.ResetPassword(t.Context(), visitor, token, secret))
	proved, err := people.SignIn(t.Context(), visitor, "claire@operateur.test", secret)
	must(t, err)
	if proved.Account.OperatorRole != identity.OperatorFinance {
		t.Errorf("account %+v", proved.Account)
	}
	_, err = people.AddOperator(t.Context(), w.Agent.Email, "", identity.OperatorSuivi)
	must(t, err)
	_, err = people.AddOperator(t.Context(), "x@exemple.test", "", "chef")
	wantKind(t, err, fault.KindInvalid)
}

// TestARoleGivenToAnAddressGivesNothingToWhoTookIt has somebody join with the
// address of a future member of the staff: the role must not come with their password.
func TestARoleGivenToAnAddressGivesNothingToWhoTookIt(t *testing.T) {
	t.Parallel()
	w, people := newPeople(t)
	before, err := people.ActorOf(t.Context(), w.Commanditaire.AccountID, w.Departement)
	must(t, err)
	_, err = people.AddOperator(t.Context(), w.Commanditaire.Email, "", identity.OperatorAdministration)
	must(t, err)
	_, err = people.SignIn(t.Context(), visitor, w.Commanditaire.Email, secret)
	wantKind(t, err, fault.KindInvalid)
	after, err := people.ActorOf(t.Context(), w.Commanditaire.AccountID, w.Departement)
	must(t, err)
	if before.Stamp == after.Stamp {
		t.Error("sessions opened before the role go on with it")
	}
}
