package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"passnum/internal/identity"
)

const pin = "4271"

func TestSharedComputer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	colleague := s.Member(s.Mairie, "collegue@exemple.test", identity.RoleAgent, s.Agent.Capacities)
	s.Exec(`UPDATE accounts SET password_hash = $1 WHERE password_hash = ''`, identity.HashPassword(secret))
	b := s.browser(t)
	b.signIn(s.Agent.Email)
	b.post("/compte/code", "pin", "1234", "minutes", "5", "pin_password", secret).want(t, http.StatusUnprocessableEntity, "")
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", "un autre mot").want(t, http.StatusUnprocessableEntity, "")
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", secret).want(t, http.StatusSeeOther, "/compte")
	b.post("/verrouillage/maintenant", "suite", "/aiguilleur/stock").want(t, http.StatusSeeOther, "/verrouillage?suite=%2Faiguilleur%2Fstock")

	b.get("/aiguilleur/stock").want(t, http.StatusSeeOther, "/verrouillage?suite=%2Faiguilleur%2Fstock")
	b.post("/aiguilleur/remise/valider").want(t, http.StatusSeeOther, "/verrouillage")
	locked := b.get("/verrouillage?suite=/aiguilleur/stock")
	locked.wantText(t, "Écran verrouillé")
	if strings.Contains(locked.body, s.Agent.Email) {
		t.Error("the locked screen tells the address")
	}
	account := s.Agent.AccountID.String()
	b.post("/verrouillage", "agent", account, "pin", "0000").want(t, http.StatusUnprocessableEntity, "")
	b.get("/aiguilleur/stock").want(t, http.StatusSeeOther, "/verrouillage?suite=%2Faiguilleur%2Fstock")

	// A colleague signs in on the same screen, then the first one comes back.
	b.signIn(colleague.Email)
	b.post("/compte/code", "pin", "9305", "minutes", "2", "pin_password", secret).want(t, http.StatusSeeOther, "/compte")
	b.post("/verrouillage/maintenant")
	b.post("/verrouillage", "agent", account, "pin", "9305").want(t, http.StatusUnprocessableEntity, "")
	b.post("/verrouillage", "agent", account, "pin", pin, "suite", "/compte").want(t, http.StatusSeeOther, "/compte")
	b.get("/compte").wantText(t, s.Agent.Email)
	b.get("/aiguilleur").want(t, http.StatusOK, "")
}

func TestFiveWrongCodesAskForThePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Agent.Email)
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", secret)
	b.post("/verrouillage/maintenant")
	for range 5 {
		b.post("/verrouillage", "agent", s.Agent.AccountID.String(), "pin", "0001").want(t, http.StatusUnprocessableEntity, "")
	}
	b.post("/verrouillage", "agent", s.Agent.AccountID.String(), "pin", pin).want(t, http.StatusTooManyRequests, "")
	b.post("/verrouillage", "agent", s.Agent.AccountID.String(), "pin", pin).want(t, http.StatusSeeOther, "/connexion")
	b.signIn(s.Agent.Email).want(t, http.StatusSeeOther, "/aiguilleur")
}

func TestAPINOpensNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Agent.Email)
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", secret)
	elsewhere := s.browser(t)
	elsewhere.post("/verrouillage", "agent", s.Agent.AccountID.String(), "pin", pin).want(t, http.StatusSeeOther, "/connexion")
	elsewhere.get("/aiguilleur").want(t, http.StatusSeeOther, "/connexion?suite=%2Faiguilleur")
}

func TestDevicePairsOnceAndOnlyScans(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	manager := s.browser(t)
	manager.signIn(s.Mediateur.Email)
	manager.post("/structure/appareils/nouveau", "name", "", "place", s.Place.String()).want(t, http.StatusUnprocessableEntity, "")
	made := manager.post("/structure/appareils/nouveau", "name", "Tablette de l’accueil", "place", s.Place.String())
	if made.status != http.StatusSeeOther {
		t.Fatalf("status %d", made.status)
	}
	shown := manager.post(made.location)
	code := regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}`).FindString(shown.body)
	if code == "" {
		t.Fatal("no pairing code")
	}
	tablet := s.browser(t)
	tablet.get("/mediateur/scanner").want(t, http.StatusSeeOther, "/connexion?suite=%2Fmediateur%2Fscanner")
	tablet.post("/appareil", "code", "2222-2222").want(t, http.StatusUnprocessableEntity, "")
	paired := tablet.post("/appareil", "code", strings.ToLower(code))
	paired.want(t, http.StatusSeeOther, "/mediateur/scanner")
	if cookie := paired.header.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("cookie %q", cookie)
	}
	tablet.get("/mediateur/scanner").want(t, http.StatusOK, "")
	for _, path := range []string{"/mediateur", "/mediateur/encaissements", "/structure/paiements", "/equipe", "/compte"} {
		if got := tablet.get(path); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/connexion") {
			t.Errorf("%s: %d %s", path, got.status, got.location)
		}
	}
	s.browser(t).post("/appareil", "code", code).want(t, http.StatusUnprocessableEntity, "")
	manager.get("/structure/appareils").wantText(t, "Tablette de l’accueil")

	manager.post("/structure/appareils/retirer-tout").want(t, http.StatusSeeOther, "/structure/appareils")
	tablet.get("/mediateur/scanner").want(t, http.StatusSeeOther, "/connexion?suite=%2Fmediateur%2Fscanner")
	if n := s.Count(`SELECT count(*) FROM devices WHERE secret_hash IS NOT NULL OR pairing_hash IS NOT NULL`); n != 0 {
		t.Error("a withdrawn device keeps a secret")
	}
}

func TestAnotherStructuresDeviceIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	manager := s.browser(t)
	manager.signIn(s.Mediateur.Email)
	made := manager.post("/structure/appareils/nouveau", "name", "Tablette", "place", s.Place.String())
	stranger := s.Member(s.Organisation("Autre structure", "11111111100001", "association", identity.Capacities{Structure: true}),
		"autre-structure@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	s.Exec(`UPDATE accounts SET password_hash = $1 WHERE password_hash = ''`, identity.HashPassword(secret))
	other := s.browser(t)
	other.signIn(stranger.Email)
	other.get(made.location).want(t, http.StatusNotFound, "")
	other.post(made.location).want(t, http.StatusNotFound, "")
	other.post(strings.TrimSuffix(made.location, "/code")+"/retirer").want(t, http.StatusNotFound, "")
	other.post("/structure/appareils/nouveau", "name", "Vol", "place", s.Place.String()).want(t, http.StatusUnprocessableEntity, "")
}

// Every page that somebody with a code opens locks itself, the scanner included.
func TestEveryScreenLocksItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Mediateur.Email)
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", secret)
	for _, path := range []string{"/compte", "/mediateur", "/mediateur/scanner", "/mediateur/file", "/structure/lieux/nouveau"} {
		if page := b.get(path); !regexp.MustCompile(`/assets/lock\.[0-9a-f]+\.js`).MatchString(page.body) {
			t.Errorf("%s (%d) never locks itself", path, page.status)
		}
	}
}
