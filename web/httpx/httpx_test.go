package httpx_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
)

var person = identity.Actor{AccountID: uuid.MustParse("0198a0c0-0000-7000-8000-000000000001"), Name: "Ana",
	OrganisationID: uuid.MustParse("0198a0c0-0000-7000-8000-000000000002"), Permissions: identity.Permissions{identity.TeamRead: true}}

// serve answers one request by a handler, as the site does.
func serve(h http.Handler, r *http.Request, log *strings.Builder) *httptest.ResponseRecorder {
	shell := httpx.Shell{Log: slog.New(slog.NewTextHandler(log, nil))}
	w := httptest.NewRecorder()
	httpx.Identify(shell.Provide(httpx.Recover(h))).ServeHTTP(w, r)
	return w
}

func failing(err error) http.Handler {
	return httpx.Handler(func(http.ResponseWriter, *http.Request) error { return err })
}

func TestErrorsBecomeAnswers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		err      error
		status   int
		stranger int
		says     string
		logged   bool
	}{
		{"invalid", fault.New(fault.KindInvalid, "Corrigez."), 422, 422, "Corrigez.", false},
		{"not found", fault.New(fault.KindNotFound, "Cette commande n’existe pas."), 404, 404, "n’existe pas", false},
		{"conflict", fault.New(fault.KindConflict, "Trop tard."), 409, 409, "Trop tard.", false},
		{"forbidden", identity.ErrForbidden, 403, 404, "", false},
		{"too many", fault.New(fault.KindTooMany, "Attendez."), 429, 429, "Attendez.", false},
		{"wrapped", errors.Join(errors.New("x"), fault.New(fault.KindConflict, "Trop tard.")), 409, 409, "Trop tard.", false},
		{"anything else", errors.New("connection to 10.0.0.7 refused"), 500, 500, "Une erreur est survenue", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, signedIn := range []bool{true, false} {
				var log strings.Builder
				h, wanted := failing(c.err), c.stranger
				if signedIn {
					h, wanted = httpx.As(person)(h), c.status
				}
				w := serve(h, httptest.NewRequest(http.MethodGet, "/", nil), &log)
				if w.Code != wanted || !strings.Contains(w.Body.String(), c.says) {
					t.Errorf("signed in %t: answered %d, want %d with %q", signedIn, w.Code, wanted, c.says)
				}
				if strings.Contains(w.Body.String(), "10.0.0.7") {
					t.Error("the page tells the cause")
				}
				if lines := strings.Count(log.String(), "\n"); c.logged && lines != 1 || !c.logged && lines != 0 {
					t.Errorf("%d lines in the log:\n%s", lines, log.String())
				}
				if id := w.Header().Get("X-Request-Id"); c.logged && (!strings.Contains(w.Body.String(), id) || !strings.Contains(log.String(), id)) {
					t.Error("the page and the log do not share the request's number")
				}
			}
		})
	}
}

func TestStrangersReadOnePageForWhatTheyMayNotSee(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	missing := serve(failing(fault.New(fault.KindNotFound, "Cette commande n’existe pas.")), httptest.NewRequest(http.MethodGet, "/a", nil), &log)
	refused := serve(failing(identity.ErrForbidden), httptest.NewRequest(http.MethodGet, "/b", nil), &log)
	if missing.Body.String() != refused.Body.String() {
		t.Error("a forbidden page differs from a missing one")
	}
}

func TestPanicsAreFailures(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }), httptest.NewRequest(http.MethodGet, "/", nil), &log)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || !strings.Contains(log.String(), "secret") {
		t.Errorf("answered %d", w.Code)
	}
}

func TestNeed(t *testing.T) {
	t.Parallel()
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	unattached := person
	unattached.OrganisationID, unattached.Permissions = uuid.Nil, nil
	for _, c := range []struct {
		name     string
		by       *identity.Actor
		method   string
		need     identity.Permission
		status   int
		location string
	}{
		{"holder", &person, http.MethodGet, identity.TeamRead, 204, ""},
		{"without", &person, http.MethodGet, identity.TeamWrite, 403, ""},
		{"visitor reading", nil, http.MethodGet, identity.TeamRead, 303, "/connexion?suite=%2Fpage%3Fa%3D1"},
		{"visitor acting", nil, http.MethodPost, identity.TeamRead, 303, "/connexion"},
		{"no organisation chosen", &unattached, http.MethodGet, identity.TeamRead, 303, "/organisation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := httpx.Need(c.need)(ok)
			if c.by != nil {
				h = httpx.As(*c.by)(h)
			}
			var log strings.Builder
			w := serve(h, httptest.NewRequest(c.method, "/page?a=1", nil), &log)
			if w.Code != c.status || w.Header().Get("Location") != c.location {
				t.Errorf("answered %d to %q", w.Code, w.Header().Get("Location"))
			}
		})
	}
}

func TestAStrangersPictureIsInASandbox(t *testing.T) {
	t.Parallel()
	for mediaType, boxed := range map[string]bool{"image/png": true, "image/jpeg": true, httpx.TypePDF: false} {
		w := httptest.NewRecorder()
		httpx.Framed(w, mediaType)
		if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "sandbox") != boxed || !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s: %s", mediaType, policy)
		}
	}
}

// Whose session ended under a form comes back to it, and nowhere else.
func TestAFormLeadsBackToItself(t *testing.T) {
	t.Parallel()
	h := httpx.Need(identity.TeamRead)(http.NotFoundHandler())
	for referer, location := range map[string]string{
		"http://example.com/structure/qualification/offre?a=1": "/connexion?suite=%2Fstructure%2Fqualification%2Foffre%3Fa%3D1",
		"https://ailleurs.fr/structure":                        "/connexion", "": "/connexion", "://": "/connexion",
	} {
		r := httptest.NewRequest(http.MethodPost, "/page", nil)
		r.Header.Set("Referer", referer)
		var log strings.Builder
		if w := serve(h, r, &log); w.Code != http.StatusSeeOther || w.Header().Get("Location") != location {
			t.Errorf("from %q: %d to %q", referer, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for s, wanted := range map[string]string{
		"/commanditaire/commandes?etat=active": "/commanditaire/commandes?etat=active",
		"https://ailleurs.fr":                  "", "//ailleurs.fr": "", `/\ailleurs.fr`: "", "javascript:alert(1)": "", "": "", "ailleurs": "", "/a\r\nb": "",
	} {
		if got := httpx.LocalPath(s); got != wanted {
			t.Errorf("LocalPath(%q) = %q, want %q", s, got, wanted)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	v := httpx.NewValues(url.Values{"n": {" 2 000 "}, "prix": {"1 234,50 €"}, "jour": {"31/12/2026"}, "iso": {"2026-12-31"},
		"oui": {"oui"}, "liste": {"a", " ", "b"}, "faux": {"x"}})
	if n, ok := v.Int("n"); n != 2000 || !ok {
		t.Errorf("Int = %d, %t", n, ok)
	}
	if c, ok := v.Cents("prix"); c != 123450 || !ok {
		t.Errorf("Cents = %d, %t", c, ok)
	}
	for _, name := range []string{"jour", "iso"} {
		if d, ok := v.Date(name); !ok || !d.Equal(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("Date(%s) = %v, %t", name, d, ok)
		}
	}
	if !v.Bool("oui") || v.Bool("faux") || len(v.All("liste")) != 2 || len(v.List("liste")) != 3 {
		t.Error("Bool, All or List misread")
	}
	for name, read := range map[string]func(string) bool{
		"Int":   func(s string) bool { _, ok := v.Int(s); return ok },
		"Cents": func(s string) bool { _, ok := v.Cents(s); return ok },
		"Date":  func(s string) bool { _, ok := v.Date(s); return ok },
		"UUID":  func(s string) bool { _, ok := v.UUID(s); return ok },
	} {
		if read("faux") || read("absent") {
			t.Errorf("%s accepts nonsense or nothing", name)
		}
	}
}

func TestFormsAreBounded(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a="+strings.Repeat("x", 2<<20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := httpx.Form(r); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("error %v", err)
	}
}

func TestCursorsComeBack(t *testing.T) {
	t.Parallel()
	type key struct{ At, ID string }
	first := httptest.NewRequest(http.MethodGet, "/liste?etat=active", nil)
	var got key
	if httpx.Cursor(first, &got) {
		t.Error("the first page has a cursor")
	}
	next := httptest.NewRequest(http.MethodGet, httpx.NextPage(first, key{"2026-11-16", "x"}), nil)
	if !httpx.Cursor(next, &got) || got.ID != "x" || next.URL.Query().Get("etat") != "active" {
		t.Errorf("cursor %+v of %s", got, next.URL)
	}
	if httpx.FirstPage(next) != "/liste?etat=active" {
		t.Errorf("first page %s", httpx.FirstPage(next))
	}
	if httpx.Cursor(httptest.NewRequest(http.MethodGet, "/liste?apres=%21%21", nil), &got) {
		t.Error("nonsense is a cursor")
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		states := []string{"un", "un", "deux", "fini"}
		asked := 0
		next := func(context.Context) (templ.Component, bool, error) {
			state := states[min(asked, len(states)-1)]
			asked++
			return templ.Raw("<p>" + state + "</p>"), state == "fini", nil
		}
		w := httptest.NewRecorder()
		h := httpx.Handler(func(w http.ResponseWriter, r *http.Request) error { return httpx.Events(w, r, time.Second, next) })
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		body := w.Body.String()
		for _, part := range []string{"data: <p>un</p>\n\n", "data: <p>deux</p>\n\n", "data: <p>fini</p>\n\nevent: fin\ndata: fin\n\n"} {
			if strings.Count(body, part) != 1 {
				t.Errorf("%q is not once in %q", part, body)
			}
		}
		if w.Header().Get("Content-Type") != "text/event-stream" || w.Header().Get("X-Accel-Buffering") != "no" {
			t.Errorf("headers %v", w.Header())
		}
	})
}

func TestEventsEndWithTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		draining := make(chan struct{})
		next := func(context.Context) (templ.Component, bool, error) { return templ.Raw("x"), false, nil }
		h := httpx.Shell{Draining: draining}.Provide(httpx.Handler(func(w http.ResponseWriter, r *http.Request) error {
			return httpx.Events(w, r, time.Second, next)
		}))
		w := httptest.NewRecorder()
		ended := make(chan struct{})
		go func() {
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			close(ended)
		}()
		time.Sleep(16 * time.Second)
		close(draining)
		<-ended
		if !strings.Contains(w.Body.String(), ": toujours là") {
			t.Error("a silent stream does not show it lives")
		}
	})
}
