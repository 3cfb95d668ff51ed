package aiguilleur_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-chi/chi/v5"

	"passnum/internal/testworld"
	"passnum/web/aiguilleur"
	"passnum/web/assets"
	"passnum/web/httpx"
	"passnum/web/urls"
	"passnum/web/webtest"
)

// counterPC is a desk served for real, on an old screen: 1024 × 768 less what the
// browser and the system take of it.
type counterPC struct {
	*desk
	tab     context.Context
	url     string
	console *webtest.Console
	mu      sync.Mutex
	spent   time.Duration // by the server, since the last reset
	calls   []string
	acts    int // keys and clicks of the person
}

// TestCounterPC sits down at the counter, in one browser.
func TestCounterPC(t *testing.T) {
	t.Parallel()
	browser := webtest.Browser(t)
	for name, test := range map[string]func(*counterPC){
		"twenty seconds": fourKeys, "scanning again never gives": scanAgain, "old screen": oldScreen, "window envelope": windowEnvelope,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounterPC(t, browser)
			test(c)
			c.console.Empty(t)
		})
	}
}

func newCounterPC(t *testing.T, browser context.Context) *counterPC {
	t.Helper()
	c := &counterPC{desk: newDesk(t)}
	r := chi.NewRouter()
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Group(func(r chi.Router) {
		r.Use(c.clock, httpx.Shell{Demo: true}.Provide, httpx.Headers(false), httpx.SameOrigin, httpx.As(c.Agent))
		r.Route("/aiguilleur", (&aiguilleur.Handlers{Network: c.network, Custody: c.custody}).Routes)
	})
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	c.url, c.tab = server.URL, webtest.Session(t, browser)
	c.console = webtest.Watch(t, c.tab, http.StatusUnprocessableEntity, http.StatusConflict)
	c.do(chromedp.EmulateViewport(1024, 640), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `window.print = () => { document.documentElement.dataset.printed = "yes"; window.dispatchEvent(new Event("afterprint")); };`})
		return err
	}))
	return c
}

// clock adds up what the server takes to answer.
func (c *counterPC) clock(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		next.ServeHTTP(w, r)
		c.mu.Lock()
		defer c.mu.Unlock()
		took := time.Since(begun)
		c.spent += took
		c.calls = append(c.calls, fmt.Sprintf("%s %s %d ms", r.Method, r.URL.Path, took.Milliseconds()))
	})
}

func (c *counterPC) do(actions ...webtest.Action) {
	c.t.Helper()
	webtest.Do(c.t, c.tab, actions...)
}

func (c *counterPC) open(path string) {
	c.t.Helper()
	c.do(webtest.Open(c.url + path))
}

// scanned is what a scanner does; the person's own acts are counted by key.
func (c *counterPC) scanned(serial string) {
	c.t.Helper()
	c.arrive(chromedp.KeyEvent(serial + kb.Enter))
}

// arrive does something and waits for the page it leads to.
func (c *counterPC) arrive(action webtest.Action) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.tab, 30*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		c.t.Fatal(err)
	}
}

// key is one act of the person.
func (c *counterPC) key(key string, leads bool) {
	c.t.Helper()
	c.acts++
	if leads {
		c.arrive(chromedp.KeyEvent(key))
		return
	}
	c.do(chromedp.KeyEvent(key))
}

func (c *counterPC) read(script string) string {
	c.t.Helper()
	return strings.Join(strings.Fields(webtest.Read(c.t, c.tab, chromedp.Evaluate[string](script))), " ")
}

func (c *counterPC) says(words string) {
	c.t.Helper()
	if text := c.read(`document.body.innerText`); !strings.Contains(text, words) {
		c.t.Errorf("%q is not said in: %s", words, text)
	}
}

// full is the long run.
var full = os.Getenv("PASSNUM_FULL") == "1"

const (
	mostActs   = 4
	mostServer = time.Second
)

// fourKeys measures a hand-over with the keyboard alone, from « carnet scanned »
// to « letter printed »: the keys pressed and the server's time.
func fourKeys(c *counterPC) {
	t := c.t
	order := c.ActiveOrder(testworld.OrderOptions{Carnets: 30})
	c.give(order.Serial(30), "jeune")
	for _, run := range []struct {
		name     string
		category []string // keys that choose one
	}{
		{"nobody asked", []string{kb.Tab}},
		{"with a category", []string{kb.Tab, " "}},
	} {
		c.open(urls.HandOver())
		c.mu.Lock()
		c.spent, c.calls, c.acts = 0, nil, 0
		c.mu.Unlock()
		c.scanned(order.Serial(1))
		for _, key := range run.category {
			c.key(key, false)
		}
		c.key(kb.Enter, true) // remettre
		c.says("Carnet " + order.Serial(1) + " remis")
		c.key(kb.Enter, true) // imprimer
		c.do(chromedp.Poll[chromedp.Void](`document.documentElement.dataset.printed === "yes"`))
		c.says("Vos chèques Pass numérique")
		c.mu.Lock()
		t.Logf("%s: %d acts, %v of server time (%s)", run.name, c.acts, c.spent.Round(time.Millisecond), strings.Join(c.calls, ", "))
		if c.acts > mostActs || c.spent > mostServer {
			t.Errorf("%s: %d acts and %v of server time", run.name, c.acts, c.spent)
		}
		c.mu.Unlock()
		c.key(kb.Enter, true) // the next person: the cursor waits on the way back
		c.says("Remettre un carnet")
		c.undoLast(order.Serial(1))
	}
}

func (c *counterPC) undoLast(serial string) {
	c.t.Helper()
	given, err := c.network.Today(c.t.Context(), c.Agent, c.Point)
	if err != nil || given[0].Serial != serial {
		c.t.Fatalf("last hand-over: %v", err)
	}
	if _, err := c.network.Undo(c.t.Context(), c.Agent, c.Point, given[0].ID); err != nil {
		c.t.Fatal(err)
	}
}

// scanAgain: a scanner that types where no field is begins the next carnet, and
// its Enter hands nothing over.
func scanAgain(c *counterPC) {
	t := c.t
	order := c.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	c.open(urls.HandOver())
	c.scanned(order.Serial(1))
	c.key(kb.Tab, false)
	c.scanned(order.Serial(2))
	c.says("Dans votre stock")
	if shown := c.read(`document.querySelector("#carnet").value`); shown != order.Serial(2) {
		t.Errorf("the field holds %s", shown)
	}
	c.scanned(order.Serial(2)) // the trigger pressed twice
	c.arrive(chromedp.Click(chromedp.CSS(".pn-button--large")))
	c.scanned(order.Serial(3))
	c.says("Aujourd’hui : 1 remise")
	if n := c.Count(`SELECT count(*) FROM handovers`); n != 1 {
		t.Errorf("%d hand-overs", n)
	}
}

// inSight lists what the person should reach on this screen without scrolling:
// the first primary button, and every target of the desk that is too small.
const inSight = `(() => {
	const wrong = [];
	const main = document.querySelector("main .govuk-button:not(.govuk-button--secondary)");
	const box = main?.getBoundingClientRect();
	if (!box || box.top < 0 || box.bottom > innerHeight) wrong.push("the main button ends at " + box?.bottom + " of " + innerHeight);
	for (const e of document.querySelectorAll(".pn-desk :is(a, button, select, input:not([type=hidden]), textarea)")) {
		if (!e.checkVisibility()) continue;
		const seen = e.closest(".pn-tile") ?? e;
		if (seen.getBoundingClientRect().height < 43.5) wrong.push(seen.tagName + " " + seen.textContent.trim() + " is " + seen.getBoundingClientRect().height + " px high");
	}
	return wrong.join("; ");
})()`

// oldScreen looks at each step of the counter on a 1024 × 768 screen.
func oldScreen(c *counterPC) {
	t := c.t
	order := c.ActiveOrder(testworld.OrderOptions{Carnets: 6, PerCarnet: 10})
	h := c.give(order.Serial(6), "")
	ready := urls.HandOverOf(order.Serial(1), c.Point)
	for name, path := range map[string]string{
		"vide": urls.HandOver(), "carnet": ready, "cheques": ready + "&part=oui", "courrier": ready + "&courrier=oui",
		"foyer": ready + "&avec=" + order.Serial(2) + "," + order.Serial(3), "services": ready + "&services=3,44,57,91",
		"faite": urls.HandOverDone(h.ID, c.Point, "ar"), "inconnu": urls.HandOverOf("C26-999-000001", c.Point),
	} {
		c.open(path)
		if wrong := c.read(inSight); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
		if wide := webtest.Overflow(t, c.tab); wide > 0 {
			t.Errorf("%s: %d px too wide", name, wide)
		}
		if full || name == "carnet" || name == "foyer" {
			webtest.Axe(t, c.tab)
		}
		c.shoot(name)
	}
}

// windowEnvelope measures where the address of a posted letter falls on paper: a
// window on the right shows from 45 mm of the top and 100 mm of the left.
func windowEnvelope(c *counterPC) {
	order := c.ActiveOrder(testworld.OrderOptions{})
	c.open(urls.HandOverOf(order.Serial(1), c.Point) + "&courrier=oui")
	c.do(chromedp.SendKeys(chromedp.CSS("#adresse"), "Mme Zéphyrine LAVERGNE\n12 rue du Lac\n23000 GUÉRET"))
	c.arrive(chromedp.Click(chromedp.CSS(".pn-button--large")))
	c.do(chromedp.Poll[chromedp.Void](`document.documentElement.dataset.printed === "yes"`))
	if full {
		webtest.Axe(c.t, c.tab)
	}
	c.shoot("poste")
	c.do(chromedp.EmulateViewport(794, 1123))
	c.media("print")
	// In print the sheet has no padding: the page's own margin is 15 mm.
	at := c.read(`(() => {
		const mm = 96 / 25.4, sheet = document.querySelector(".pn-sheet").getBoundingClientRect();
		const w = document.querySelector(".pn-envelope__window").getBoundingClientRect();
		const top = 15 + (w.top - sheet.top) / mm, left = 15 + (w.left - sheet.left) / mm, bottom = top + w.height / mm;
		return top >= 45 && bottom <= 90 && left >= 100 && left <= 115 ? "" : ` + "`${left} mm from the left, ${top} to ${bottom} mm from the top`" + `;
	})()`)
	if at != "" {
		c.t.Errorf("the address is %s", at)
	}
	c.media("screen")
	c.arrive(chromedp.Click(chromedp.CSS(".pn-print-bar a")))
	c.says("par courrier")
	if n := c.read(`String(history.length)`); n != "3" { // the blank tab, the form, then this page in place of the letter
		c.t.Errorf("%s pages behind: the letter is still there", n)
	}
}

func (c *counterPC) media(name string) {
	c.t.Helper()
	c.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
		return err
	}))
}

// shoot keeps a picture in the folder that PASSNUM_SCREENSHOTS names.
func (c *counterPC) shoot(name string) {
	if dir := os.Getenv("PASSNUM_SCREENSHOTS"); dir != "" {
		webtest.Screenshot(c.t, c.tab, dir+"/guichet-"+name+".png")
	}
}
