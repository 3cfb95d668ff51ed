package structure_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/qualification"
	domain "passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	screens "passnum/web/structure"
	"passnum/web/urls"
)

// spaceSite is a structure's space, for whoever asks.
type spaceSite struct {
	*testworld.World
	t     *testing.T
	files *qualification.Service
	pages *screens.Handlers
}

func newSpace(t *testing.T) spaceSite {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	queue := &jobs.Inline{}
	files := qualification.NewService(w.DB, qualification.Options{Queue: queue, BaseURL: "https://passnum.test"})
	return spaceSite{w, t, files, &screens.Handlers{Files: files, Structures: domain.NewService(w.DB, index, domain.Options{Queue: queue}),
		Workshops: workshop.NewService(w.DB, index, workshop.Options{Queue: queue})}}
}

// says opens an address and checks what it answers.
func (s spaceSite) says(actor identity.Actor, address string, status int, texts ...string) {
	s.t.Helper()
	r := chi.NewRouter()
	r.With(httpx.As(actor)).Route("/structure", s.pages.Routes)
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil))
	page := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())
	if answer.Code != status {
		s.t.Errorf("%s answered %d, want %d", address, answer.Code, status)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("%s does not say %q", address, text)
		}
	}
}

func TestAFilesHistoryIsReadAndDownloaded(t *testing.T) {
	t.Parallel()
	s := newSpace(t)
	offer := qualification.OfferForm{Presentation: "Deux médiatrices.", Modes: []string{"individuel"}, Audiences: []string{"seniors"}, Prices: "10 € l’heure", Left: "rien"}
	for _, price := range []string{"10 € l’heure", "5 € l’heure"} {
		offer.Prices = price
		if _, err := s.files.SaveOffer(t.Context(), s.Mediateur, offer); err != nil {
			t.Fatal(err)
		}
	}
	s.says(s.Mediateur, urls.QualificationHistory(), http.StatusOK, "<del>10 € l’heure</del>", "<strong>5 € l’heure</strong>", urls.QualificationHistoryCSV())
	s.says(s.Mediateur, urls.QualificationHistoryCSV(), http.StatusOK, "Le;Par;Étape;Information;Avant;Après;Suite;Motif", ";10 € l’heure;5 € l’heure;en vigueur;")
	s.says(s.Agent, urls.QualificationHistoryCSV(), http.StatusForbidden)
	s.says(s.Mediateur, urls.Qualification(), http.StatusOK, "5 € l’heure", urls.Renewal())
}

func TestTheHomeTellsWhatIsToCome(t *testing.T) {
	t.Parallel()
	s := newSpace(t)
	planned, err := s.pages.Workshops.Plan(t.Context(), s.Mediateur, workshop.Form{Title: "Premiers pas", Place: s.Place.String(), Entries: []string{"44"}, Day: s.Now().AddDate(0, 0, 3).Format("02/01/2006"),
		Hour: "14:30", Minutes: "120", Mode: workshop.ForSeveral, Seats: "8", Cheques: "1", Language: "fr", Level: "0"})
	if err != nil {
		t.Fatal(err)
	}
	s.says(s.Mediateur, urls.Structure(), http.StatusOK, "Prochains ateliers", urls.StructureWorkshop(planned.First), urls.StructureMessages())
}
