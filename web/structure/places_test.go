package structure_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/redemption/seal"
	domain "passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/structure"
	"passnum/web/urls"
)

// placesSite is the pages of places, for whoever asks.
type placesSite struct {
	*testworld.World
	t       *testing.T
	service *domain.Service
	seal    *seal.Sealer
}

func newPlacesSite(t *testing.T) placesSite {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New([]byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	return placesSite{w, t, domain.NewService(w.DB, index, domain.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test", SealPlaces: structure.SealPlaces(sealer)}), sealer}
}

// ask opens an address, or sends a form to it, and checks what is answered.
func (s placesSite) ask(actor identity.Actor, address string, form url.Values, status int, texts ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	(&structure.ConfirmLinkHandlers{Structures: s.service, Seal: s.seal}).Routes(r)
	(&public.ReportHandlers{Structures: s.service}).Routes(r)
	r.Route("/structure", (&structure.PlaceHandlers{Structures: s.service}).Routes)
	r.Route("/admin", (&admin.ReportHandlers{Structures: s.service}).Routes)
	request := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil)
	if form != nil {
		request = httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	page := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(answer.Body.String())
	if answer.Code != status {
		s.t.Errorf("%s answered %d, want %d", address, answer.Code, status)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("%s does not say %q", address, text)
		}
	}
	return answer
}

func TestAPlacesPages(t *testing.T) {
	t.Parallel()
	s := newPlacesSite(t)
	me, place := s.Mediateur, urls.StructurePlace(s.Place)
	other := s.Member(s.Stranger, "voisine@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	for _, tab := range []string{"", "/tarifs", "/horaires", "/accueil", "/etapes", "/apercu"} {
		s.ask(me, place+tab, nil, 200, "Médiathèque de Guéret")
		s.ask(other, place+tab, nil, 404)
		if tab != "/apercu" {
			s.ask(other, place+tab, url.Values{"x": {"y"}}, 404)
		}
	}
	s.ask(me, place+"/horaires", url.Values{"saisie": {"grille"}, "jour-1-1-de": {"9h"}, "jour-1-1-a": {"midi"}}, 422, "Lundi : écrivez l’heure de fermeture", `value="9h"`)
	s.ask(me, place+"/horaires", url.Values{"saisie": {"grille"}, "jour-1-1-de": {"9h"}, "jour-1-1-a": {"12h"}, "recopier": {"oui"}}, 200, `name="jour-5-1-a" value="12h"`)
	s.ask(me, place+"/horaires", url.Values{"saisie": {"grille"}, "jour-1-1-de": {"9h"}, "jour-1-1-a": {"12h"}}, 303)
	s.ask(me, place+"/horaires", nil, 200, `value="09:00"`, "Lundi 9 h – 12 h")
	s.ask(me, place+"/accueil", url.Values{"langues": {"fr", "ar"}, "accessibilite": {"fauteuil"}}, 303)
	s.ask(me, place+"/apercu", nil, 200, "Accessible en fauteuil roulant", "arabe")
	s.ask(me, place+"/etapes", url.Values{"nom": {"Marché"}}, 422, "Dites quand", `value="Marché"`)
	preview := url.Values{"nom": {"Nouveau nom"}, "modes": {"individuel"}, "services": {"3"}}
	s.ask(me, urls.With(urls.PlacePreview(), "lieu", s.Place.String()), preview, 200, "Nouveau nom", "Page complétée")
	s.ask(other, urls.With(urls.PlacePreview(), "lieu", s.Place.String()), preview, 404)
}

func TestPlacesAreConfirmedByTheLinkOfAMail(t *testing.T) {
	t.Parallel()
	s := newPlacesSite(t)
	s.Exec(`UPDATE places SET confirmed_at = $1 WHERE id = $2`, s.Now().AddDate(0, -8, 0), s.Place)
	nobody := identity.Actor{Address: "192.0.2.9"}
	link := urls.ConfirmPlaces(structure.SealPlaces(s.seal)(s.Mediatheque, s.Now().Add(time.Hour)))
	s.ask(nobody, link, nil, 200, "C’est toujours juste", "Médiathèque de Guéret")
	if s.Count(`SELECT count(*) FROM places WHERE id = $1 AND confirmed_at > $2`, s.Place, s.Now().AddDate(0, -1, 0)) != 0 {
		t.Error("opening the link confirmed")
	}
	s.ask(nobody, link, url.Values{"lieux": {s.Place.String()}}, 303)
	s.ask(nobody, link, nil, 200, "Tout est confirmé")
	s.ask(nobody, urls.ConfirmPlaces("faux"), nil, 404)
	s.ask(nobody, urls.ConfirmPlaces(structure.SealPlaces(s.seal)(s.Mediatheque, s.Now().Add(-time.Hour))), nil, 404)
}

func TestReportingOnScreen(t *testing.T) {
	t.Parallel()
	s := newPlacesSite(t)
	visitor := identity.Actor{Address: "192.0.2.10"}
	report := urls.ReportPlace(s.Place)
	s.ask(visitor, report, nil, 200, "Qu’est-ce qui ne va pas")
	s.ask(visitor, report, url.Values{"message": {"Bonjour"}}, 422, "Dites ce qui ne va pas", "Bonjour")
	s.ask(visitor, report, url.Values{"probleme": {"ferme"}, "message": {"Fermé pour travaux"}}, 303)
	s.ask(s.Mediateur, urls.PlaceReports(), nil, 200, "Fermé pour travaux", "à traiter")
	s.Travel(8 * 24 * time.Hour)
	if err := s.service.CareForPlaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.ask(s.Operator, urls.AdminReports(), nil, 200, "Fermé pour travaux")
	list, _, err := s.service.LateReports(t.Context(), s.Operator, domain.ReportSearch{Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	s.ask(s.Finance, urls.AdminReport(list[0].ID), url.Values{"suite": {"corrige"}}, 403)
	s.ask(s.Operator, urls.AdminReport(list[0].ID), url.Values{"suite": {"sans_suite"}}, 422, "pourquoi rien n’est à corriger")
}
