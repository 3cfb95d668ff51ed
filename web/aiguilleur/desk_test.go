package aiguilleur_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/aiguilleur"
	"passnum/web/httpx"
)

// desk is a world and its counter's real screens, without JavaScript.
type desk struct {
	*testworld.World
	t       *testing.T
	network *distribution.Service
	custody *custody.Service
	// ateliers are those that a letter tells of.
	ateliers []distribution.Atelier
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	places, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := testworld.New(t)
	d := &desk{World: w, t: t, custody: custody.NewService(w.DB, custody.Options{Queue: &jobs.Inline{}})}
	d.network = distribution.NewService(w.DB, places, distribution.Options{
		Queue: &jobs.Inline{}, Post: func(context.Context, *postgres.Tx, mail.Message) error { return nil },
		Issuer: print.Issuer{Name: "Passnum"}, BaseURL: "https://pass.exemple.test",
		Ateliers: func(context.Context, *postgres.Tx, uuid.UUID, uuid.UUID, distribution.Point, []int) ([]distribution.Atelier, error) {
			return d.ateliers, nil
		},
	})
	return d
}

// ship sends an order's carnets, taken back from the stock, to the world's point.
func (d *desk) ship(order testworld.Order) uuid.UUID {
	d.t.Helper()
	d.Exec(`UPDATE carnets SET state = 'emis', aiguilleur_id = NULL, point_id = NULL WHERE order_id = $1`, order.ID)
	id := postgres.NewID()
	d.Exec(`INSERT INTO order_deliveries (commanditaire_id, id, order_id, aiguilleur_id, point_id, carnets, number_from, number_to, shipped_at)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $6, $7)`, d.Departement, id, order.ID, d.Mairie, d.Point, order.Carnets, d.Now())
	err := d.DB.InPlatform(d.t.Context(), postgres.System{}, "test", func(tx *postgres.Tx) error {
		_, err := carnet.Send(d.t.Context(), tx, carnet.Dispatch{CommanditaireID: d.Departement, ID: id, Purpose: carnet.Delivery, From: carnet.OperatorSeat(),
			To: carnet.PointSeat(d.Mairie, d.Point, "Accueil de la mairie"), Ranges: []carnet.Range{{CommanditaireID: d.Departement, OrderID: order.ID, From: 1, To: order.Carnets}},
			OrderNumbers: []string{order.Number}, Key: id.String()})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *desk) give(serial, category string) distribution.HandOver {
	d.t.Helper()
	h, err := d.network.HandOver(d.t.Context(), d.Agent, distribution.Request{Key: uuid.NewString(), Serial: serial, PublicCategory: category})
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

// screen is an answer as a person reads it.
type screen struct {
	t        *testing.T
	status   int
	location string
	cache    string
	body     string
	root     *html.Node
}

func (d *desk) ask(actor identity.Actor, method, address string, form url.Values) *screen {
	d.t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/aiguilleur", func(r chi.Router) {
		(&aiguilleur.Handlers{Network: d.network, Custody: d.custody}).Routes(r)
		(&aiguilleur.CustodyHandlers{Network: d.network, Custody: d.custody}).Routes(r)
	})
	address, _, _ = strings.Cut(address, "#") // stays in the browser
	request := httptest.NewRequestWithContext(d.t.Context(), method, address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	body := w.Body.String()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	return &screen{t: d.t, status: w.Code, location: w.Header().Get("Location"), cache: w.Header().Get("Cache-Control"), body: body, root: root}
}

func (d *desk) get(address string) *screen {
	d.t.Helper()
	s := d.ask(d.Agent, http.MethodGet, address, nil)
	if s.status != http.StatusOK {
		d.t.Fatalf("%s answered %d", address, s.status)
	}
	return s
}

// press fills the form that holds the button and presses it; it follows the
// redirection of a success.
func (d *desk) press(s *screen, button string, answers url.Values) *screen {
	d.t.Helper()
	form := s.formOf(button)
	values := fields(form)
	for name, value := range answers {
		values[name] = value
	}
	answer := d.ask(d.Agent, http.MethodPost, attribute(form, "action"), values)
	if answer.status == http.StatusSeeOther {
		return d.get(answer.location)
	}
	return answer
}

func (s *screen) formOf(button string) *html.Node {
	s.t.Helper()
	for f := range s.root.Descendants() {
		if f.Data != "form" {
			continue
		}
		for b := range f.Descendants() {
			if b.Data == "button" && strings.Contains(textOf(b), button) {
				return f
			}
		}
	}
	s.t.Fatalf("no button %q on %s", button, textOf(s.root))
	return nil
}

func fields(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Data == "select" {
			values.Set(attribute(n, "name"), chosenOption(n))
		}
		if n.Data != "input" || attribute(n, "name") == "" {
			continue
		}
		kind := attribute(n, "type")
		if (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
			continue
		}
		values.Add(attribute(n, "name"), attribute(n, "value"))
	}
	return values
}

func chosenOption(list *html.Node) string {
	for o := range list.Descendants() {
		if o.Data == "option" && has(o, "selected") {
			return attribute(o, "value")
		}
	}
	return ""
}

// says fails unless the page's main text holds every sentence.
func (s *screen) says(sentences ...string) {
	s.t.Helper()
	text := textOf(s.root)
	for _, want := range sentences {
		if !strings.Contains(text, plain(want)) {
			s.t.Errorf("%q is not said in: %s", want, text)
		}
	}
}

func (s *screen) silent(words string) {
	s.t.Helper()
	if strings.Contains(textOf(s.root), plain(words)) {
		s.t.Errorf("%q is said", words)
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" && d.Parent.Data != "script" {
			b.WriteString(d.Data + " ")
		}
	}
	return plain(b.String())
}

// plain makes every space a single ordinary one.
func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

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
