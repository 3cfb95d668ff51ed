package commanditaire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"passnum/internal/identity"
	"passnum/internal/reporting"
	"passnum/internal/reporting/reportingtest"
	"passnum/internal/testworld"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
)

// used is a site with an order of which 400 chèques were used over five months.
func used(t testing.TB) (*site, testworld.Order, *reporting.Service) {
	t.Helper()
	s := newSite(t)
	order := s.ActiveOrder(testworld.OrderOptions{Carnets: 100, Funders: []uuid.UUID{s.Region}})
	s.At(testworld.Start.AddDate(0, -5, 0))
	order.HandedOver(90)
	s.At(testworld.Start)
	err := reportingtest.Write(t.Context(), s.Owner, reportingtest.Usage{Commanditaire: s.Departement, Order: order.ID, Structure: s.Mediatheque, Place: s.Place,
		Cheques: 300, From: testworld.Start.AddDate(0, -5, 0), To: testworld.Start.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	reports := reporting.NewService(s.DB, s.Keys)
	if err := reports.RollUp(t.Context(), s.Now()); err != nil {
		t.Fatal(err)
	}
	return s, order, reports
}

func (s *site) dashboard(reports *reporting.Service, actor identity.Actor, path string) page {
	s.T.Helper()
	h := &commanditaire.DashboardHandlers{Reports: reports}
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/commanditaire", func(r chi.Router) {
		h.Routes(r)
		(&commanditaire.OrderHandlers{Orders: s.orders, Figures: h}).Routes(r)
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(s.T.Context(), http.MethodGet, path, nil))
	tree, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		s.T.Fatal(err)
	}
	return page{s.T, w.Code, w.Header().Get("Location"), w.Body.String(), tree, nil}
}

func TestUsageOfAnOrder(t *testing.T) {
	t.Parallel()
	s, order, reports := used(t)
	path := "/commanditaire/commandes/" + order.ID.String()
	s.dashboard(reports, s.Commanditaire, path+"/usages").want(http.StatusOK, "Émis", "100", "5 000 €", "Remis", "Entamés", "Chèques utilisés", "297",
		"Au rythme d’octobre", "des chèques remis seront utilisés au 31 décembre 2026", "Par service", "Par commune", "Guéret", "Accueil de la mairie")
	s.dashboard(reports, s.Commanditaire, path).want(http.StatusOK, "Entamés", "Chèques utilisés par mois", "Tous les chiffres de cette commande")
	s.dashboard(reports, s.Commanditaire, "/commanditaire/usages").want(http.StatusOK, "Par commande", order.Number)
	s.dashboard(reports, s.Commanditaire, "/commanditaire/definitions").want(http.StatusOK, "Délai médian", "Une séance compte une fois")
	s.dashboard(reports, s.Commanditaire, path+"/usages/mois.csv").want(http.StatusOK, "2026-10")
	s.dashboard(reports, s.Commanditaire, path+"/usages/carnets.csv").want(http.StatusOK, order.Serial(1))
	s.dashboard(reports, s.Commanditaire, path+"/usages/autre.csv").want(http.StatusNotFound)
}

func TestWhoOpensTheUsage(t *testing.T) {
	t.Parallel()
	s, order, reports := used(t)
	path := "/commanditaire/commandes/" + order.ID.String() + "/usages"
	s.dashboard(reports, s.Cofunder, path).want(http.StatusOK, "les usages sont arrêtés au 15 novembre 2026 au soir", "Par commune")
	s.dashboard(reports, s.Other, path).want(http.StatusNotFound)
	s.dashboard(reports, s.Other, path+"/carnets.csv").want(http.StatusNotFound)
	s.dashboard(reports, s.Mediateur, path).want(http.StatusForbidden)
	s.dashboard(reports, s.Other, "/commanditaire/usages").want(http.StatusOK, "Aucune commande en cours")
}
