package censusui_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/reporting/opendata"
	"passnum/internal/structure/census"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/censusui"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/urls"
)

type site struct {
	*testworld.World
	census *census.Service
	data   *opendata.Service
	index  *territory.Index
	queue  *jobs.Inline
}

func newSite(t *testing.T) *site {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	queue := &jobs.Inline{}
	return &site{w, census.NewService(w.DB, index, queue), opendata.NewService(w.DB, "84373941800015"), index, queue}
}

func (s *site) work(t *testing.T) {
	t.Helper()
	for _, args := range s.queue.Waiting {
		if err := s.census.Work(t.Context(), args.(census.WorkArgs)); err != nil {
			t.Fatal(err)
		}
	}
	s.queue.Waiting = nil
}

func (s *site) ask(actor identity.Actor, r *http.Request) (*httptest.ResponseRecorder, string) {
	router := chi.NewRouter()
	router.Use(httpx.Shell{}.Provide, httpx.As(actor))
	router.Route("/admin", func(r chi.Router) { censusui.ForOperator(s.census).Routes(r) })
	router.Route("/structure", func(r chi.Router) {
		censusui.ForStructure(s.census).Routes(r)
		(&censusui.ChoiceHandlers{Data: s.data}).Routes(r)
	})
	(&public.DataHandlers{Data: s.data, Communes: s.index, Now: s.Now}).Routes(router)
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	return w, strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(w.Body.String())
}

func (s *site) get(t *testing.T, actor identity.Actor, path string, status int, texts ...string) {
	t.Helper()
	w, body := s.ask(actor, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	expect(t, w, body, path, status, texts)
}

func (s *site) post(t *testing.T, actor identity.Actor, path string, status int, form url.Values) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, body := s.ask(actor, r)
	expect(t, w, body, path, status, nil)
	return w.Header().Get("Location")
}

func expect(t *testing.T, w *httptest.ResponseRecorder, body, path string, status int, texts []string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("%s answers %d, want %d", path, w.Code, status)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("%s does not say « %s »", path, text)
		}
	}
}

func (s *site) upload(t *testing.T, actor identity.Actor, path, content string, status int) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if part, err := form.CreateFormFile("fichier", "lieux.csv"); err != nil {
		t.Fatal(err)
	} else if _, err := io.WriteString(part, content); err != nil {
		t.Fatal(err)
	}
	_ = form.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w, html := s.ask(actor, r)
	expect(t, w, html, path, status, nil)
	return w.Header().Get("Location")
}

const file = "id,pivot,nom,commune,code_postal,adresse,latitude,longitude,date_maj\n" +
	"a,43493312300029,Espace numérique,Guéret,23000,1 rue A,46.17,1.87,2026-01-01\n" +
	"b,43493312300029,La Cyberbase,Guéret,23000,1 rue A,46.1701,1.8701,2026-01-01\n" +
	"c,,,Guéret,23000,1 rue A,,,2026-01-01\n"

func TestTheOperatorReadsChoosesAndImports(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(t, s.Operator, urls.AdminCensus(), http.StatusOK, "Aucun fichier pour l’instant")
	s.upload(t, s.Operator, urls.AdminCensus(), "", http.StatusUnprocessableEntity)
	page := s.upload(t, s.Operator, urls.AdminCensus(), file, http.StatusSeeOther)
	s.get(t, s.Operator, page, http.StatusOK, "commence dans un instant")
	s.work(t)
	s.get(t, s.Operator, page, http.StatusOK, "Rien n’a encore changé", "Importer 1 lieu", "Le nom du lieu manque.", "ressemble à un lieu déjà connu", "La Cyberbase")
	s.get(t, s.Operator, page+"?suite=a+choisir", http.StatusOK, "Un autre")
	s.get(t, s.Operator, page+"/rapport.csv", http.StatusOK, "rejeté", "nom")
	s.post(t, s.Operator, page+"/choix", http.StatusUnprocessableEntity, url.Values{"ligne": {"3"}, "choix": {"autre chose"}})
	s.post(t, s.Operator, page+"/choix", http.StatusSeeOther, url.Values{"ligne": {"3"}, "choix": {census.Separate}})
	s.get(t, s.Operator, page, http.StatusOK, "Revenir sur ce choix")
	s.get(t, s.Operator, urls.CensusChoices(), http.StatusOK, "La Cyberbase", "un autre lieu", "Oublier")
	s.get(t, s.Finance, urls.CensusChoices()+"?q=introuvable", http.StatusOK, "Aucun choix ne répond")
	s.post(t, s.Operator, urls.ForgetCensusChoice(s.Mediatheque), http.StatusNotFound, nil)
	s.post(t, s.Operator, page+"/appliquer", http.StatusSeeOther, nil)
	s.work(t)
	s.get(t, s.Operator, page, http.StatusOK, "appliqué le")
	s.post(t, s.Operator, page+"/appliquer", http.StatusConflict, nil)
	if n := s.Count(`SELECT count(*) FROM places WHERE structure_id IS NULL`); n != 2 {
		t.Errorf("%d places are known, want 2", n)
	}
	s.get(t, s.Finance, urls.AdminCensus(), http.StatusOK)
	s.get(t, s.Commanditaire, page, http.StatusForbidden)
}

func TestTheOperatorHidesWhatIsNoLongerListed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const lines = "id,nom,commune,code_postal,adresse,source,date_maj\na,Espace numérique,Guéret,23000,1 rue A,Hinaura,2026-01-01\n"
	apply := func(content string) (page string) {
		page = s.upload(t, s.Operator, urls.AdminCensus(), content, http.StatusSeeOther)
		s.work(t)
		s.get(t, s.Operator, page, http.StatusOK, "Rien n’a encore changé")
		s.post(t, s.Operator, page+"/appliquer", http.StatusSeeOther, nil)
		s.work(t)
		return page
	}
	apply(lines + "b,La Cyberbase,Guéret,23000,9 rue B,Hinaura,2026-01-01\n")
	page := apply(lines + "c,Autre,Guéret,23000,7 rue C,Hinaura,2026-01-01\n")
	s.get(t, s.Operator, page, http.StatusOK, "1 lieu recensé", "La Cyberbase", "Ne plus les montrer")
	s.get(t, s.Operator, page+"/manquants.csv", http.StatusOK, "La Cyberbase")
	s.post(t, s.Finance, page+"/masquer", http.StatusForbidden, nil)
	s.post(t, s.Operator, page+"/masquer", http.StatusSeeOther, nil)
	s.post(t, s.Operator, page+"/masquer", http.StatusConflict, nil)
	if n := s.Count(`SELECT count(*) FROM places WHERE structure_id IS NULL AND published`); n != 2 {
		t.Errorf("%d places are shown, want 2", n)
	}
	// A file that only lists fewer places can be taken in too, or they would stay.
	page = s.upload(t, s.Operator, urls.AdminCensus(), lines, http.StatusSeeOther)
	s.work(t)
	s.get(t, s.Operator, page, http.StatusOK, "mais il n’en liste plus certains", "Importer ce fichier")
	s.post(t, s.Operator, page+"/appliquer", http.StatusSeeOther, nil)
	s.work(t)
	s.get(t, s.Operator, page, http.StatusOK, "Autre", "Ne plus les montrer")
	s.post(t, s.Operator, page+"/masquer", http.StatusSeeOther, nil)
}

func TestAStructureImportsItsOwnAndSaysWhatIsReused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	boss := s.Member(s.Mediatheque, "chef@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	other := s.Member(s.Organisation("Ailleurs", "55210055400013", "association", identity.Capacities{Structure: true}), "x@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	s.get(t, boss, urls.StructureCensusModel(), http.StatusOK, "services_referentiel")
	page := s.upload(t, boss, urls.StructureCensus(), "nom;commune;code_postal\nAnnexe;Guéret;23000\n", http.StatusSeeOther)
	s.work(t)
	s.get(t, boss, page, http.StatusOK, "1 lieu sera créé")
	s.get(t, other, page, http.StatusNotFound)
	s.post(t, other, page+"/appliquer", http.StatusNotFound, nil)
	s.post(t, other, page+"/abandonner", http.StatusNotFound, url.Values{"x": {"y"}})
	s.post(t, boss, page+"/abandonner", http.StatusSeeOther, nil)
	s.get(t, boss, urls.StructureOpenData(), http.StatusOK, "Le téléphone de chaque lieu")
	s.post(t, boss, urls.StructureOpenData(), http.StatusSeeOther, url.Values{"publier": {"lieux", "telephone"}})
	if n := s.Count(`SELECT count(*) FROM open_data_choices WHERE listed AND phone AND NOT email AND NOT website`); n != 1 {
		t.Error("the choice is not the one that was made")
	}
}

func TestOpenDataIsKeptByItsReaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	nobody := identity.Actor{}
	s.get(t, nobody, urls.OpenData(), http.StatusOK, "GeoJSON")
	s.get(t, nobody, urls.PlacesCSV()+"?departement=999", http.StatusNotFound)
	s.get(t, nobody, urls.PlacesCSV()+"?departement=23", http.StatusOK, "#APTIC (Pass numérique)")
	if err := s.data.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.get(t, nobody, urls.PlacesGeoJSON(), http.StatusOK, "FeatureCollection")
	first, _ := s.ask(nobody, httptest.NewRequestWithContext(t.Context(), http.MethodGet, urls.PlacesCSV(), nil))
	if name := first.Header().Get("Content-Disposition"); !strings.Contains(name, "_84373941800015_lieux-de-mediation-numerique_france.csv") {
		t.Errorf("the file is named %s", name)
	}
	if size := first.Header().Get("Content-Length"); size != strconv.Itoa(first.Body.Len()) || first.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the file is announced as %s bytes, and is %d", size, first.Body.Len())
	}
	head, body := s.ask(nobody, httptest.NewRequestWithContext(t.Context(), http.MethodHead, urls.PlacesJSON(), nil))
	if head.Code != http.StatusOK || body != "" || head.Header().Get("ETag") == "" || head.Header().Get("Content-Length") == "" {
		t.Errorf("asked for its head, the file answers %d, %v", head.Code, head.Header())
	}
	for header, value := range map[string]string{"If-None-Match": first.Header().Get("ETag"), "If-Modified-Since": first.Header().Get("Last-Modified")} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, urls.PlacesCSV(), nil)
		r.Header.Set(header, value)
		if again, body := s.ask(nobody, r); again.Code != http.StatusNotModified || body != "" {
			t.Errorf("with %s: %d, %d bytes", header, again.Code, len(body))
		}
	}
}
