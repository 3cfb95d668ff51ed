package structure_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/structure"
)

type ateliers struct {
	*testworld.World
	*workshop.Service
}

func newAteliers(t *testing.T) ateliers {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ateliers{w, workshop.NewService(w.DB, index, workshop.Options{Queue: &jobs.Inline{}})}
}

// send answers with the status, where it leads, and what it says.
func (a ateliers) send(t *testing.T, actor identity.Actor, method, address string, form url.Values) (int, string, string) {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/structure", func(r chi.Router) { (&structure.WorkshopHandlers{Workshops: a.Service}).Routes(r) })
	request := httptest.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	return answer.Code, answer.Header().Get("Location"), strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())
}

func TestAnAtelierFromItsStructure(t *testing.T) {
	t.Parallel()
	a := newAteliers(t)
	says := func(method, address string, form url.Values, status int, texts ...string) string {
		t.Helper()
		got, location, body := a.send(t, a.Mediateur, method, address, form)
		if got != status {
			t.Fatalf("%s %s: %d\n%s", method, address, got, body)
		}
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("%s %s: no %q", method, address, text)
			}
		}
		return location
	}
	says(http.MethodGet, "/structure/ateliers", nil, 200, "Aucun atelier annoncé")
	form := url.Values{"titre": {"Premiers pas"}, "lieu": {a.Place.String()}, "jour": {"24/11/2026"}, "heure": {"14:30"}, "duree": {"90"}, "mode": {"collectif"},
		"places": {"2"}, "cheques": {"1"}, "langue": {"fr"}, "niveau": {"1"}, "rythme": {"semaine"}, "fin": {"08/12/2026"}}
	says(http.MethodPost, "/structure/ateliers/nouveau", form, 422, "Choisissez au moins un service", `value="24/11/2026"`)
	form.Set("services", "44")
	page := says(http.MethodPost, "/structure/ateliers/nouveau", form, 303)
	says(http.MethodPost, "/structure/ateliers/nouveau", form, 422, "déjà prévu ce jour-là")
	says(http.MethodGet, "/structure/ateliers", nil, 200, "Premiers pas", "mardi 24 novembre 2026", "0 sur 2")
	says(http.MethodGet, page, nil, 200, "Aucune réservation", "niveau 1")
	says(http.MethodGet, page+"/modifier", nil, 200, "Celle-ci et les 2 séances suivantes", `value="14:30"`)
	form.Set("places", "beaucoup")
	says(http.MethodPost, page+"/modifier", form, 422, "nombre de places")
	form.Set("places", "5")
	form.Set("portee", "suivantes")
	says(http.MethodPost, page+"/modifier", form, 303)
	if n := a.Count(`SELECT count(*) FROM workshops WHERE seats = 5`); n != 3 {
		t.Errorf("%d sessions changed", n)
	}
	if status, _, body := a.send(t, a.Mediateur, http.MethodGet, "/structure/ateliers.csv", nil); status != 200 || strings.Count(body, "Premiers pas") != 3 {
		t.Errorf("sheet: %d\n%s", status, body)
	}
	a.seats(t, page, says)
	says(http.MethodGet, page+"/annuler", nil, 409)
}

// seats books two carnets, withdraws one, and notes who came.
func (a ateliers) seats(t *testing.T, page string, says func(method, address string, form url.Values, status int, texts ...string) string) {
	t.Helper()
	order := a.ActiveOrder(testworld.OrderOptions{})
	order.HandedOver(2)
	id := uuid.MustParse(page[strings.LastIndex(page, "/")+1:])
	var seats [2]workshop.Seat
	for n := range seats {
		seat, err := a.Book(t.Context(), a.Agent, id, a.Point, order.Serial(n+1), false)
		if err != nil {
			t.Fatal(err)
		}
		seats[n] = seat
	}
	says(http.MethodGet, page, nil, 200, order.Serial(1), order.Serial(2), "par un guichet")
	says(http.MethodPost, page+"/reservations/"+seats[1].ID.String()+"/retirer", nil, 303)
	says(http.MethodPost, page+"/reservations/"+seats[1].ID.String()+"/retirer", nil, 404)
	says(http.MethodPost, page+"/annuler", url.Values{}, 422, "Dites pourquoi")
	for _, act := range []string{"", "/modifier", "/annuler"} {
		if status, _, _ := a.send(t, a.Other, http.MethodGet, page+act, nil); status != 404 {
			t.Errorf("somebody else's %s: %d", act, status)
		}
	}
	for _, act := range []string{"/modifier", "/annuler", "/presence", "/reservations/" + seats[0].ID.String() + "/retirer"} {
		if status, _, _ := a.send(t, a.Other, http.MethodPost, page+act, url.Values{}); status != 404 {
			t.Errorf("somebody else posts %s: %d", act, status)
		}
	}
	a.Travel(8*24*time.Hour + 6*time.Hour)
	says(http.MethodGet, page, nil, 200, "Qui est venu")
	says(http.MethodPost, page+"/presence", url.Values{"present": {seats[0].ID.String()}}, 303)
	says(http.MethodGet, page, nil, 200, "présence notée")
	says(http.MethodGet, "/structure/ateliers?quand=passes", nil, 200, "1 sur 5")
}
