package print

import (
	"bytes"
	"image/png"
	"testing"
)

// TestPreviewIsThePrint compares what the screen shows with what poppler makes
// of the printed page.
func TestPreviewIsThePrint(t *testing.T) {
	t.Parallel()
	facts := sampleRun()
	facts.Logo, facts.Colour = pngLogo(t, 300, 120), "#7A1F4B"
	for rank, name := range []string{"apercu-couverture", "apercu-cheque"} {
		content, err := Preview(facts, sampleCarnet(7, 5), rank, 1200)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, name, content)
		picture, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if b := picture.Bounds(); float64(b.Dx())*pageHeight != float64(b.Dy())*pageWidth {
			t.Errorf("%s: %v", name, b)
		}
	}
}
