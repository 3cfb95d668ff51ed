package organisation_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/reporting"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/account"
	"passnum/web/admin"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	screens "passnum/web/organisation"
	structurescreens "passnum/web/structure"
	"passnum/web/theme"
)

// site is every screen of joining, settings and qualification over a small
// true world.
type site struct {
	*testworld.World
	organisations *organisation.Service
	structures    *structure.Service
	files         *qualification.Service
	people        *identity.Service
	communes      *territory.Index
	// Candidate is responsable of a structure accepted but not qualified.
	Candidate identity.Actor
}

func newSite(t testing.TB) *site {
	t.Helper()
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{World: testworld.New(t), communes: index}
	queue := &jobs.Inline{}
	s.organisations = organisation.NewService(s.DB, index, organisation.Options{Queue: queue, BaseURL: "https://passnum.test",
		StructureGranted: structure.OpenDossier, Renamed: structure.Rename})
	s.structures = structure.NewService(s.DB, index, structure.Options{Queue: queue, BaseURL: "https://passnum.test"})
	s.files = qualification.NewService(s.DB, qualification.Options{Queue: queue, BaseURL: "https://passnum.test", Communes: index})
	journal := func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act, kind string, subject uuid.UUID, detail map[string]any) error {
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: kind, SubjectID: subject, Detail: detail})
	}
	s.people = identity.NewService(s.DB, queue, journal, "https://passnum.test")
	serves := identity.Capacities{Structure: true}
	id := s.Organisation("Tiers-lieu de la Gare", "55210055400013", "association", serves)
	s.Exec(`INSERT INTO structures (organisation_id) VALUES ($1)`, id)
	s.Candidate = s.Member(id, "candidat@exemple.test", identity.RoleResponsable, serves)
	return s
}

func (s *site) routes(r chi.Router) {
	(&account.JoinHandlers{Organisations: s.organisations}).Routes(r)
	(&screens.SettingsHandlers{Organisations: s.organisations}).Routes(r)
	(&theme.Handlers{Organisations: s.organisations}).Routes(r)
	r.Route("/structure", func(r chi.Router) {
		(&structurescreens.Handlers{Structures: s.structures, Files: s.files}).Routes(r)
		(&structurescreens.PlaceHandlers{Structures: s.structures}).Routes(r)
	})
	r.Route("/commanditaire", (&commanditaire.AgreementHandlers{Structures: s.structures}).Routes)
	r.Route("/admin", func(r chi.Router) {
		(&admin.OrganisationHandlers{Organisations: s.organisations, Reports: reporting.NewService(s.DB, s.Keys)}).Routes(r)
		(&admin.StructureHandlers{Files: s.files, Communes: s.communes}).Routes(r)
	})
}

// as is the site as an actor sees it, without sessions.
func (s *site) as(actor identity.Actor) http.Handler {
	r := chi.NewRouter()
	if actor.SignedIn() {
		r.Use(httpx.As(actor))
	}
	s.routes(r)
	return r
}

// withSessions is the site as a browser without a cookie sees it.
func (s *site) withSessions() http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.WithSessions(httpx.NewSessions(memstore.New(), false)), httpx.WithSessionActor(s.people))
	s.routes(r)
	return r
}

// page is an answer, parsed.
type page struct {
	t        testing.TB
	status   int
	location string
	header   http.Header
	cookies  []*http.Cookie
	root     *html.Node
	text     string
}

func send(t testing.TB, h http.Handler, r *http.Request) page {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	p := page{t: t, status: w.Code, location: w.Header().Get("Location"), header: w.Header(), cookies: w.Result().Cookies()}
	root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	p.root, p.text = root, plain(b.String())
	return p
}

// plain brings every space to one.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2060", "").Replace(s)), " ")
}

func (s *site) get(actor identity.Actor, path string) page {
	s.T.Helper()
	return send(s.T, s.as(actor), httptest.NewRequest(http.MethodGet, path, nil))
}

func (s *site) post(actor identity.Actor, path string, form url.Values) page {
	s.T.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(s.T, s.as(actor), r)
}

func (s *site) upload(actor identity.Actor, path, name string, content []byte, form url.Values) page {
	s.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key := range form {
		if err := w.WriteField(key, form.Get(key)); err != nil {
			s.T.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("logo", name)
	if err != nil {
		s.T.Fatal(err)
	}
	_, _ = file.Write(content)
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return send(s.T, s.as(actor), r)
}

func (p page) want(status int, texts ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("answered %d (%s), want %d: %.600s", p.status, p.location, status, p.text)
	}
	for _, text := range texts {
		if !strings.Contains(p.text, plain(text)) {
			p.t.Errorf("the page does not say %q: %.1500s", text, p.text)
		}
	}
	return p
}

func (p page) without(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.text, plain(text)) {
			p.t.Errorf("the page says %q", text)
		}
	}
	return p
}

// to checks that an act succeeded and leads somewhere.
func (p page) to(location string) {
	p.t.Helper()
	if p.status != http.StatusSeeOther || p.location != location {
		p.t.Fatalf("answered %d %s, want %s: %.800s", p.status, p.location, location, p.text)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// value is what a form's field holds, found by its label.
func (p page) value(label string) string {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "label" || !strings.HasPrefix(text(n), label) {
			continue
		}
		for field := range p.root.Descendants() {
			if field.Type == html.ElementNode && attribute(field, "id") == attribute(n, "for") {
				if field.Data == "textarea" {
					return text(field)
				}
				return attribute(field, "value")
			}
		}
	}
	p.t.Fatalf("no field labelled %q", label)
	return ""
}

// ticked lists the values of the boxes ticked under a name.
func (p page) ticked(name string) []string {
	var values []string
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && attribute(n, "name") == name && has(n, "checked") {
			values = append(values, attribute(n, "value"))
		}
	}
	return values
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return plain(b.String())
}
