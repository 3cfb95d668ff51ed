package public_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/redemption/seal"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/workshopui"
)

// TestAPersonBooksASeat finds an atelier, books with a carnet's number, reads the
// code, comes back with it and gives the seat back.
func TestAPersonBooksASeat(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	ateliers := workshop.NewService(w.DB, index, workshop.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})
	planned, err := ateliers.Plan(t.Context(), w.Mediateur, workshop.Form{Title: "Premiers pas", Place: w.Place.String(), Entries: []string{"44"}, Day: "24/11/2026", Hour: "14:30",
		Minutes: "90", Mode: "collectif", Seats: "1", Cheques: "1", Language: "fr", Level: "0"})
	if err != nil {
		t.Fatal(err)
	}
	order := w.ActiveOrder(testworld.OrderOptions{})
	order.HandedOver(2)
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(httpx.As(identity.Actor{Address: "192.0.2.50"}))
	(&public.WorkshopHandlers{Workshops: ateliers, Communes: index, Keeper: workshopui.Keeper{Seal: sealer, Secure: true, Now: w.Now}}).Routes(r)
	p := &phone{t: t, world: w, site: r}
	page, seat := "/ateliers/"+planned.First.String(), "/ateliers/"+planned.First.String()+"/reservation"

	shows := func(method, address string, form url.Values, status int, texts ...string) string {
		t.Helper()
		answer := p.send(method, address, form)
		if answer.Code != status {
			t.Fatalf("%s %s: %d", method, address, answer.Code)
		}
		body := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2060", "").Replace(answer.Body.String())
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("%s %s: no %q", method, address, text)
			}
		}
		return body
	}
	shows(http.MethodGet, "/ateliers?commune_code=23096", nil, 200, "Premiers pas", "mardi 24 novembre 2026", "14 h 30 – 16 h", "1 place libre")
	shows(http.MethodGet, "/ateliers?commune_code=31555", nil, 200, "Aucun atelier annoncé ici")
	shows(http.MethodGet, page, nil, 200, "Réserver une place", "1 chèque de votre carnet")
	shows(http.MethodPost, page, url.Values{"carnet": {"C26-999-000001"}}, 422, "Ce carnet ne permet pas", `value="C26-999-000001"`)
	shows(http.MethodPost, page, url.Values{"carnet": {order.Serial(1)}}, 303)
	if len(p.cookies) != 1 || !p.cookies[0].HttpOnly || !p.cookies[0].Secure || p.cookies[0].Path != seat {
		t.Fatalf("cookie %+v", p.cookies)
	}
	booked := shows(http.MethodGet, seat, nil, 200, "La place est réservée", order.Serial(1))
	code := regexp.MustCompile(`[A-Z0-9]{4}-[A-Z0-9]{4}<`).FindString(booked)
	if code == "" {
		t.Fatal("no code on the page")
	}
	shows(http.MethodGet, page, nil, 200, "Liste d’attente", "complet")
	shows(http.MethodPost, page, url.Values{"carnet": {order.Serial(2)}}, 409, "vient d’être complet")

	p.cookies = nil // another day, another phone
	shows(http.MethodGet, seat, nil, 200, "Code de réservation")
	shows(http.MethodPost, seat, url.Values{"code": {"AAAA-AAAA"}}, 422, "ne correspond à aucune")
	shows(http.MethodPost, seat, url.Values{"code": {strings.ToLower(strings.TrimSuffix(code, "<"))}}, 303)
	shows(http.MethodPost, seat+"/annuler", url.Values{}, 303)
	shows(http.MethodGet, page, nil, 200, "Réserver une place")

	if got := p.send(http.MethodGet, page+"/calendrier.ics", nil); got.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(got.Body.String(), "SUMMARY:Premiers pas\r\n") {
		t.Errorf("calendar: %v\n%s", got.Header(), got.Body)
	}
	shows(http.MethodGet, "/lieux/"+w.Place.String()+"/ateliers.ics", nil, 200, "BEGIN:VCALENDAR", "X-WR-CALNAME")
	if _, err := ateliers.Cancel(t.Context(), w.Mediateur, planned.First, "Le lieu est fermé.", false); err != nil {
		t.Fatal(err)
	}
	shows(http.MethodGet, page, nil, 200, "Cet atelier est annulé", "Le lieu est fermé.")
	shows(http.MethodPost, page, url.Values{"carnet": {order.Serial(2)}}, 409, "on ne peut plus y réserver")
	missing := httpStatus(p, "/ateliers/"+uuid.NewString())
	w.Exec(`UPDATE places SET published = false`)
	if hidden := httpStatus(p, page); missing != 404 || hidden != 404 {
		t.Errorf("missing %d, hidden %d", missing, hidden)
	}
}

// TestASeriesIsOneLine lists what comes back each week once, with its next days.
func TestASeriesIsOneLine(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	ateliers := workshop.NewService(w.DB, index, workshop.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})
	if _, err := ateliers.Plan(t.Context(), w.Mediateur, workshop.Form{Title: "Premiers pas", Place: w.Place.String(), Entries: []string{"44"}, Day: "24/11/2026", Hour: "14:30",
		Minutes: "90", Mode: "collectif", Seats: "1", Cheques: "1", Language: "fr", Level: "0", Every: "semaine", Until: "15/12/2026"}); err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	(&public.WorkshopHandlers{Workshops: ateliers, Communes: index}).Routes(r)
	body := open(t, r, "/ateliers", http.StatusOK)
	if n := strings.Count(body, `class="pn-place"`); n != 1 {
		t.Errorf("%d lines for one series", n)
	}
	says(t, body, "mardi 24 novembre 2026", "Puis le ", "1er déc.", "8 déc.", "15 déc.")
	w.Exec(`UPDATE workshops SET taken = seats WHERE starts_at < '2026-11-26'`)
	says(t, open(t, r, "/ateliers?libre=oui", http.StatusOK), "mardi 1er décembre 2026")
}

func httpStatus(p *phone, address string) int { return p.send(http.MethodGet, address, nil).Code }
