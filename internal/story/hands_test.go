package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"passnum/web/webtest"
)

// words is the JavaScript that reads an element as people do.
const words = `const words = (e) => e.textContent.replace(/[\s\u00a0\u202f]+/g, " ").trim();`

// mark finds what is named and gives it an address that real keys and clicks
// can aim at. Exact names win over beginnings.
const mark = `(() => { ` + words + `
	const all = [...document.querySelectorAll(%[1]s)].filter((e) => e.checkVisibility());
	const found = all.find((e) => words(e) === %[2]s) ?? all.find((e) => words(e).startsWith(%[2]s));
	if (!found) return "";
	const aim = %[3]t ? found.control ?? found : found;
	document.querySelectorAll("[data-story]").forEach((e) => e.removeAttribute("data-story"));
	aim.setAttribute("data-story", "here");
	return aim.tagName;
})()`

var here = chromedp.CSS(`[data-story="here"]`)

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// aim finds a visible element among selector's, by its words, and fails with
// what the page says when there is none.
func (p *tab) aim(selector, name string) {
	p.t.Helper()
	p.aimAt(selector, name, false)
}

// aimAt is aim, or aim at the field that the element is the label of.
func (p *tab) aimAt(selector, name string, field bool) {
	p.t.Helper()
	if webtest.Read(p.t, p.ctx, chromedp.Evaluate[string](fmt.Sprintf(mark, quoted(selector), quoted(name), field))) == "" {
		p.t.Fatalf("no « %s » among %s on %s:\n%s", name, selector, p.where(), p.text())
	}
}

// fill types in the field of this label, instead of what it holds.
func (p *tab) fill(label, value string) {
	p.t.Helper()
	p.aimAt("label", label, true)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-story="here"]').select()`), chromedp.SendKeys(here, value))
}

// choose clicks the answer of this label, unless it is chosen already.
func (p *tab) choose(label string) {
	p.t.Helper()
	p.aim("label", label)
	if !webtest.Read(p.t, p.ctx, chromedp.Evaluate[bool](`document.querySelector('[data-story="here"]').control.checked`)) {
		p.do(chromedp.Click(here))
	}
}

// pick selects an option of the list of this label.
func (p *tab) pick(label, option string) {
	p.t.Helper()
	p.aimAt("label", label, true)
	p.do(chromedp.SendKeys(here, option))
}

// press presses a button or follows a link that looks like one, and waits for
// the page it leads to.
func (p *tab) press(name string) {
	p.t.Helper()
	p.aim("button, a[role=button], a.govuk-button", name)
	p.arrive()
}

// follow follows a link and waits for its page.
func (p *tab) follow(name string) {
	p.t.Helper()
	p.aim("a[href]", name)
	p.arrive()
}

// unfold opens a disclosure.
func (p *tab) unfold(name string) {
	p.t.Helper()
	p.aim("summary", name)
	p.do(chromedp.Click(here))
}

// arrive clicks what is aimed at and waits for the next page.
func (p *tab) arrive() {
	p.t.Helper()
	p.arriveBy(chromedp.Click(here))
}

// arriveBy does something and waits for the page it leads to.
func (p *tab) arriveBy(action webtest.Action) {
	p.t.Helper()
	from := p.where()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		p.t.Fatalf("from %s: %v", from, err)
	}
	if answer != nil && answer.Status >= 500 {
		p.t.Fatalf("from %s: answered %d on %s", from, answer.Status, p.where())
	}
}

// complete types in a field that proposes answers, and takes one.
func (p *tab) complete(label, typed, answer string) {
	p.t.Helper()
	p.aimAt("label", label, true)
	// One key only: each would ask again, and its late answer move the list.
	most, last := typed[:len(typed)-1], typed[len(typed)-1:]
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-story="here"]').value = `+quoted(most)), chromedp.SendKeys(here, last))
	p.until(`[...document.querySelectorAll("[role=option]")].some((o) => o.checkVisibility() && o.textContent.includes(` + quoted(answer) + `))`)
	p.aim("[role=option]", answer)
	p.do(chromedp.Click(here))
}

// scan types as a scanner on a USB cable does: where the cursor is, then Enter.
func (p *tab) scan(text string) {
	p.t.Helper()
	p.arriveBy(chromedp.KeyEvent(text + kb.Enter))
}

// scanOn is scan on a page whose script takes codes as they come.
func (p *tab) scanOn(text string) {
	p.t.Helper()
	p.until(`document.documentElement.dataset.scanner === "ready"`)
	p.do(chromedp.KeyEvent(text + kb.Enter))
}

// sees waits for sentences on the page.
func (p *tab) sees(sentences ...string) {
	p.t.Helper()
	for _, s := range sentences {
		p.until(`document.body.innerText.replace(/[\s\u00a0\u202f]+/g, " ").includes(` + quoted(s) + `)`)
	}
}

// comes opens a page again and again until it says a sentence: a job is at work.
func (p *tab) comes(path, sentence string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		p.open(path)
		if strings.Contains(p.text(), sentence) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("« %s » does not come on %s:\n%s", sentence, path, p.text())
		}
	}
}

// until waits for a condition, across the pages that may load meanwhile.
func (p *tab) until(condition string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](condition))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("waited in vain for %s on %s (%v):\n%s", condition, p.where(), err, p.text())
		}
	}
}

// fetch is what an address of the site gives to this person's browser.
func (p *tab) fetch(method, path string) (status int, body []byte) {
	p.t.Helper()
	type fetched struct {
		Status int
		Body   []byte // base64 in JSON
	}
	script := `fetch(` + quoted(path) + `, {method: ` + quoted(method) + `, redirect: "manual"}).then(async (r) => {
		const bytes = new Uint8Array(await r.arrayBuffer());
		let text = "";
		for (const b of bytes) text += String.fromCharCode(b);
		return {Status: r.status, Body: btoa(text)};
	})`
	got := webtest.Read(p.t, p.ctx, chromedp.Evaluate[fetched](script, chromedp.EvalAwaitPromise))
	return got.Status, got.Body
}

// file is what the first link that selector finds gives.
func (p *tab) file(selector string) []byte {
	p.t.Helper()
	path := webtest.Read(p.t, p.ctx, chromedp.Evaluate[string](`document.querySelector(`+quoted(selector)+`)?.getAttribute("href") ?? ""`))
	if path == "" {
		p.t.Fatalf("no %s on %s:\n%s", selector, p.where(), p.text())
	}
	status, body := p.fetch("GET", path)
	if status != 200 {
		p.t.Fatalf("%s answers %d", path, status)
	}
	return body
}

// download clicks a button or a link that gives a file and returns the file.
func (p *tab) download(name string) []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	dir, events := p.t.TempDir(), true
	progress := chromedp.Events(ctx, browser.DownloadProgress)
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
			DownloadPath: dir, EventsEnabled: &events,
		})
		return err
	}))
	p.aim("button, a", name)
	p.do(chromedp.Click(here))
	for event, err := range progress {
		if err != nil {
			p.t.Fatalf("download « %s »: %v", name, err)
		}
		if event.State != browser.DownloadProgressStateCompleted {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, event.GUID))
		if err != nil {
			p.t.Fatal(err)
		}
		return content
	}
	p.t.Fatalf("download « %s »: nothing came", name)
	return nil
}

// text is what the page says, spaces simplified.
func (p *tab) text() string {
	p.t.Helper()
	return strings.Join(strings.Fields(webtest.Read(p.t, p.ctx, chromedp.Evaluate[string](`document.body.innerText`))), " ")
}

// where is the page's path and query.
func (p *tab) where() string {
	p.t.Helper()
	return webtest.Read(p.t, p.ctx, chromedp.Evaluate[string](`location.pathname + location.search`))
}
