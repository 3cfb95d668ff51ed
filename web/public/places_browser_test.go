package public_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/tiles"
	"passnum/web/assets"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/webtest"
)

const searched = "/lieux?commune=Gu%C3%A9ret&commune_code=23096"

// served is the search with its headers, its assets and a map service.
func served(t *testing.T, w *testworld.World, service *tiles.Source) string {
	t.Helper()
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(httpx.Headers(false))
	r.Handle(assets.Prefix+"*", assets.Handler())
	(&public.TileHandlers{Tiles: service}).Routes(r)
	(&public.ReferenceHandlers{Communes: communes}).Routes(r)
	finderOf(t, w, communes).Routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return server.URL
}

// neighbours gives the world's place company.
func neighbours(w *testworld.World, count int) {
	w.Exec(`UPDATE places SET phone = '05 55 51 00 00', opening_hours = 'Mo-Fr 09:00-12:00,14:00-18:00', summary = 'Au cœur de la ville.', languages = '{fr,ar}',
		accessibility = '{fauteuil,boucle}', programmes = '{"France Services"}' WHERE id = $1`, w.Place)
	w.Exec(`INSERT INTO places (id, structure_id, structure_name, structure_siret, name, street, postal_code, town, insee, ancestors, latitude, longitude, phone, opening_hours, entries, modes, published, created_at, updated_at)
		SELECT gen_random_uuid(), structure_id, structure_name, structure_siret, 'Espace numérique ' || n, n || ' rue de la Poste', postal_code, town, insee, ancestors, 46.17 + sin(n) / 8, 1.87 + cos(n) / 6,
			'05 55 00 00 00', 'Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00', entries, '{individuel,collectif}', true, created_at, updated_at FROM places, generate_series(1, $2::int) AS n WHERE id = $1`, w.Place, count)
}

// TestSearchingInABrowser looks for a place with and without script while the
// national map service is down: the outline of the département and the places
// are there, and the console stays silent.
func TestSearchingInABrowser(t *testing.T) {
	t.Parallel()
	tab := webtest.Browser(t)
	w := testworld.New(t)
	neighbours(w, 24)
	url := served(t, w, nil)
	console := webtest.Watch(t, tab)
	webtest.Do(t, tab, webtest.Phone(), webtest.Open(url+"/lieux"), chromedp.SendKeys(chromedp.CSS("#commune"), "Guéret"), chromedp.Submit(chromedp.CSS("#commune")),
		chromedp.WaitVisible(chromedp.CSS(".pn-place__far")), chromedp.Click(chromedp.CSS("a[href*='carte=oui']")),
		chromedp.WaitVisible(chromedp.CSS(".leaflet-marker-icon.pn-pin")), chromedp.WaitReady(chromedp.CSS(".pn-map__outline")))
	if said := webtest.Read(t, tab, chromedp.Text(chromedp.CSS("[data-map-status]"))); !strings.Contains(said, "Le fond de carte ne répond pas") {
		t.Errorf("the page says %q", said)
	}
	if astray := webtest.Read(t, tab, chromedp.Evaluate[string](astray)); astray != "" {
		t.Errorf("pins off the map: %s", astray)
	}
	webtest.Axe(t, tab)
	if wide := webtest.Overflow(t, tab); wide > 0 {
		t.Errorf("%d px too wide", wide)
	}
	if os.Getenv("PASSNUM_FULL") == "1" {
		printsOnOneSheet(t, tab, url)
	}
	withoutScript(t, tab, url)
	console.Empty(t)
}

// astray names the pins that the map does not show: all are within its first view.
const astray = `(() => {
	const map = document.querySelector("[data-map-canvas]").getBoundingClientRect();
	return [...document.querySelectorAll(".pn-pin")].filter((pin) => {
		const box = pin.getBoundingClientRect();
		return box.right < map.left || box.left > map.right || box.bottom < map.top || box.top > map.bottom;
	}).map((pin) => pin.getAttribute("aria-label")).join(", ");
})()`

func printsOnOneSheet(t *testing.T, tab context.Context, url string) {
	t.Helper()
	webtest.Do(t, tab, webtest.Desktop(), webtest.Open(url+searched))
	pdf := webtest.Read(t, tab, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	file := filepath.Join(t.TempDir(), "lieux.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	told, err := exec.CommandContext(t.Context(), "pdfinfo", file).Output()
	if err != nil {
		t.Fatalf("pdfinfo: %v (apt-get install poppler-utils)", err)
	}
	if !regexp.MustCompile(`Pages: +1\n`).Match(told) {
		t.Errorf("the list prints on more than a sheet:\n%s", told)
	}
}

func withoutScript(t *testing.T, tab context.Context, url string) {
	t.Helper()
	webtest.Do(t, tab, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}), webtest.Open(url+"/lieux"), chromedp.SendKeys(chromedp.CSS("#commune"), "Guéret"), chromedp.Submit(chromedp.CSS("#commune")),
		chromedp.WaitVisible(chromedp.CSS(".pn-place__far")), webtest.Open(url+searched+"&carte=oui"), chromedp.WaitVisible(chromedp.CSS(".pn-map__drawing .pn-map__shape")))
}

// TestTheMapIsLight holds the promise: less than 200 KiB before the background.
func TestTheMapIsLight(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	neighbours(w, 30)
	h := site(t, w)
	sent := func(h http.Handler, path string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK {
			t.Errorf("%s answers %d", path, rec.Code)
		}
		return rec.Body.Len()
	}
	// The pages are counted as they are before compression.
	total := sent(h, searched+"&carte=oui") + sent(h, "/lieux/carte?commune_code=23096") + sent(h, "/lieux/contours/23")
	for _, name := range []string{"app.css", "map.css", "htmx.js", "app.js", "govuk.js", "combobox.js", "behaviours.js", "around.js", "map.js", "leaflet.js", "atkinson-latin.woff2", "favicon.svg"} {
		total += sent(assets.Handler(), assets.Path(name))
	}
	if total > 200<<10 {
		t.Errorf("the map's page weighs %d KiB", total>>10)
	}
	t.Logf("%d KiB", total>>10)
}
