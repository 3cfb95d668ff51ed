package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/web/assets"
)

// addresses is every GET address of the site, with identifiers nobody has.
func (s site) addresses(t *testing.T) []string {
	t.Helper()
	fill := strings.NewReplacer("{id}", nobody, "{code}", "2222-2222-2222-2222", "{token}", "inconnu", "/*", "/inconnu")
	var found []string
	err := chi.Walk(s.routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		path := fill.Replace(route)
		for strings.Contains(path, "{") {
			path = path[:strings.Index(path, "{")] + nobody + path[strings.Index(path, "}")+1:]
		}
		if method == http.MethodGet {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(found, "/nulle-part", assets.Path("app.css"))
}

const nobody = "0198a0c0-0000-7000-8000-000000000000"

func TestHeadersOnEveryRoute(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visitor, person, scanner := s.browser(t), s.browser(t), s.browser(t)
	person.signIn(s.Commanditaire.Email)
	scanner.signIn(s.Mediateur.Email)
	for _, path := range s.addresses(t) {
		for _, b := range []*browser{visitor, person, scanner} {
			got := b.get(path)
			for name, wanted := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "rigin", "Permissions-Policy": "camera=", "X-Request-Id": "-", "X-Frame-Options": "DENY",
			} {
				if !strings.Contains(got.header.Get(name), wanted) {
					t.Errorf("GET %s: %s is %q", path, name, got.header.Get(name))
				}
			}
			if strings.Contains(got.header.Get("Content-Security-Policy"), "'unsafe") {
				t.Errorf("GET %s: policy %q", path, got.header.Get("Content-Security-Policy"))
			}
			scans := path == "/mediateur/scanner" && got.status == http.StatusOK
			if camera := strings.Contains(got.header.Get("Permissions-Policy"), "camera=(self)"); camera != scans {
				t.Errorf("GET %s: Permissions-Policy %q", path, got.header.Get("Permissions-Policy"))
			}
			if wasm := strings.Contains(got.header.Get("Content-Security-Policy"), "wasm-unsafe-eval"); wasm != scans {
				t.Errorf("GET %s: policy %q", path, got.header.Get("Content-Security-Policy"))
			}
			// This server was not started, so it is not ready.
			if got.status >= http.StatusInternalServerError && path != "/readyz" {
				t.Errorf("GET %s answers %d", path, got.status)
			}
		}
	}
}

func TestSignedInPagesAreKeptByNoCache(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	for _, path := range []string{"/compte", "/equipe", "/jetons", "/nulle-part", "/organisation"} {
		if got := b.get(path).header.Get("Cache-Control"); !strings.HasPrefix(got, "no-store") {
			t.Errorf("GET %s: Cache-Control %q", path, got)
		}
	}
}

func TestStrangersCannotTellWhatExists(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	unknown := b.get("/nulle-part")
	unknown.want(t, http.StatusNotFound, "")
	for _, path := range []string{"/demo/boite/" + nobody, "/demo/boite/n-importe-quoi", "/admin-inconnu", "/compte/nom"} {
		got := b.get(path)
		got.want(t, http.StatusNotFound, "")
		if got.body != unknown.body {
			t.Errorf("GET %s differs from an address that does not exist", path)
		}
	}
	b.signIn(s.Commanditaire.Email)
	mine, theirs := b.get("/equipe/membres/"+nobody+"/role"), b.get("/equipe/membres/"+s.Other.AccountID.String()+"/role")
	mine.want(t, http.StatusNotFound, "")
	if mine.body != theirs.body {
		t.Error("someone else's member differs from nobody")
	}
}

func TestLogsHoldNoSecret(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	b.get("/P/BCDF-GHJK-NPRS-TVX2?x=BCDFGHJKNPRSTVX2")
	b.get("/mot-de-passe/JETONSECRET")
	b.get("/connexion?suite=/invitations/JETONSECRET")
	logged := s.logs.String()
	for _, hidden := range []string{"BCDF", "JETONSECRET", s.Commanditaire.Email, secret} {
		if strings.Contains(logged, hidden) {
			t.Errorf("the log holds %q", hidden)
		}
	}
	if !strings.Contains(logged, s.Commanditaire.AccountID.String()) {
		t.Error("the log does not say which account acted")
	}
}
