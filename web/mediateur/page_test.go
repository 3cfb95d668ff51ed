package mediateur_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"golang.org/x/net/html"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/mediateur"
)

// counter is a world with an order handed over, and the real screens.
type counter struct {
	*testworld.World
	t     *testing.T
	order testworld.Order
	codes []string
	http  http.Handler
}

func newCounter(t *testing.T, options testworld.OrderOptions) *counter {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(options)
	c := &counter{World: w, t: t, order: order, codes: clear(order.HandedOver(max(1, options.Carnets)))}
	c.http = c.as(w.Mediateur)
	return c
}

func (c *counter) as(actor identity.Actor) http.Handler {
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		c.t.Fatal(err)
	}
	h := &mediateur.Handlers{Redemptions: redemption.NewService(c.DB, c.Keys), Seal: sealer, Host: "passnum.exemple", Former: []string{"pass.ancien.fr"}, Now: c.Now}
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/mediateur", h.Routes)
	return r
}

func clear(codes []code.Code) []string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = c.Clear()
	}
	return texts
}

// screen is an answer as a person reads it.
type screen struct {
	t      *testing.T
	status int
	header http.Header
	raw    string
	root   *html.Node
}

func (c *counter) send(method, address string, form url.Values) *screen {
	c.t.Helper()
	request := httptest.NewRequestWithContext(c.t.Context(), method, address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	c.http.ServeHTTP(w, request)
	raw := w.Body.String()
	root, err := html.Parse(strings.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	return &screen{t: c.t, status: w.Code, header: w.Header(), raw: raw, root: root}
}

func (c *counter) get(address string) *screen {
	c.t.Helper()
	s := c.send(http.MethodGet, address, nil)
	if s.status != http.StatusOK {
		c.t.Fatalf("%s answered %d", address, s.status)
	}
	return s
}

// press fills the page's form that has the button and presses it, as a browser
// without JavaScript does; it follows the redirection of a success.
func (c *counter) press(s *screen, button string, changes url.Values) *screen {
	c.t.Helper()
	form, submit := s.formOf(button)
	values := fieldsOf(form)
	for name, value := range changes {
		values[name] = value
	}
	if name := attribute(submit, "name"); name != "" {
		values.Set(name, attribute(submit, "value"))
	}
	answer := c.send(http.MethodPost, attribute(form, "action"), values)
	if answer.status == http.StatusSeeOther {
		return c.get(answer.header.Get("Location"))
	}
	return answer
}

func (s *screen) formOf(button string) (form, submit *html.Node) {
	s.t.Helper()
	for f := range s.root.Descendants() {
		if f.Data != "form" {
			continue
		}
		for b := range f.Descendants() {
			if b.Data == "button" && words(b) == button {
				return f, b
			}
		}
	}
	s.t.Fatalf("no button %q on the page:\n%s", button, s.text())
	return nil, nil
}

// follow opens a link named by its words.
func (c *counter) follow(s *screen, link string) *screen {
	c.t.Helper()
	for n := range s.root.Descendants() {
		if n.Data == "a" && words(n) == link {
			return c.get(attribute(n, "href"))
		}
	}
	c.t.Fatalf("no link %q on the page:\n%s", link, s.text())
	return nil
}

// form is the page's first form.
func (s *screen) form() *html.Node {
	for n := range s.root.Descendants() {
		if n.Data == "form" {
			return n
		}
	}
	return nil
}

func (s *screen) has(button string) bool {
	for b := range s.root.Descendants() {
		if b.Data == "button" && words(b) == button {
			return true
		}
	}
	return false
}

func fieldsOf(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if name == "" || n.Data != "input" && n.Data != "option" && n.Data != "textarea" {
			continue
		}
		switch kind := attribute(n, "type"); {
		case (kind == "checkbox" || kind == "radio") && !hasAttribute(n, "checked"):
		default:
			values.Add(name, attribute(n, "value"))
		}
	}
	for n := range form.Descendants() {
		if n.Data == "option" && hasAttribute(n, "selected") {
			values.Set(attribute(n.Parent, "name"), attribute(n, "value"))
		}
	}
	return values
}

// text is what the page says, spaces made plain.
func (s *screen) text() string {
	for n := range s.root.Descendants() {
		if n.Data == "main" {
			return words(n)
		}
	}
	return words(s.root)
}

func (s *screen) says(parts ...string) {
	s.t.Helper()
	for _, part := range parts {
		if !strings.Contains(s.text(), part) {
			s.t.Errorf("the page does not say %q:\n%s", part, s.text())
		}
	}
}

// words is the text of an element, whatever kinds of space it holds.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
		if d.Type == html.ElementNode && !slices.Contains([]string{"strong", "span", "a"}, d.Data) {
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
