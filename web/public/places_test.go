package public_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/reporting/finder"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/public"
)

const address = "8 avenue Fayolle 23000 Guéret"

// finderOf is the search, with a service that knows one address.
func finderOf(t testing.TB, w *testworld.World, communes *territory.Index) *public.FinderHandlers {
	t.Helper()
	sealer, err := seal.New([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return &public.FinderHandlers{Places: finder.NewService(w.DB, w.Keys), Communes: communes, Cheques: redemption.NewService(w.DB, w.Keys), Seal: sealer, Now: w.Now, BaseURL: "https://pass.exemple.fr",
		Geocode: func(_ context.Context, asked string) (string, float64, float64, string, bool) {
			return address, 46.1699, 1.8711, "23096", asked == address
		}}
}

func TestPlacesNearAnAddressOrAPosition(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`UPDATE places SET latitude = 46.1712, longitude = 1.8711 WHERE id = $1`, w.Place)
	h := site(t, w)
	says(t, open(t, h, "/lieux?commune="+url.QueryEscape(address), http.StatusOK), "Adresse trouvée : 8 avenue Fayolle", "Médiathèque de Guéret", "à 100 m")
	says(t, open(t, h, "/lieux?commune="+url.QueryEscape("3 rue inconnue 23000 Guéret"), http.StatusOK), "L’adresse n’a pas été trouvée", "Médiathèque de Guéret")
	near := open(t, h, "/lieux?ici=46.172345,1.868888", http.StatusOK)
	says(t, near, "Lieux autour de vous", "Médiathèque de Guéret", "46.17,1.87")
	if strings.Contains(near, "46.172345") {
		t.Error("the page keeps a precise position")
	}
	says(t, open(t, h, "/lieux?ici=NaN,4", http.StatusOK), "Trouver un lieu")
}

func TestPlacesSayWhetherTheyAreOpenAndTakeCheques(t *testing.T) {
	t.Parallel()
	w := testworld.New(t) // a Monday, 10:00
	w.Exec(`UPDATE places SET opening_hours = 'Mo 09:00-12:00', accessibility = '{boucle}', confirmed_at = '2026-01-10' WHERE id = $1`, w.Place)
	w.Exec(`INSERT INTO places (id, national_id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, latitude, longitude, published, created_at, updated_at)
		VALUES ($1, 'carto-1', 'Mairie', '', 'Mairie de Guéret', '23000', 'Guéret', '23096', '{FR}', 46.17, 1.87, true, now(), now())`, postgres.NewID())
	h := site(t, w)
	body := open(t, h, "/lieux?ouvert=oui&acces=boucle", http.StatusOK)
	says(t, body, "Médiathèque de Guéret", "ouvert maintenant", "à confirmer")
	if strings.Contains(body, "Mairie de Guéret") {
		t.Error("a place that takes no chèque is listed")
	}
	says(t, open(t, h, "/lieux?recenses=oui", http.StatusOK), "Mairie de Guéret", "n’accepte pas (encore) les chèques")
	w.Travel(12 * 3600 * 1e9)
	says(t, open(t, h, "/lieux?ouvert=oui&acces=boucle", http.StatusOK), "Aucun lieu ne remplit toutes ces conditions")
}

func TestTheMap(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	body := open(t, h, "/lieux?commune=Gu%C3%A9ret&commune_code=23096&carte=oui", http.StatusOK)
	says(t, body, `data-map="places"`, `class="pn-map__shape" d="M`, "Cacher la carte", ">La Souterraine</text>", `class="pn-map__dot pn-map__dot--oui"`)
	var answer struct {
		Features []struct {
			Properties struct{ Nom, Href, Genre string }
		}
	}
	if err := json.Unmarshal([]byte(open(t, h, "/lieux/carte?commune=Gu%C3%A9ret&commune_code=23096", http.StatusOK)), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Features) == 0 || answer.Features[0].Properties.Genre != "oui" {
		t.Errorf("the map shows %+v", answer)
	}
	says(t, open(t, h, "/lieux/contours/23", http.StatusOK), "MultiPolygon", "Guéret")
	says(t, open(t, h, "/lieux/contours/974", http.StatusOK), "Saint-Denis")
	says(t, open(t, h, "/lieux/contours/france", http.StatusOK), "MultiPolygon")
	open(t, h, "/lieux/contours/99", http.StatusNotFound)
}

func TestAChequeNarrowsThePlaces(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	code := w.ActiveOrder(testworld.OrderOptions{OnlyAgreed: true}).HandedOver(1)[0].Clear()
	w.Exec(`DELETE FROM agreements`)
	w.Exec(`INSERT INTO agreements (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES ($1, $2, now(), gen_random_uuid())`, w.Departement, w.Mediatheque)
	h := site(t, w)
	post := func(typed string) *httptest.ResponseRecorder {
		form := url.Values{"code": {typed}, "recherche": {"rayon=10&gratuit=oui"}}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/lieux/carnet", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec
	}
	sent := post(code)
	target := sent.Header().Get("Location")
	if sent.Code != http.StatusSeeOther || target != "/lieux?gratuit=oui" {
		t.Fatalf("%d, %s", sent.Code, target)
	}
	cookie := sent.Result().Cookies()[0]
	if strings.Contains(cookie.Value, code) || !cookie.HttpOnly || cookie.Path != "/lieux" {
		t.Error("the cookie tells too much, or goes too far")
	}
	shown := func(path string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept by others", path)
		}
		return rec.Body.String()
	}
	for _, path := range []string{target, "/lieux"} {
		says(t, shown(path), "Médiathèque de Guéret", "Lieux qui acceptent votre chèque")
		if n := strings.Count(shown(path), `class="pn-place"`); n != 1 {
			t.Errorf("%d places accept it on %s", n, path)
		}
	}
	all := shown("/lieux?carnet=non")
	says(t, all, "Voir seulement les lieux qui acceptent votre chèque")
	if n := strings.Count(all, `class="pn-place"`); n < 2 {
		t.Errorf("%d places in all", n)
	}
	wrong := post("2222-2222-2222-2222")
	if wrong.Code != http.StatusUnprocessableEntity || strings.Contains(wrong.Body.String(), "2222-2222") {
		t.Errorf("a wrong code answers %d, or is written back", wrong.Code)
	}
	if empty := post(""); empty.Code != http.StatusUnprocessableEntity {
		t.Errorf("no code answers %d", empty.Code)
	}
}

func TestAFrameIsForListedSitesOnly(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h, places := site(t, w), finder.NewService(w.DB, w.Keys)
	mine, err := places.Site(t.Context(), w.Commanditaire)
	if err != nil {
		t.Fatal(err)
	}
	header := func() http.Header {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/lieux/integrer?pour="+mine.Slug, nil))
		says(t, rec.Body.String(), "Médiathèque de Guéret", `target="_top"`)
		return rec.Header()
	}
	if got := header().Get("Content-Security-Policy"); got != "" {
		t.Errorf("framed by %q before any site is listed", got)
	}
	for _, typed := range []string{"", "http://www.creuse.fr", "https://*.fr", "https://creuse", "https://a.fr 'unsafe-inline'"} {
		if places.AddOrigin(t.Context(), w.Commanditaire, typed) == nil {
			t.Errorf("%q is a site", typed)
		}
	}
	for range 2 {
		if err := places.AddOrigin(t.Context(), w.Commanditaire, "www.Creuse.fr/numerique?x=1"); err != nil {
			t.Fatal(err)
		}
	}
	if got := header().Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors https://www.creuse.fr") || strings.Contains(got, "frame-ancestors 'none'") {
		t.Errorf("policy %q", got)
	}
	listed, _ := places.Site(t.Context(), w.Commanditaire)
	if len(listed.Origins) != 1 {
		t.Fatalf("%d sites", len(listed.Origins))
	}
	if places.RemoveOrigin(t.Context(), w.Other, listed.Origins[0].ID) == nil {
		t.Error("somebody else removed the site")
	}
	if err := places.RemoveOrigin(t.Context(), w.Commanditaire, listed.Origins[0].ID); err != nil {
		t.Fatal(err)
	}
}

func TestSearchEnginesAreTold(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`UPDATE places SET name = 'Lieu </script><b>', opening_hours = 'Mo-Fr 09:00-12:00; Tu,Th off; Sa 18:00-02:00', phone = '0555510000' WHERE id = $1`, w.Place)
	h := site(t, w)
	var list struct {
		URL []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(open(t, h, "/sitemap.xml", http.StatusOK)), &list); err != nil {
		t.Fatal(err)
	}
	if last := list.URL[len(list.URL)-1].Loc; !strings.HasPrefix(last, "https://pass.exemple.fr/lieux/") {
		t.Errorf("last address %s", last)
	}
	says(t, open(t, h, "/robots.txt", http.StatusOK), "Sitemap: https://pass.exemple.fr/sitemap.xml")
	body := open(t, h, "/lieux/"+w.Place.String(), http.StatusOK)
	_, rest, _ := strings.Cut(body, `<script type="application/ld+json">`)
	data, _, _ := strings.Cut(rest, `</script>`)
	var linked struct {
		Name  string
		Hours []struct {
			DayOfWeek     []string
			Opens, Closes string
		} `json:"openingHoursSpecification"`
	}
	if err := json.Unmarshal([]byte(data), &linked); err != nil || linked.Name != "Lieu </script><b>" || len(linked.Hours) != 2 {
		t.Fatalf("linked data %q: %v", data, err)
	}
	if first := linked.Hours[0]; first.Opens != "09:00" || first.Closes != "12:00" || strings.Join(first.DayOfWeek, " ") != "https://schema.org/Monday https://schema.org/Wednesday https://schema.org/Friday" {
		t.Errorf("open %+v", first)
	}
	if last := linked.Hours[1]; last.Opens != "18:00" || last.Closes != "02:00" {
		t.Errorf("open %+v", last)
	}
}

// TestAPublicHolidayIsNotAnOrdinaryDay asks on Easter Monday: what the hours say
// of public holidays decides.
func TestAPublicHolidayIsNotAnOrdinaryDay(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := site(t, w)
	w.Travel(time.Date(2027, 3, 29, 10, 0, 0, 0, time.UTC).Sub(w.Now()))
	for hours, want := range map[string]string{"Mo-Fr 09:00-18:00": "jour férié : vérifiez", "Mo-Fr 09:00-18:00; PH off": "fermé maintenant", "Mo-Fr 09:00-18:00; PH 10:00-16:00": "ouvert maintenant"} {
		w.Exec(`UPDATE places SET opening_hours = $2, accessibility = '{boucle}' WHERE id = $1`, w.Place, hours)
		says(t, open(t, h, "/lieux/"+w.Place.String(), http.StatusOK), want)
		if listed := strings.Contains(open(t, h, "/lieux?ouvert=oui&acces=boucle", http.StatusOK), "Médiathèque de Guéret"); listed != (want == "ouvert maintenant") {
			t.Errorf("%s: listed among open places: %v", hours, listed)
		}
	}
}
