package ui_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"passnum/web/assets"
	"passnum/web/ui"
	"passnum/web/ui/theme"
	"passnum/web/webtest"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// screenshotsVar names the folder that receives a picture of every page.
const screenshotsVar = "PASSNUM_SCREENSHOTS"

func TestGallery(t *testing.T) {
	t.Parallel()
	server := galleryServer(t)
	tab := webtest.Browser(t, webtest.Unoptimised())
	console := webtest.Watch(t, tab)
	widths := map[string]webtest.Action{"1280": webtest.Desktop(), "390": webtest.Phone(), "320": webtest.Narrow()}
	for name := range galleryPages() {
		for width, viewport := range widths {
			t.Run(name+"/"+width, func(t *testing.T) { // one tab: one page after the other
				webtest.Do(t, tab, viewport, webtest.Open(server.URL+"/"+name))
				webtest.Axe(t, tab)
				console.Empty(t)
				if pixels := webtest.Overflow(t, tab); pixels > 0 {
					t.Errorf("%d px too wide", pixels)
				}
				if dir := os.Getenv(screenshotsVar); dir != "" {
					webtest.Screenshot(t, tab, filepath.Join(dir, name+"-"+width+".png"))
				}
			})
		}
	}
}

func TestComboboxProposesAndKeepsTheCode(t *testing.T) {
	t.Parallel()
	server := galleryServer(t)
	tab := webtest.Browser(t, webtest.Unoptimised())
	console := webtest.Watch(t, tab)
	webtest.Do(t, tab, webtest.Open(server.URL+"/formulaires"),
		chromedp.SendKeys(chromedp.CSS("#commune"), "gue"),
		chromedp.WaitVisible(chromedp.CSS("#commune-list [role=option]")),
	)
	webtest.Axe(t, tab)
	webtest.Do(t, tab,
		chromedp.KeyEvent(kb.ArrowDown),
		chromedp.WaitVisible(chromedp.CSS("#commune[aria-activedescendant=commune-list-0]")),
		chromedp.Click(chromedp.CSS("#commune-list-0")),
	)
	code := webtest.Read(t, tab, chromedp.Value(chromedp.CSS("[name=commune_code]")))
	typed := webtest.Read(t, tab, chromedp.Value(chromedp.CSS("#commune")))
	if code != "23096" || typed != "Guéret" {
		t.Errorf("chosen %q, code %q", typed, code)
	}
	console.Empty(t)
}

func TestProgressFollowsTheStream(t *testing.T) {
	t.Parallel()
	server := galleryServer(t)
	tab := webtest.Browser(t, webtest.Unoptimised())
	console := webtest.Watch(t, tab)
	webtest.Do(t, tab, webtest.Open(server.URL+"/suivi"),
		chromedp.WaitVisible(chromedp.CSS("#termine")),
		// what the stream brings is enhanced as a page is
		chromedp.WaitVisible(chromedp.CSS("#suivant[data-enhanced]")),
	)
	console.Empty(t)
}

func galleryServer(t *testing.T) *httptest.Server {
	t.Helper()
	if err := assets.Ready(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, assets.Handler())
	for name, page := range galleryPages() {
		mux.Handle("/"+name, strict(templ.Handler(page)))
	}
	mux.Handle("/communes", strict(templ.Handler(ui.ComboboxOptions([]ui.ComboboxOption{
		{Value: "23096", Label: "Guéret", Detail: "23000, Creuse"},
		{Value: "17177", Label: "Le Gué-d’Alleré", Detail: "17540, Charente-Maritime"},
	}))))
	mux.HandleFunc("/theme.css", func(w http.ResponseWriter, _ *http.Request) {
		colours, err := theme.Derive("#C2185B")
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/css")
		_, _ = io.WriteString(w, colours.CSS())
	})
	mux.HandleFunc("/flux", stream)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, "data: ")
	_ = ui.ProgressBody(ui.ProgressArgs{ID: "fabrication", Label: "Fabrication", Text: "2 000 carnets sur 2 000", Done: 2000, Total: 2000,
		Body: templ.Join(html(`<p id="termine">Les fichiers sont prêts.</p>`), ui.TextInput(ui.Field{Name: "suivant", Label: "Commande suivante", Scanner: true}))}).Render(r.Context(), w)
	_, _ = io.WriteString(w, "\n\nevent: fin\ndata: \n\n")
}

func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		next.ServeHTTP(w, r)
	})
}

// in puts children inside a component that takes some.
func in(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func html(s string) templ.Component { return templ.Raw(s) }
