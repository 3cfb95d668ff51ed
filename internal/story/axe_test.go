package story_test

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"passnum/web/webtest"
)

// patience bounds the wait for what a job or a page does.
const patience = 30 * time.Second

// full is the long run: every page of every role.
var full = os.Getenv("PASSNUM_FULL") == "1"

// expectedStatuses are answers that pages under test give on purpose.
var expectedStatuses = []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusConflict, http.StatusForbidden}

// TestEveryPageIsAccessible examines the pages that each account is the first
// to reach, in one tab: axe is slow until a browser has run it for a while.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	s := demonstration()
	tab := s.tab(t, webtest.Browser(t, webtest.Unoptimised()), "")
	taken := map[string]bool{}
	for _, account := range accounts {
		name := account
		if name == "" {
			name = "visitor"
		}
		t.Run(name, func(t *testing.T) {
			tab.t = t
			reached := s.pages(t, s.as(t, emailOf(account)))
			var addresses []string
			for _, address := range reached {
				if shape := s.shape(address); full || !taken[shape] {
					taken[shape] = true
					addresses = append(addresses, address)
				}
			}
			if len(addresses) > 0 {
				tab.become(emailOf(account))
			}
			for i, address := range addresses {
				if full {
					tab.examine(address)
				} else {
					tab.glance(address, i%2 == 0)
				}
			}
			t.Logf("%d pages examined of %d reached", len(addresses), len(reached))
		})
	}
}

// tab is one person's browser tab.
type tab struct {
	t       testing.TB
	site    *site
	ctx     context.Context
	console *webtest.Console
}

// tab opens a tab with its own cookies, signed in unless email is empty.
func (s *site) tab(t testing.TB, browser context.Context, email string) *tab {
	t.Helper()
	ctx := webtest.Session(t, browser)
	p := &tab{t: t, site: s, ctx: ctx, console: webtest.Watch(t, ctx, expectedStatuses...)}
	p.do(webtest.Desktop())
	if email != "" {
		p.signIn(email)
	}
	return p
}

func (p *tab) do(actions ...webtest.Action) {
	p.t.Helper()
	webtest.Do(p.t, p.ctx, actions...)
}

func (p *tab) open(path string) {
	p.t.Helper()
	p.do(webtest.Open(p.site.url + path))
}

func (p *tab) signIn(email string) {
	p.t.Helper()
	p.open("/connexion")
	p.fill("Adresse électronique", email)
	p.fill("Mot de passe", p.site.password)
	p.press("Se connecter")
}

// become gives the tab to another person: nothing of the former one remains.
// A visitor is nobody.
func (p *tab) become(email string) {
	p.t.Helper()
	p.do(webtest.Desktop(), chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: p.site.url, StorageTypes: "all"})
		return err
	}))
	if email != "" {
		p.signIn(email)
	}
}

// examine opens a page and checks it at two widths.
func (p *tab) examine(address string) {
	p.t.Helper()
	p.do(webtest.Desktop())
	p.open(address)
	p.check(address)
}

// glance is examine at one width, which changes from page to page: the long run
// sees every page at both. A page looked at when narrow is opened narrow.
func (p *tab) glance(address string, wide bool) {
	p.t.Helper()
	narrow := chromedp.EmulateViewport(390, 844)
	if wide {
		p.do(webtest.Desktop())
		p.open(address)
		p.violations(address, 1280)
		p.do(narrow)
	} else {
		p.do(narrow)
		p.open(address)
		p.violations(address, 390)
	}
	p.fits(address)
}

// check checks the page as it stands, wide then narrow.
func (p *tab) check(name string) {
	p.t.Helper()
	p.violations(name, 1280)
	p.do(chromedp.EmulateViewport(390, 844))
	p.violations(name, 390)
	p.fits(name)
}

func (p *tab) violations(name string, width int) {
	p.t.Helper()
	for _, v := range webtest.Violations(p.t, p.ctx) {
		p.t.Errorf("%s at %d: %s", name, width, v)
	}
}

// fits checks that a narrow page hides nothing at its right, and that no page
// has complained.
func (p *tab) fits(name string) {
	p.t.Helper()
	if wide := webtest.Overflow(p.t, p.ctx); wide > 0 {
		p.t.Errorf("%s overflows by %d px at 390", name, wide)
	}
	p.console.Empty(p.t)
}
