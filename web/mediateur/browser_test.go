package mediateur_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"passnum/web/webtest"
)

func TestScannerInABrowser(t *testing.T) {
	t.Parallel()
	b := newBench(t, 6)
	b.enter(webtest.Browser(t, webtest.FakeCamera(film(t, b.qr(b.codes[0])))))
	for _, step := range []struct {
		name string
		run  func(*testing.T, *bench)
		// network is up all along: a cut one is told on the console.
		network bool
	}{
		{"camera", scanWithCamera, true}, {"keyboard", scanWithKeyboard, true}, {"typing", typeByHand, true}, {"native", scanWithNativeDetector, true},
		{"wrong", scanWrongThings, true}, {"offline", scanWithoutNetwork, false}, {"lost answer", loseAnAnswer, false},
		{"sign out", signOutWithAQueue, false}, {"clock", scanWithAWrongClock, false},
	} {
		ok := t.Run(step.name, func(t *testing.T) { b.t = t; step.run(t, b) })
		b.t = t
		if !ok {
			break
		}
		if step.network {
			b.console.Empty(t)
		}
	}
}

// scanWithCamera goes from a printed chèque to its receipt, by the reader we ship.
func scanWithCamera(t *testing.T, b *bench) {
	b.open("/mediateur/scanner")
	b.click("[data-camera-start]")
	b.sees("Valable", "1 chèque · 10,00 €")
	if name := webtest.Read(t, b.tab, chromedp.Evaluate[string](`document.querySelector("[data-camera]").dataset.decoder`)); name != "wasm" {
		t.Errorf("the reader is %q", name)
	}
	took := webtest.Read(t, b.tab, chromedp.Evaluate[float64](`performance.getEntriesByName("verdict")[0].duration`))
	t.Logf("from frame to verdict: %.0f ms", took)
	if took > 5000 { // the long run holds the median under a second
		t.Errorf("the verdict took %.0f ms", took)
	}
	webtest.Axe(t, b.tab)
	if wide := webtest.Overflow(t, b.tab); wide > 0 {
		t.Errorf("the page overflows by %d px", wide)
	}
	b.tick()
	b.sees("Encaisser 1 chèque (10,00 €)")
	b.click(confirm)
	b.sees("Reçu", "1 chèque encaissé · 10,00 €")
	b.open("/mediateur/scanner") // with the camera as it was left
	b.sees("Déjà utilisé")
	b.click("[data-camera-stop]")
	b.click("[data-empty]")
}
