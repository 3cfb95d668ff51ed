package print

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWornCodesDecode scans the printed codes as a good scanner sees them, then
// as a phone in a dim corridor does: small, turned, blurred and noisy.
func TestWornCodesDecode(t *testing.T) {
	t.Parallel()
	carnets := 1
	if os.Getenv("PASSNUM_FULL") == "1" {
		carnets = 12
	}
	for modules, host := range map[int]string{29: "PASSNUM.EXAMPLE", 33: "PASSNUM.HAUTE-GARONNE.FR"} {
		t.Run(fmt.Sprintf("%d modules", modules), func(t *testing.T) {
			t.Parallel()
			pdf, payloads := qrSheet(t, host, modules, carnets)
			clean := decodeAll(t, cropQR(t, pdf, 300))
			worn := cropQR(t, pdf, 150)
			for i := range worn {
				worn[i] = wear(worn[i], 3, 1, 15, uint64(i))
			}
			dirty := decodeAll(t, worn)
			sharp, tired := 0, 0
			for i, payload := range payloads {
				if clean[i] == payload {
					sharp++
				}
				if dirty[i] == payload {
					tired++
				} else if dirty[i] != "" {
					t.Errorf("code %d: read as another", i)
				}
			}
			t.Logf("%d codes: %d clean at 300 dpi, %d worn at 150 dpi", len(payloads), sharp, tired)
			if sharp != len(payloads) || 100*tired < 99*len(payloads) {
				t.Errorf("%d of %d decode clean, %d worn", sharp, len(payloads), tired)
			}
		})
	}
}

// TestQuietZone looks around each symbol: four modules of white, whatever the
// pattern and the colour beneath.
func TestQuietZone(t *testing.T) {
	t.Parallel()
	for modules, host := range map[int]string{29: "PASSNUM.EXAMPLE", 33: "PASSNUM.HAUTE-GARONNE.FR"} {
		pdf, _ := qrSheet(t, host, modules, 1)
		const dpi = 300
		pixels := func(mm float64) int { return int(mm * dpi / 25.4) }
		for i, picture := range cropQR(t, pdf, dpi) {
			half, zone := float64(modules)/2*qrModule, (float64(modules)/2+qrQuiet)*qrModule
			for y := range picture.h {
				for x := range picture.w {
					dx, dy := math.Abs(float64(x-picture.w/2)), math.Abs(float64(y-picture.h/2))
					away := math.Max(dx, dy)
					if away > float64(pixels(half))+3 && away < float64(pixels(zone))-3 && picture.at(x, y) < 250 {
						t.Fatalf("%d modules, code %d: ink in the quiet zone", modules, i)
					}
				}
			}
		}
	}
}

func qrSheet(t *testing.T, host string, modules, carnets int) (pdf []byte, payloads []string) {
	t.Helper()
	const size = 10
	next := supply(1, carnets, size)
	pdf = carnetPDF(t, sampleRun(), func() (Carnet, bool, error) {
		carnet, ok, err := next()
		for i := range carnet.Cheques {
			carnet.Cheques[i].QRPayload = "HTTPS://" + host + "/P/" + carnet.Cheques[i].Code
			payloads = append(payloads, carnet.Cheques[i].QRPayload)
		}
		return carnet, ok, err
	})
	code, err := (&qrMaker{}).encode(payloads[0])
	if err != nil || code.Size != modules {
		t.Fatalf("a symbol of %d modules, want %d (%v)", code.Size, modules, err)
	}
	return pdf, payloads
}

// cropQR renders the corner of each chèque that holds its code; covers have none.
func cropQR(t *testing.T, pdf []byte, dpi int) []raster {
	t.Helper()
	const around = 5 // millimetres kept beyond the zone
	at := func(mm float64) int { return int(math.Round((edge + mm) * float64(dpi) / 25.4)) }
	left, top := at(qrCentreX-qrZone/2-around), at(qrCentreY-qrZone/2-around)
	right, bottom := at(qrCentreX+qrZone/2+around), at(qrCentreY+qrZone/2+around)
	var cheques []raster
	for i, page := range renderPages(t, pdf, dpi, left, top, right-left, bottom-top) {
		if i%11 != 0 {
			cheques = append(cheques, page)
		}
	}
	return cheques
}

// decodeAll is what zbar reads in each picture; empty when nothing.
func decodeAll(t *testing.T, pictures []raster) []string {
	t.Helper()
	dir, args := t.TempDir(), []string{"-q", "--xml", "-Sdisable", "-Sqrcode.enable"}
	for i, picture := range pictures {
		file := filepath.Join(dir, fmt.Sprintf("%05d.pgm", i))
		writePGM(t, file, picture)
		args = append(args, file)
	}
	read := make([]string, len(pictures))
	for _, source := range strings.Split(string(anyExit(t, "zbar-tools", "zbarimg", args...)), "<source ")[1:] {
		var i int
		if _, err := fmt.Sscanf(source[strings.LastIndex(source[:strings.Index(source, ".pgm")], "/")+1:], "%d", &i); err != nil {
			t.Fatal(err)
		}
		if _, data, ok := strings.Cut(source, "<![CDATA["); ok {
			read[i], _, _ = strings.Cut(data, "]]>")
		}
	}
	return read
}

// wear turns a picture by degrees, blurs it by sigma pixels and adds noise of a
// deviation in 255, the same for the same seed.
func wear(p raster, degrees, sigma, noise float64, seed uint64) raster {
	turned := make([]float64, p.w*p.h)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(p.w)/2, float64(p.h)/2
	for y := range p.h {
		for x := range p.w {
			dx, dy := float64(x)-cx, float64(y)-cy
			turned[y*p.w+x] = p.between(cx+dx*cos+dy*sin, cy-dx*sin+dy*cos)
		}
	}
	soft := blur(blur(turned, p.w, p.h, 1, p.w, sigma), p.h, p.w, p.w, 1, sigma)
	rng := rand.New(rand.NewPCG(15, seed))
	out := raster{w: p.w, h: p.h, pixels: make([]byte, p.w*p.h)}
	for i, v := range soft {
		out.pixels[i] = byte(math.Min(255, math.Max(0, math.Round(v+rng.NormFloat64()*noise))))
	}
	return out
}

// between is the grey at a point among four pixels.
func (p raster) between(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	v := func(dx, dy int) float64 { return float64(p.at(int(x0)+dx, int(y0)+dy)) }
	return (v(0, 0)*(1-fx)+v(1, 0)*fx)*(1-fy) + (v(0, 1)*(1-fx)+v(1, 1)*fx)*fy
}

// blur spreads each of lines of n values, along apart in memory and across
// between lines, with a Gaussian.
func blur(in []float64, n, lines, along, across int, sigma float64) []float64 {
	reach := int(math.Ceil(3 * sigma))
	weights, total := make([]float64, 2*reach+1), 0.0
	for i := range weights {
		weights[i] = math.Exp(-float64((i-reach)*(i-reach)) / (2 * sigma * sigma))
		total += weights[i]
	}
	out := make([]float64, len(in))
	for line := range lines {
		for at := range n {
			sum := 0.0
			for i, weight := range weights {
				sum += weight * in[line*across+min(n-1, max(0, at+i-reach))*along]
			}
			out[line*across+at*along] = sum / total
		}
	}
	return out
}
