package app_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"golang.org/x/net/html"

	"passnum/internal/app"
	"passnum/internal/config"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

const secret = "le chat de ma voisine dort"

// site is the real site on a fresh world.
type site struct {
	*testworld.World
	url    string
	routes chi.Routes
	logs   *logs
}

func newSite(t *testing.T) site {
	t.Helper()
	w := testworld.New(t)
	w.Exec(`UPDATE accounts SET password_hash = $1`, identity.HashPassword(secret))
	kept := &logs{}
	base, err := url.Parse("http://127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Config{Addr: "127.0.0.1:0", BaseURL: base, Development: true, AllowUnsafeDatabase: true,
		Database: config.Database{App: config.Secret(w.Base.AppURL())}, CodeKeys: config.Secret(codeKey(t))}
	a, err := app.New(t.Context(), cfg, slog.New(slog.NewJSONHandler(kept, nil)))
	if err != nil {
		t.Fatal(err)
	}
	handler := a.Handler()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.Close()
		a.Close()
	})
	return site{World: w, url: server.URL, routes: handler, logs: kept}
}

// browser keeps cookies and follows no redirection by itself.
type browser struct {
	t    testing.TB
	site site
	http *http.Client
	// metadata is what a browser says about where a request comes from; nil for
	// an old browser.
	metadata http.Header
}

func (s site) browser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, site: s, metadata: http.Header{"Sec-Fetch-Site": {"same-origin"}}, http: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	status   int
	location string
	header   http.Header
	body     string
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, form)
}

func (b *browser) send(method, path string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range b.metadata {
		r.Header[name] = values
	}
	response, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("Location"), response.Header, string(body)}
}

func (b *browser) signIn(email string) answer {
	return b.post("/connexion", "email", email, "password", secret)
}

func (a answer) want(t testing.TB, status int, location string) {
	t.Helper()
	if a.status != status || a.location != location {
		t.Fatalf("answered %d to %q, want %d to %q\n%s", a.status, a.location, status, location, text(a.body))
	}
}

func (a answer) wantText(t testing.TB, wanted string) {
	t.Helper()
	if !strings.Contains(text(a.body), wanted) {
		t.Errorf("no « %s » in the page:\n%s", wanted, text(a.body))
	}
}

// text is what a page says, without its markup.
func text(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	var words []string
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
	}
	return strings.Join(words, " ")
}
