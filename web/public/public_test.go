package public_test

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/reporting"
	"passnum/internal/reporting/opendata"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/public"
)

func site(t testing.TB, w *testworld.World) http.Handler {
	t.Helper()
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	(&public.Handlers{Reports: reporting.NewService(w.DB, w.Keys), Communes: communes, Operator: public.Operator{Name: "Coopérative", SIRET: "84373941800015", Email: "bonjour@passnum.test"}}).Routes(r)
	finderOf(t, w, communes).Routes(r)
	(&public.DataHandlers{Data: opendata.NewService(w.DB, "84373941800015"), Communes: communes, Now: w.Now}).Routes(r)
	return r
}

func open(t testing.TB, h http.Handler, path string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	if w.Code != status {
		t.Fatalf("%s answered %d, want %d", path, w.Code, status)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2060", "").Replace(w.Body.String())
}

func says(t testing.TB, body string, words ...string) {
	t.Helper()
	for _, want := range words {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestPublicPagesOpen(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	for path, want := range map[string]string{
		"/": "Apprendre le numérique", "/aide": "J’ai un carnet", "/accessibilite": "non conforme", "/mentions": "843 739 418 00015",
		"/licence": "EUPL", "/donnees": "Positions des communes : GeoNames, CC BY 4.0", "/statistiques": "Les premiers chiffres arrivent",
	} {
		says(t, open(t, h, path, http.StatusOK), want)
	}
}

func TestPlacesNearACommune(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`UPDATE places SET phone = '05 55 51 00 00', opening_hours = 'Mo-Fr 09:00-12:00,14:00-18:30; Sa 10:00-12:00' WHERE id = $1`, w.Place)
	w.Exec(`UPDATE places SET latitude = 43.6, longitude = 1.44, town = 'Toulouse', postal_code = '31000' WHERE structure_id = $1`, w.Stranger)
	h := site(t, w)
	near := open(t, h, "/lieux?commune=gueret", http.StatusOK)
	says(t, near, "Médiathèque de Guéret", "Lieux près de Guéret", "tel:0555510000", "Du lundi au vendredi 9 h – 12 h, 14 h – 18 h 30")
	if strings.Contains(near, "Ailleurs") {
		t.Error("a place 300 km away is near")
	}
	all := open(t, h, "/lieux?commune=gueret&commune_code=23096&rayon=0", http.StatusOK)
	if strings.Index(all, "Médiathèque de Guéret") > strings.Index(all, "Toulouse") || !strings.Contains(all, "Toulouse") {
		t.Error("the nearest place does not come first")
	}
	says(t, open(t, h, "/lieux?commune=Aubusson", http.StatusOK), "Quelle commune ?", "commune_code=23008")
}

func TestPlacesFiltersAndWidening(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	says(t, open(t, h, "/lieux?commune=Gu%C3%A9ret&accompagnement=collectif", http.StatusOK), "Aucun lieu ne remplit toutes ces conditions", "Retirer les filtres")
	says(t, open(t, h, "/lieux?commune=&commune_code=23008&rayon=10", http.StatusOK), "Aucun lieu à moins de 10 km", "Chercher jusqu’à 30 km", "rayon=30")
	says(t, open(t, h, "/lieux?service=44", http.StatusOK), "Médiathèque de Guéret")
	says(t, open(t, h, "/lieux?service=12", http.StatusOK), "Aucun lieu ne remplit")
	says(t, open(t, h, "/lieux?commune=xyzxyz", http.StatusUnprocessableEntity), "Aucune commune ne correspond", "xyzxyz")
	w.Exec(`UPDATE places SET published = false`)
	says(t, open(t, h, "/lieux", http.StatusOK), "Aucun lieu n’est encore publié")
	open(t, h, "/lieux/"+w.Place.String(), http.StatusNotFound)
}

func TestPlacesPages(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	for range 45 {
		w.Exec(`INSERT INTO places (id, structure_id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, latitude, longitude, published, created_at, updated_at)
			SELECT gen_random_uuid(), structure_id, structure_name, structure_siret, 'Lieu ' || substr(gen_random_uuid()::text, 1, 8), postal_code, town, insee, ancestors, latitude, longitude, true, created_at, updated_at FROM places WHERE id = $1`, w.Place)
	}
	h := site(t, w)
	path, seen := "/lieux?commune=Gu%C3%A9ret", 0
	for path != "" {
		body := open(t, h, path, http.StatusOK)
		seen += strings.Count(body, `class="pn-place"`)
		before, _, ok := strings.Cut(body, `" rel="next"`)
		if path = ""; ok {
			path = strings.ReplaceAll(before[strings.LastIndex(before, `"`)+1:], "&amp;", "&")
		}
	}
	if seen != 47 {
		t.Errorf("%d places over the pages, want 47", seen)
	}
}

func TestPlacePage(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	body := open(t, site(t, w), "/lieux/"+w.Place.String(), http.StatusOK)
	says(t, body, "Médiathèque de Guéret", "Ce que l’on y apprend", "8 avenue Fayolle", "rien à payer")
}

func TestStatisticsProveTheFunds(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.ActiveOrder(testworld.OrderOptions{Carnets: 10}).HandedOver(4)
	reports := reporting.NewService(w.DB, w.Keys)
	if err := reports.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	h := site(t, w)
	body := open(t, h, "/statistiques", http.StatusOK)
	says(t, body, "500 €", "100,00 %", "couvert", "moins de 11", "Calculé le 16 novembre 2026 à 10 h 00")
	w.Exec(`UPDATE public_figures SET value = 1 WHERE name = 'banque'`)
	says(t, open(t, h, "/statistiques", http.StatusOK), "non couvert")
	sheet := open(t, h, "/donnees/statistiques.csv", http.StatusOK)
	says(t, sheet, "Carnets remis;;carnets", "Fonds reçus;500,00;euros")
}

func TestPlacesInTheNationalSchema(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	rows, err := csv.NewReader(strings.NewReader(open(t, site(t, w), "/donnees/lieux-de-mediation-numerique.csv", http.StatusOK))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 || len(rows[0]) != 32 || rows[0][0] != "id" || rows[0][31] != "prise_rdv" {
		t.Fatalf("%d rows, header %v", len(rows), rows[0])
	}
	for _, row := range rows[1:] {
		for _, required := range []int{0, 1, 2, 3, 4, 6, 20, 21} {
			if row[required] == "" {
				t.Errorf("%s is empty", rows[0][required])
			}
		}
		if row[24] != "Gratuit sous condition" || row[27] != "#APTIC (Pass numérique)" {
			t.Errorf("row %v", row)
		}
	}
}
