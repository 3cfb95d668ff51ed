package public_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/jobs"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/public"
)

// TestACodeStaysInNoAddress types a chèque's code where one searches, which
// sends it in the address: the answer is the same search without it.
func TestACodeStaysInNoAddress(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	code := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)[0].Clear()
	all := chi.NewRouter()
	(&public.WorkshopHandlers{Workshops: workshop.NewService(w.DB, communes, workshop.Options{Queue: &jobs.Inline{}}), Communes: communes}).Routes(all)
	all.NotFound(h.ServeHTTP)
	for _, address := range []string{"/lieux?rayon=10&commune=", "/lieux?apprendre=", "/lieux?gratuit=oui&service=4&apprendre=", "/ateliers?commune=", "/lieux/integrer?commune="} {
		for _, typed := range []string{code, strings.ToLower(strings.ReplaceAll(code, "-", "")), "HTTPS://PASS.EXEMPLE.FR/P/" + strings.ReplaceAll(code, "-", "")} {
			rec := httptest.NewRecorder()
			all.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address+url.QueryEscape(typed), nil))
			target := rec.Header().Get("Location")
			if rec.Code != http.StatusSeeOther || strings.Contains(strings.ToUpper(target+rec.Body.String()), strings.ReplaceAll(code, "-", "")[:4]) || rec.Header().Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s%s: %d to %s", address, typed, rec.Code, target)
			}
		}
	}
	page := open(t, h, "/lieux?rayon=10&commune=Gu%C3%A9ret&code=ici", http.StatusUnprocessableEntity)
	says(t, page, "il ne se tape pas dans la recherche", "Médiathèque de Guéret", "<details class=\"govuk-details pn-no-print\" open")
}

// TestAWrongCodeLeavesTheSearchWhole follows the pages of the list that answers a
// wrong code: they are pages of the search, not of the form.
func TestAWrongCodeLeavesTheSearchWhole(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`INSERT INTO places (id, national_id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, latitude, longitude, published, created_at, updated_at)
		SELECT gen_random_uuid(), 'carto-' || n, 'Mairie', '', 'Mairie ' || n, '23000', 'Guéret', '23096', '{FR}', 46.17, 1.87, true, now(), now() FROM generate_series(1, 30) AS n`)
	h := site(t, w)
	form := url.Values{"code": {"2222-2222-2222-2222"}, "recherche": {"recenses=oui&commune=Gu%C3%A9ret"}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/lieux/carnet", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	_, rest, found := strings.Cut(rec.Body.String(), `href="/lieux?apres=`)
	if !found || strings.Contains(rec.Body.String(), "/lieux/carnet?") {
		t.Fatalf("%d: the next page is not one of the search", rec.Code)
	}
	next, _, _ := strings.Cut(rest, `"`)
	says(t, open(t, h, "/lieux?apres="+strings.ReplaceAll(next, "&amp;", "&"), http.StatusOK), "Mairie 9")
}

// TestAnAddressIsUnderstoodByItsEnd asks when nobody knows addresses.
func TestAnAddressIsUnderstoodByItsEnd(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	for _, typed := range []string{"12 rue de la Gare, 23000 Guéret", "12 bis rue de la Gare Guéret", "place Bonnyaud, Guéret", "3, rue de Paris, Guéret"} {
		body := open(t, h, "/lieux?rayon=60&commune="+url.QueryEscape(typed), http.StatusOK)
		says(t, body, "L’adresse n’a pas été trouvée", "Médiathèque de Guéret")
	}
	says(t, open(t, h, "/lieux?commune="+url.QueryEscape("Avenue de la République Aubusson"), http.StatusOK), "Aubusson (23200)", "Creuse", "Orne")
	says(t, open(t, h, "/lieux?commune="+url.QueryEscape("La Rochelle du Nord"), http.StatusUnprocessableEntity), "Où")
}

// TestAFrameLeadsNowhereItCannotOpen searches what nobody teaches, in a frame.
func TestAFrameLeadsNowhereItCannotOpen(t *testing.T) {
	t.Parallel()
	h := site(t, testworld.New(t))
	body := open(t, h, "/lieux/integrer?apprendre=tracteur", http.StatusOK)
	says(t, body, "Aucun service ne correspond")
	if strings.Contains(body, `href="/referentiel"`) {
		t.Error("the frame leads to a page that refuses frames")
	}
	says(t, open(t, h, "/lieux?apprendre=tracteur", http.StatusOK), `href="/referentiel"`)
}
