package mediateur_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"passnum/internal/print"
)

// framesEach is how many pictures of a film show each chèque: about a second.
const framesEach = 30

// film shows chèques to a camera, as our own PDF prints them: a room's dim
// light and a sensor's noise included.
func film(t *testing.T, payloads ...string) string {
	t.Helper()
	noise := rand.New(rand.NewPCG(1, 2))
	var reel bytes.Buffer
	for _, payload := range payloads {
		var frame bytes.Buffer
		if err := jpeg.Encode(&frame, shot(render(t, payload), noise), &jpeg.Options{Quality: 80}); err != nil {
			t.Fatal(err)
		}
		for range framesEach {
			reel.Write(frame.Bytes())
		}
	}
	path := filepath.Join(t.TempDir(), "film.mjpeg")
	if err := os.WriteFile(path, reel.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// render draws the page of one chèque as the print shop gets it.
func render(t *testing.T, payload string) image.Image {
	t.Helper()
	facts := print.CarnetRun{
		Issuer:        print.Issuer{Name: "Opérateur", SIRET: "84373941800015", Address: "12 quai des Chartrons, 33000 Bordeaux", Email: "contact@exemple.test"},
		Commanditaire: "Département de la Creuse", Colour: "#073D3B", FaceValue: 1000,
		Validity: print.Validity{Until: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}, PlacesURL: "passnum.exemple/lieux", CreatedAt: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
	}
	code := payload[len(payload)-16:]
	given := false
	var pdf bytes.Buffer
	err := print.WriteCarnets(&pdf, facts, func() (print.Carnet, bool, error) {
		defer func() { given = true }()
		return print.Carnet{Serial: "C26-014-000001", Cheques: []print.Cheque{{Rank: 1, Code: code, QRPayload: payload}}}, !given, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	draw := exec.CommandContext(t.Context(), "pdftoppm", "-r", "110", "-f", "2", "-l", "2", "-png")
	draw.Stdin = &pdf
	page, err := draw.Output()
	if err != nil {
		t.Fatalf("pdftoppm is needed (apt-get install -y poppler-utils): %v", err)
	}
	picture, err := png.Decode(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// shot puts a page before a camera of 1280 by 720.
func shot(page image.Image, noise *rand.Rand) image.Image {
	frame := image.NewRGBA(image.Rect(0, 0, 1280, 720))
	draw.Draw(frame, frame.Bounds(), image.NewUniform(color.Gray{Y: 90}), image.Point{}, draw.Src)
	at := image.Pt((1280-page.Bounds().Dx())/2, (720-page.Bounds().Dy())/2)
	draw.Draw(frame, page.Bounds().Add(at), page, page.Bounds().Min, draw.Src)
	for i, v := range frame.Pix {
		if i%4 == 3 {
			continue
		}
		dim := int(v)*7/10 + noise.IntN(31) - 15
		frame.Pix[i] = uint8(min(255, max(0, dim)))
	}
	return frame
}
