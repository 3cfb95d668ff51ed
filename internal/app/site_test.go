package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"passnum/internal/identity"
)

func TestSignInJourney(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, metadata := range map[string]http.Header{
		"browser of today": {"Sec-Fetch-Site": {"same-origin"}},
		"older browser":    {"Origin": {s.url}},
		"neither header":   {},
	} {
		b := s.browser(t)
		b.metadata = metadata
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.get("/equipe").want(t, http.StatusSeeOther, "/connexion?suite=%2Fequipe")
			refused := b.post("/connexion", "email", s.Commanditaire.Email, "password", "faux", "suite", "/equipe")
			refused.want(t, http.StatusUnprocessableEntity, "")
			refused.wantText(t, "Adresse ou mot de passe incorrect")
			if !strings.Contains(refused.body, `value="`+s.Commanditaire.Email+`"`) {
				t.Error("the typed address is lost")
			}
			b.post("/connexion", "email", s.Commanditaire.Email, "password", secret, "suite", "/equipe").want(t, http.StatusSeeOther, "/equipe")
			page := b.get("/equipe")
			page.want(t, http.StatusOK, "")
			page.wantText(t, "Département de la Creuse")
			b.post("/deconnexion").want(t, http.StatusSeeOther, "/connexion")
			b.get("/equipe").want(t, http.StatusSeeOther, "/connexion?suite=%2Fequipe")
		})
	}
}

func TestEachRoleLandsWhereItWorks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mediateur := s.Member(s.Mediatheque, "scan@exemple.test", identity.RoleMediateur, s.Mediateur.Capacities)
	nobody := s.Member(s.Organisation("Sans rien", "11111111100001", "association", identity.Capacities{}), "candidat@exemple.test", identity.RoleResponsable, identity.Capacities{})
	s.Exec(`UPDATE accounts SET password_hash = $1 WHERE password_hash = ''`, identity.HashPassword(secret))
	for email, home := range map[string]string{
		s.Commanditaire.Email: "/commanditaire",
		s.Agent.Email:         "/aiguilleur",
		s.Mediateur.Email:     "/structure",
		mediateur.Email:       "/mediateur",
		nobody.Email:          "/structure",
		s.Operator.Email:      "/admin",
	} {
		s.browser(t).signIn(email).want(t, http.StatusSeeOther, home)
	}
}

func TestNoOpenRedirection(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, next := range []string{"https://ailleurs.exemple", "//ailleurs.exemple", `/\ailleurs.exemple`, "javascript:alert(1)"} {
		s.browser(t).post("/connexion", "email", s.Commanditaire.Email, "password", secret, "suite", next).
			want(t, http.StatusSeeOther, "/commanditaire")
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	for _, metadata := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://ailleurs.exemple"}},
	} {
		b.metadata = metadata
		b.post("/deconnexion").want(t, http.StatusForbidden, "")
		b.post("/connexion", "email", s.Commanditaire.Email, "password", secret).want(t, http.StatusForbidden, "")
	}
	b.metadata = http.Header{"Sec-Fetch-Site": {"same-origin"}}
	b.get("/compte").want(t, http.StatusOK, "")
}

func TestSessionsAreRenewedAndHashed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	opened := b.signIn(s.Commanditaire.Email).header.Get("Set-Cookie")
	for _, wanted := range []string{"passnum=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(opened, wanted) {
			t.Errorf("cookie %q lacks %s", opened, wanted)
		}
	}
	if strings.Contains(opened, "Expires") || strings.Contains(opened, "Max-Age") {
		t.Error("the cookie outlives the browser")
	}
	token := regexp.MustCompile(`passnum=([^;]+)`).FindStringSubmatch(opened)[1]
	if n := s.Count(`SELECT count(*) FROM sessions WHERE token = $1`, token); n != 0 {
		t.Error("the session's token is stored as it is")
	}
	again := b.signIn(s.Commanditaire.Email).header.Get("Set-Cookie")
	if strings.Contains(again, token) {
		t.Error("signing in keeps the former token")
	}
}

func TestRemovedPersonLosesAccessAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	b.get("/equipe").want(t, http.StatusOK, "")
	s.Exec(`UPDATE memberships SET ended_at = now() WHERE account_id = $1`, s.Commanditaire.AccountID)
	b.get("/equipe").want(t, http.StatusSeeOther, "/organisation")
	s.Exec(`UPDATE accounts SET disabled_at = now() WHERE id = $1`, s.Commanditaire.AccountID)
	b.get("/compte").want(t, http.StatusSeeOther, "/connexion?suite=%2Fcompte")
}

func TestChangedPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	here, elsewhere := s.browser(t), s.browser(t)
	here.signIn(s.Commanditaire.Email)
	elsewhere.signIn(s.Commanditaire.Email)
	here.post("/compte/mot-de-passe", "current", secret, "password", "une autre phrase facile").want(t, http.StatusSeeOther, "/compte")
	here.get("/compte").wantText(t, "Votre mot de passe est changé")
	elsewhere.get("/compte").want(t, http.StatusSeeOther, "/connexion?suite=%2Fcompte")
}

func TestInvitationJourney(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	refused := b.post("/equipe/inviter", "email", "pas une adresse")
	refused.want(t, http.StatusUnprocessableEntity, "")
	refused.wantText(t, "Choisissez un rôle")
	b.post("/equipe/inviter", "email", s.Agent.Email, "role", "lecteur").want(t, http.StatusSeeOther, "/equipe")
	b.get("/equipe").wantText(t, "L’invitation est envoyée à "+s.Agent.Email)
	link := s.lastLink(t)

	guest := s.browser(t)
	guest.get(link).wantText(t, "Vous avez déjà un compte")
	guest.post("/connexion", "email", s.Agent.Email, "password", secret, "suite", link).want(t, http.StatusSeeOther, link)
	guest.post(link).want(t, http.StatusSeeOther, "/commanditaire")
	guest.get("/organisation").wantText(t, "Mairie de Guéret")
	b.get(link).want(t, http.StatusConflict, "")
}

func (s site) lastLink(t *testing.T) string {
	t.Helper()
	var body string
	if err := s.Owner.QueryRow(t.Context(), `SELECT body_text FROM mail_outbox ORDER BY id DESC LIMIT 1`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`http://127\.0\.0\.1:8080(/\S+)`).FindStringSubmatch(body)[1]
}

func TestTokensAreShownOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Mediateur.Email)
	created := b.post("/jetons", "name", "Agenda", "scopes", "check", "scopes", "redeem")
	created.want(t, http.StatusCreated, "")
	token := regexp.MustCompile(`pn_[0-9A-Za-z]{40,}`).FindString(created.body)
	if token == "" {
		t.Fatal("the token is not shown")
	}
	if strings.Contains(b.get("/jetons").body, token) {
		t.Error("the token is shown again")
	}
}
