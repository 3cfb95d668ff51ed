package print

import (
	"bytes"
	"image"
	"image/png"
	"testing"
)

// TestPreviewIsThePrint compares what the screen shows with what poppler makes
// of the printed page, pixel by pixel.
func TestPreviewIsThePrint(t *testing.T) {
	t.Parallel()
	facts := deskRun()
	facts.Logo, facts.Colour = pngLogo(t, 300, 120), "#7A1F4B"
	pdf, err := DeskTest(facts, sampleCarnet(7, 5))
	if err != nil {
		t.Fatal(err)
	}
	const perMM = 5
	at := func(mm float64) string { return itoa(int(mm * perMM)) }
	paper := read(t, poppler(t, pdf, "pdftoppm", "-r", "127", "-x", at(deskLeft), "-y", at(deskTop), "-W", at(pageWidth), "-H", at(pageHeight), "-png", "-"))
	for rank, name := range []string{"apercu-couverture", "apercu-cheque"} {
		content, err := Preview(facts.CarnetRun, sampleCarnet(7, 5), rank, pageWidth*perMM)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, name, content)
		screen := read(t, content)
		if screen.Bounds() != paper.Bounds() {
			t.Errorf("%s: %v, the paper is %v", name, screen.Bounds(), paper.Bounds())
		}
		// The test page holds a chèque, not a cover; two rasterisers soften edges
		// each in its way.
		if gap := difference(screen, paper); (rank == 1) != (gap < 10) {
			t.Errorf("%s differs from the paper by %.2f of 255", name, gap)
		}
	}
}

func read(t *testing.T, content []byte) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// difference is the mean distance of two pictures, over all pixels and colours.
func difference(a, b image.Image) float64 {
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, pair := range [][2]uint32{{r1, r2}, {g1, g2}, {b1, b2}} {
				sum += float64(max(pair[0], pair[1])-min(pair[0], pair[1])) / 257
				n++
			}
		}
	}
	return sum / n
}
