package commanditaire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/testworld"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// What holds back the end of an order is read by its commanditaire, without the
// name of who scanned; another commanditaire finds nothing.
func TestACommanditaireReadsItsDisputes(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	w.Exec(`UPDATE orders SET late_cap = 0`)
	scanning := w.Mediateur
	scanning.Name = "Sacha Lenoir"
	answers, err := redemption.NewService(w.DB, w.Keys).Claim(t.Context(), scanning, redemption.Queue{Device: uuid.New(), SentAt: w.Now(), Claims: []redemption.Claim{{
		Key: uuid.NewString(), ScannedAt: w.Now().Add(-24 * time.Hour), Codes: []string{codes[0].Clear()}, Entries: []int{3}, Mode: redemption.Individuel,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	id := answers[0].Results[0].Dispute
	ask := func(actor identity.Actor, address string) *httptest.ResponseRecorder {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		r.Route("/commanditaire", (&commanditaire.DisputeHandlers{Disputes: dispute.NewService(w.DB), Now: w.Now}).Routes)
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		return answer
	}
	for _, address := range []string{urls.CarnetDisputes() + "?etat=ouvert", urls.CarnetDispute(id), urls.CarnetDisputesCSV()} {
		page := ask(w.Commanditaire, address)
		if body := page.Body.String(); page.Code != 200 || !strings.Contains(body, "Médiathèque de Guéret") || strings.Contains(body, scanning.Name) {
			t.Errorf("%s: %d", address, page.Code)
		}
	}
	if page := ask(w.Mediateur, urls.CarnetDisputes()); page.Code != 403 {
		t.Errorf("a structure: %d", page.Code)
	}
	stranger := w.Commanditaire
	stranger.OrganisationID = w.Stranger
	if page := ask(stranger, urls.CarnetDispute(id)); page.Code != 404 {
		t.Errorf("another commanditaire: %d", page.Code)
	}
	if body := ask(stranger, urls.CarnetDisputes()).Body.String(); !strings.Contains(body, "Aucun litige") {
		t.Error("another commanditaire lists it")
	}
}
