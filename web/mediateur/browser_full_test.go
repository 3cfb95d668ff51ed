package mediateur_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"passnum/internal/redemption"
	"passnum/web/webtest"
)

// full is the long run.
var full = os.Getenv("PASSNUM_FULL") == "1"

// TestTwentyChequesWithoutNetwork scans without network, closes the browser,
// opens it again, and gets the network back: everything is settled, nothing
// twice, and what somebody else took meanwhile is disputed.
func TestTwentyChequesWithoutNetwork(t *testing.T) {
	t.Parallel()
	if !full {
		t.Skip("the long run only: PASSNUM_FULL=1")
	}
	b := newBench(t, 5)
	profile := webtest.Profile(t.TempDir())
	first := webtest.Browser(t, profile)
	b.enter(first)
	b.open("/mediateur/scanner")
	b.until(`navigator.serviceWorker.controller !== null`)
	b.silence()
	for from := 0; from < 20; from += 10 {
		b.do(chromedp.KeyEvent(strings.Join(b.codes[from:from+10], kb.Enter) + kb.Enter))
		b.sees("10 chèques à vérifier")
		b.tick()
		b.submit(confirm)
		b.sees("10 chèques gardés")
		b.sees(fmt.Sprint(from+10, " chèques attendent"))
	}
	webtest.Close(t, first)

	other := redemption.Request{Key: "ailleurs", Codes: b.codes[3:5], Entries: []int{48}, Mode: redemption.Individuel}
	if _, err := redemption.NewService(b.DB, b.Keys).Redeem(t.Context(), b.Other, other); err != nil {
		t.Fatal(err)
	}
	b.enter(webtest.Browser(t, profile))
	b.open("/mediateur/scanner") // still no server
	b.sees("20 chèques attendent")
	b.At(time.Now())
	b.lose(posts) // the server takes the chèques, and dies before it can say so
	b.speak()
	b.do(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event("online"))`))
	b.sees("Hors connexion : ils partiront d’eux-mêmes")
	b.lose(never)
	b.open("/mediateur/file")
	b.sees("Payé", "En litige", "Rien n’attend", "Voir les litiges")
	mine := b.Count(`SELECT count(*) FROM redemptions WHERE structure_id = $1`, b.Mediatheque)
	once := b.Count(`SELECT count(DISTINCT cheque_id) FROM redemptions`)
	if disputes := b.Count(`SELECT count(*) FROM disputes`); mine != 18 || once != 20 || disputes != 2 {
		t.Errorf("%d chèques settled of 18, %d different of 20, %d disputes of 2", mine, once, disputes)
	}
}

// TestAFilmOfCheques scans a row of them in front of the camera, by the reader
// we ship, and reports the median time from a frame to its verdict.
func TestAFilmOfCheques(t *testing.T) {
	t.Parallel()
	if !full {
		t.Skip("the long run only: PASSNUM_FULL=1")
	}
	b := newBench(t, 2)
	var payloads []string
	for _, c := range b.codes {
		payloads = append(payloads, b.qr(c))
	}
	b.enter(webtest.Browser(t, webtest.FakeCamera(film(t, payloads...))))
	b.open("/mediateur/scanner")
	b.click("[data-camera-start]")
	b.sees("10 chèques · 100,00 €", "Carnet "+b.order.Serial(1), "Carnet "+b.order.Serial(2))
	took := webtest.Read(t, b.tab, chromedp.Evaluate[[]float64](`performance.getEntriesByName("verdict").map((m) => m.duration)`))
	slices.Sort(took)
	t.Logf("from frame to verdict, median of %d: %.0f ms, worst %.0f ms", len(took), took[len(took)/2], took[len(took)-1])
	if took[len(took)/2] > 1000 {
		t.Error("half of the verdicts take more than a second")
	}
	b.click("[data-camera-stop]")
	b.tick()
	b.click(confirm)
	b.sees("10 chèques encaissés · 100,00 €")
}

// TestAFullBasket refuses the 201st chèque with a sentence.
func TestAFullBasket(t *testing.T) {
	t.Parallel()
	if !full {
		t.Skip("the long run only: PASSNUM_FULL=1")
	}
	b := newBench(t, 41)
	b.enter(webtest.Browser(t))
	b.open("/mediateur/scanner")
	b.do(chromedp.Evaluate[chromedp.Void](`{
		const field = document.querySelector("[name=codes]");
		field.value = "` + strings.Join(b.codes[:201], " ") + `";
		field.form.requestSubmit(field.form.querySelector("[value=ajouter]"));
	}`))
	b.sees("200 chèques au plus par séance", "200 chèques · 2 000,00 €")
	b.tick()
	b.sees("Encaisser 200 chèques (2 000,00 €)")
	b.click(confirm)
	b.sees("200 chèques encaissés · 2 000,00 €")
}
