package mediateur_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/jobs"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/mediateur"
)

// TestAnAtelierIsScannedInOneGo opens the scanner for an atelier: everything but
// the chèques is answered already, who is there is ticked, and who came is known
// once the chèques are taken.
func TestAnAtelierIsScannedInOneGo(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{Carnets: 2})
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	ateliers := workshop.NewService(c.DB, index, workshop.Options{Queue: &jobs.Inline{}})
	h := &mediateur.Handlers{Redemptions: redemption.NewService(c.DB, c.Keys), Seal: sealer, Host: "passnum.exemple", Now: c.Now, Workshops: ateliers}
	r := chi.NewRouter()
	r.Use(httpx.As(c.Mediateur))
	r.Route("/mediateur", h.Routes)
	c.http = r

	planned, err := ateliers.Plan(t.Context(), c.Mediateur, workshop.Form{Title: "Premiers pas", Place: c.Place.String(), Entries: []string{"44", "48"}, Day: "16/11/2026", Hour: "14:00",
		Minutes: "105", Mode: "collectif", Seats: "4", Cheques: "1", Language: "fr", Level: "0"})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		if _, err := ateliers.Book(t.Context(), c.Agent, planned.First, uuid.Nil, c.order.Serial(n), false); err != nil {
			t.Fatal(err)
		}
	}
	c.Travel(5 * time.Hour)
	c.get("/mediateur").says("Ateliers du jour", "Premiers pas", "2 sur 4 places")
	s := c.get("/mediateur/scanner?atelier=" + planned.First.String())
	s.says("Atelier : Premiers pas", "1 chèque par personne", "Carnet "+c.order.Serial(1), "attendu")
	s = c.press(s, "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	s.says("scanné", "attendu", "Encaisser 1 chèque")
	s = c.press(s, "Encaisser 1 chèque (10,00 €)", nil)
	s.says("44", "48", "Collectif")
	if n := c.Count(`SELECT count(*) FROM seances WHERE mode = 'collectif' AND entries = '{44,48}' AND duration_minutes = 105`); n != 1 {
		t.Errorf("%d séances as the atelier says", n)
	}
	roster, err := ateliers.Roster(t.Context(), c.Mediateur, planned.First)
	if err != nil || !roster.Bookings[0].Came() || roster.Bookings[1].Came() {
		t.Errorf("%+v, %v", roster.Bookings, err)
	}
	c.get("/mediateur/scanner?atelier="+planned.First.String()).says("venu", "attendu")
	// Somebody else's, or none: the scanner opens as usual.
	c.http = c.as(c.Other)
	if answer := c.send(http.MethodGet, "/mediateur/scanner?atelier="+planned.First.String(), nil); answer.status != http.StatusOK {
		t.Errorf("somebody else's: %d", answer.status)
	}
}
