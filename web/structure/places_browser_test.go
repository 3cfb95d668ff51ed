package structure_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"passnum/web/assets"
	"passnum/web/httpx"
	"passnum/web/structure"
	"passnum/web/urls"
	"passnum/web/webtest"
)

// serve answers a browser as the mediatheque's, with a map whose squares never
// come.
func (s placesSite) serve() string {
	s.t.Helper()
	r := chi.NewRouter()
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Get("/lieux/contours/{code}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/geo+json")
		_, _ = w.Write([]byte(`{"type":"FeatureCollection","features":[]}`))
	})
	r.With(httpx.As(s.Mediateur)).Route("/structure", (&structure.PlaceHandlers{Structures: s.service}).Routes)
	server := httptest.NewServer(r)
	s.t.Cleanup(server.Close)
	return server.URL
}

// waitFor goes on once a condition of the page holds.
func waitFor(condition string) webtest.Action {
	return chromedp.Evaluate[chromedp.Void](`new Promise((done) => { const look = () => (`+condition+`) ? done(true) : requestAnimationFrame(look); look(); })`, chromedp.EvalAwaitPromise)
}

func TestAPlaceIsPreviewedAndShownOnAMap(t *testing.T) {
	t.Parallel()
	s := newPlacesSite(t)
	s.Exec(`UPDATE places SET referent = 'Léa Moreau', phone = '+33555001212', entries = '{11}' WHERE id = $1`, s.Place)
	tab := webtest.Browser(t)
	webtest.Do(t, tab, webtest.Desktop(), webtest.Open(s.serve()+urls.StructurePlace(s.Place)),
		chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#nom").value = "")`),
		chromedp.SendKeys(chromedp.CSS("#nom"), "La Verrière"),
		waitFor(`document.querySelector("#apercu").innerText.includes("La Verrière")`))
	if n := s.Count(`SELECT count(*) FROM places WHERE name = 'La Verrière'`); n != 0 {
		t.Error("what is typed was kept before it was sent")
	}

	// The map opens where the place stands; its centre is a click away.
	webtest.Do(t, tab, chromedp.Click(chromedp.CSS("details:has(#latitude) > summary")),
		waitFor(`document.querySelector("[data-map-canvas].leaflet-container")`),
		chromedp.Click(chromedp.CSS("[data-map-centre]")),
		waitFor(`document.querySelector("#latitude").value !== ""`))
	position := webtest.Read(t, tab, chromedp.Evaluate[string](`document.querySelector("#latitude").value + " " + document.querySelector("#longitude").value`))
	if !strings.HasPrefix(position, "46.") || !strings.Contains(position, " 1.") {
		t.Errorf("the centre of the map is %s, not Guéret", position)
	}
	webtest.Axe(t, tab)
	webtest.Do(t, tab, chromedp.Click(chromedp.CSS("main form:has(#nom) button[type=submit]")), chromedp.WaitReady(chromedp.CSS(`#latitude[value^="46"]`)))
	if n := s.Count(`SELECT count(*) FROM places WHERE id = $1 AND name = 'La Verrière' AND positioned = 'main'`, s.Place); n != 1 {
		t.Error("the place is not where it was put")
	}
}
