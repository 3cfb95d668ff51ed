package commanditaire_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"golang.org/x/net/html"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/programme"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/programmeui"
)

// site is the ordering screens of both sides, over a small true world.
type site struct {
	*testworld.World
	orders *order.Service
	mu     sync.Mutex
	jobs   []river.JobArgs
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{World: testworld.New(t)}
	s.orders = order.NewService(order.Deps{
		DB: s.DB, Queue: s, Keys: s.Keys, BaseURL: "https://passnum.test", CodeHost: "PASSNUM.TEST",
		Issuer: print.Issuer{Name: "Coopérative Passnum", SIRET: "84373941800015", Email: "operateur@passnum.test"},
	})
	return s
}

// Enqueue keeps the job until drained.
func (s *site) Enqueue(_ context.Context, _ *postgres.Tx, args river.JobArgs) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = append(s.jobs, args)
	return nil
}

func (s *site) drain() {
	s.T.Helper()
	s.mu.Lock()
	waiting := s.jobs
	s.jobs = nil
	s.mu.Unlock()
	for _, args := range waiting {
		var err error
		switch args := args.(type) {
		case order.PrintQuoteArgs:
			err = s.orders.PrintQuote(s.T.Context(), args)
		case order.ArrivedArgs:
			err = s.orders.Arrived(s.T.Context(), args)
		case order.MintArgs:
			err = s.orders.Mint(s.T.Context(), args)
		}
		if err != nil {
			s.T.Fatal(err)
		}
	}
}

func (s *site) handler(actor identity.Actor) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	calls := programme.NewService(programme.Deps{DB: s.DB, Queue: s, Orders: s.orders})
	r.Route("/commanditaire", func(r chi.Router) {
		(&commanditaire.OrderHandlers{Orders: s.orders}).Routes(r)
		(&programmeui.PartyHandlers{Programmes: calls}).Routes(r)
	})
	r.Route("/admin", func(r chi.Router) {
		(&admin.OrderHandlers{Orders: s.orders}).Routes(r)
		(&programmeui.OperatorHandlers{Programmes: calls}).Routes(r)
	})
	return r
}

// page is an answer, read as a person would.
type page struct {
	t        testing.TB
	status   int
	location string
	body     string
	tree     *html.Node
	header   http.Header
}

func (s *site) get(actor identity.Actor, path string) page {
	s.T.Helper()
	return s.send(actor, httptest.NewRequest(http.MethodGet, path, nil))
}

func (s *site) post(actor identity.Actor, path string, form url.Values) page {
	s.T.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(actor, r)
}

func (s *site) send(actor identity.Actor, r *http.Request) page {
	s.T.Helper()
	w := httptest.NewRecorder()
	s.handler(actor).ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	tree, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		s.T.Fatal(err)
	}
	return page{s.T, w.Code, w.Header().Get("Location"), string(body), tree, w.Header()}
}

func (p page) want(status int, texts ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d, want %d: %.600s", p.status, status, p.text())
	}
	for _, text := range texts {
		if !strings.Contains(p.text(), spaces(text)) {
			p.t.Errorf("the page does not say %q", text)
		}
	}
	return p
}

func (p page) without(text string) page {
	p.t.Helper()
	if strings.Contains(p.text(), spaces(text)) {
		p.t.Errorf("the page says %q", text)
	}
	return p
}

// text is the page's words on one line, spaces made plain.
func (p page) text() string {
	var b strings.Builder
	for n := range p.tree.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return spaces(b.String())
}

func spaces(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)), " ")
}

// labelled is the field that a label names.
func (p page) labelled(label string) *html.Node {
	p.t.Helper()
	for n := range p.tree.Descendants() {
		if n.Data == "label" && strings.HasPrefix(spaces(text(n)), spaces(label)) {
			for f := range p.tree.Descendants() {
				if attr(f, "id") == attr(n, "for") && attr(f, "id") != "" {
					return f
				}
			}
		}
	}
	p.t.Fatalf("no field is labelled %q", label)
	return nil
}

// form collects what the page's form to action would send as it stands.
func (p page) form(action string) url.Values {
	p.t.Helper()
	for n := range p.tree.Descendants() {
		if n.Data == "form" && attr(n, "action") == action {
			return fieldsOf(n)
		}
	}
	p.t.Fatalf("no form goes to %s", action)
	return nil
}

func fieldsOf(form *html.Node) url.Values {
	values := url.Values{}
	for f := range form.Descendants() {
		name := attr(f, "name")
		switch {
		case name == "" || f.Data == "button":
		case f.Data == "textarea":
			values.Add(name, text(f))
		case f.Data == "input" && (attr(f, "type") == "radio" || attr(f, "type") == "checkbox"):
			if has(f, "checked") {
				values.Add(name, attr(f, "value"))
			}
		case f.Data == "input":
			values.Add(name, attr(f, "value"))
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
	return b.String()
}

func attr(n *html.Node, name string) string {
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

// idIn reads an order's identifier in an address.
func idIn(t testing.TB, location string) uuid.UUID {
	t.Helper()
	for _, part := range strings.Split(location, "/") {
		if id, err := uuid.Parse(part); err == nil {
			return id
		}
	}
	t.Fatalf("no order in %q", location)
	return uuid.Nil
}
