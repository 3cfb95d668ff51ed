package organisation_test

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"passnum/web/assets"
	"passnum/web/httpx"
	"passnum/web/webtest"
)

// TestServicesAreFoundByWords types in the search of a place's services, ticks a
// category, and reads what the page then says.
func TestServicesAreFoundByWords(t *testing.T) {
	t.Parallel()
	ctx := webtest.Browser(t)
	s := newSite(t)
	r := chi.NewRouter()
	r.Use(httpx.Headers(false), httpx.As(s.Mediateur))
	r.Handle(assets.Prefix+"*", assets.Handler())
	s.routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	console := webtest.Watch(t, ctx, 404) // no map here

	webtest.Do(t, ctx, webtest.Desktop(), webtest.Open(server.URL+"/structure/lieux/"+s.Place.String()),
		chromedp.WaitVisible(`#entries-search`),
		chromedp.SendKeys(`#entries-search`, "sante"))
	said := webtest.Read(t, ctx, chromedp.Evaluate[string](`document.querySelector("[data-entries-said]").textContent`))
	shown := webtest.Read(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("input[name=services]")].filter((b) => !b.closest("[hidden]")).length`))
	if shown == 0 || shown > 5 || said == "" {
		t.Errorf("%d services shown, said %q", shown, said)
	}
	count := webtest.Read(t, ctx, chromedp.Evaluate[string](`(() => {
		const all = document.getElementById("categorie-3.2");
		all.click();
		return all.closest("details").querySelector("[data-count]").textContent;
	})()`))
	if count != "4 sur 4" {
		t.Errorf("a whole category counts %q", count)
	}
	webtest.Axe(t, ctx)
	console.Empty(t)
}
