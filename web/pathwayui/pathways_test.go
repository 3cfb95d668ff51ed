package pathwayui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/pathwayui"
)

type site struct {
	*testworld.World
	t *testing.T
}

func (s *site) ask(actor identity.Actor, method, address string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	service := guidance.NewService(s.DB, s.Keys, nil)
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/commanditaire", (&pathwayui.Handlers{Guidance: service, Owner: guidance.Commanditaires}).Routes)
	r.Route("/admin", (&pathwayui.Handlers{Guidance: service, Owner: guidance.Operators}).Routes)
	request := httptest.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func (s *site) says(w *httptest.ResponseRecorder, status int, sentences ...string) {
	s.t.Helper()
	if w.Code != status {
		s.t.Fatalf("answers %d, want %d", w.Code, status)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(w.Body.String(), "\u00a0", " ")), " ")
	for _, want := range sentences {
		if !strings.Contains(text, want) {
			s.t.Errorf("%q is not said", want)
		}
	}
}

func steps(title string, pairs ...string) url.Values {
	form := url.Values{"titre": {title}, "version": {"1"}}
	for level, row := range map[string]string{"1": "1", "2": "1", "3": "1"} {
		form.Set("service-"+level+"-"+row, "")
		form.Set("mots-"+level+"-"+row, "")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

var linked = regexp.MustCompile(`href="(/(?:commanditaire|admin)/parcours/[0-9a-f-]{36})"`)

func TestACommanditaireMakesItsParcours(t *testing.T) {
	t.Parallel()
	s := &site{testworld.New(t), t}
	const list = "/commanditaire/parcours"
	s.says(s.ask(s.Commanditaire, http.MethodGet, list, nil), http.StatusOK, "Aucun parcours à vous", "Premiers pas sur un ordinateur", "Copier")
	s.says(s.ask(s.Commanditaire, http.MethodGet, list+"/nouveau", nil), http.StatusOK, "Nouveau parcours", "44 – Poste informatique Windows")
	refused := s.ask(s.Commanditaire, http.MethodPost, list+"/nouveau", steps("", "service-1-1", "11", "mots-2-1", "Sans service"))
	s.says(refused, http.StatusUnprocessableEntity, "Donnez un titre au parcours", "Choisissez le service de cette étape.", "Choisissez au moins deux étapes.", `value="Sans service"`)
	if w := s.ask(s.Commanditaire, http.MethodPost, list+"/nouveau", steps("Mes pas", "service-1-1", "11", "service-2-1", "44", "mots-2-1", "La souris")); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := s.ask(s.Commanditaire, http.MethodGet, list, nil)
	s.says(page, http.StatusOK, "Mes pas", "proposé")
	own := linked.FindStringSubmatch(page.Body.String())[1]
	s.says(s.ask(s.Commanditaire, http.MethodGet, own, nil), http.StatusOK, `value="La souris"`, "Version 1", "Archiver")
	if w := s.ask(s.Commanditaire, http.MethodPost, own, steps("Mes premiers pas", "service-1-1", "11", "service-3-1", "98")); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.says(s.ask(s.Commanditaire, http.MethodGet, own, nil), http.StatusOK, "Version 2 – Mes premiers pas", "Version 1 – Mes pas")
	s.says(s.ask(s.Commanditaire, http.MethodPost, own, steps("Trop tard", "service-1-1", "11", "service-3-1", "98")), http.StatusConflict, "modifié entre-temps", `value="Trop tard"`)
	for act, state := range map[string]string{"/archiver": "archivé", "/remettre": "proposé"} {
		s.Exec(`UPDATE pathways SET archived_at = CASE WHEN $1 THEN NULL ELSE now() END WHERE commanditaire_id IS NOT NULL`, act == "/archiver")
		if w := s.ask(s.Commanditaire, http.MethodPost, own+act, url.Values{}); w.Code != http.StatusSeeOther {
			t.Fatalf("%s answers %d", act, w.Code)
		}
		s.says(s.ask(s.Commanditaire, http.MethodGet, list, nil), http.StatusOK, state)
	}
	if w := s.ask(s.Other, http.MethodGet, own, nil); w.Code != http.StatusNotFound {
		t.Errorf("another commanditaire is answered %d", w.Code)
	}
	if w := s.ask(s.Commanditaire, http.MethodGet, "/admin/parcours", nil); w.Code == http.StatusOK {
		t.Error("a commanditaire opens the operator's list")
	}
}

func TestTheOperatorsParcours(t *testing.T) {
	t.Parallel()
	s := &site{testworld.New(t), t}
	page := s.ask(s.Operator, http.MethodGet, "/admin/parcours", nil)
	s.says(page, http.StatusOK, "Parcours proposés à tous", "Chercher un emploi", "Nouveau parcours")
	one := linked.FindStringSubmatch(page.Body.String())[1]
	s.says(s.ask(s.Finance, http.MethodGet, one, nil), http.StatusOK, "Étapes", "Découvrir", "Versions")
	if w := s.ask(s.Operator, http.MethodPost, one+"/dupliquer", url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("copying answers %d", w.Code)
	}
	s.says(s.ask(s.Operator, http.MethodGet, "/admin/parcours", nil), http.StatusOK, "(copie)")
	if w := s.ask(s.Finance, http.MethodPost, one+"/archiver", url.Values{}); w.Code != http.StatusForbidden {
		t.Errorf("who may not decide is answered %d", w.Code)
	}
}
