package aiguilleur_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/jobs"
	"passnum/internal/redemption/seal"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/aiguilleur"
	"passnum/web/httpx"
	"passnum/web/workshopui"
)

// TestACounterBooksASeat books for the carnet in front of it, shows the code,
// and reads that the atelier was called off.
func TestACounterBooksASeat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	ateliers := workshop.NewService(d.DB, index, workshop.Options{Queue: &jobs.Inline{}})
	planned, err := ateliers.Plan(t.Context(), d.Mediateur, workshop.Form{Title: "Premiers pas", Place: d.Place.String(), Entries: []string{"44"}, Day: "24/11/2026", Hour: "14:30",
		Minutes: "90", Mode: "collectif", Seats: "1", Cheques: "1", Language: "fr", Level: "0"})
	if err != nil {
		t.Fatal(err)
	}
	order := d.ActiveOrder(testworld.OrderOptions{})
	order.HandedOver(2)
	r := chi.NewRouter()
	r.Use(httpx.As(d.Agent))
	r.Route("/aiguilleur", func(r chi.Router) {
		(&aiguilleur.WorkshopHandlers{Workshops: ateliers, Network: d.network, Keeper: workshopui.Keeper{Seal: sealer, Now: d.Now}}).Routes(r)
	})
	var cookies []*http.Cookie
	says := func(method, address string, form url.Values, status int, texts ...string) {
		t.Helper()
		request := httptest.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			request.AddCookie(c)
		}
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		cookies = append(cookies, answer.Result().Cookies()...)
		body := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("%s %s: no %q", method, address, text)
			}
		}
		if answer.Code != status {
			t.Fatalf("%s %s: %d\n%s", method, address, answer.Code, body)
		}
	}
	page := "/aiguilleur/ateliers/" + planned.First.String()
	says(http.MethodGet, "/aiguilleur/ateliers?carnet="+order.Serial(1), nil, 200, "Premiers pas", "carnet="+order.Serial(1))
	says(http.MethodGet, "/aiguilleur/ateliers?apprendre=zzzz", nil, 200, "Aucun atelier annoncé ici")
	says(http.MethodGet, page+"?carnet="+order.Serial(1), nil, 200, "Réserver la place", `value="`+order.Serial(1)+`"`)
	says(http.MethodPost, page, url.Values{"carnet": {"C26-999-000001"}, "point": {d.Point.String()}}, 422, "n’a pas de chèque utilisable")
	says(http.MethodPost, page, url.Values{"carnet": {order.Serial(1)}, "point": {d.Point.String()}}, 303)
	says(http.MethodGet, page+"/reservation", nil, 200, "La place est réservée", "Code de réservation")
	says(http.MethodPost, page, url.Values{"carnet": {order.Serial(2)}, "attente": {"oui"}}, 303)
	says(http.MethodGet, "/aiguilleur/ateliers", nil, 200, "Places réservées par vos guichets", "liste d’attente", order.Serial(2))
	if _, err := ateliers.Cancel(t.Context(), d.Mediateur, planned.First, "Le lieu est fermé.", false); err != nil {
		t.Fatal(err)
	}
	says(http.MethodGet, "/aiguilleur/ateliers", nil, 200, "À prévenir", "Le lieu est fermé.")
	series, err := ateliers.Plan(t.Context(), d.Mediateur, workshop.Form{Title: "Chaque mardi", Place: d.Place.String(), Entries: []string{"44"}, Day: "01/12/2026", Hour: "10:00",
		Minutes: "90", Mode: "collectif", Seats: "1", Cheques: "1", Language: "fr", Level: "0", Every: "semaine", Until: "30/06/2027"})
	if err != nil || series.Sessions < 20 {
		t.Fatalf("%+v, %v", series, err)
	}
	says(http.MethodGet, "/aiguilleur/ateliers?carnet="+order.Serial(1), nil, 200, "Chaque mardi", "Puis le ", "15 déc.", "carnet="+order.Serial(1))
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/aiguilleur/ateliers", nil))
	if n := strings.Count(answer.Body.String(), `class="pn-place"`); n != 1 {
		t.Errorf("%d lines for one series", n)
	}
}
