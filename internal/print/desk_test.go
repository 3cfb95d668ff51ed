package print

import (
	"bytes"
	"errors"
	"image"
	"io"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func deskRun() DeskRun { return DeskRun{CarnetRun: sampleRun(), Order: "2026-014"} }

func deskPDF(t *testing.T, facts DeskRun, next func() (Carnet, bool, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteSheets(&out, facts, next); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSheetsDecode prints carnets as an office would and scans every page: three
// codes each, none lost in the cut lines, each the one in clear.
func TestSheetsDecode(t *testing.T) {
	t.Parallel()
	facts := deskRun()
	facts.Logo = pngLogo(t, 300, 120)
	pdf := deskPDF(t, facts, supply(1258, 1, 5))
	keep(t, "feuilles", pdf)
	texts := pageTexts(t, pdf)
	if len(texts) != 3 {
		t.Fatalf("%d pages for a carnet of 5, want 3", len(texts))
	}
	carnet := sampleCarnet(1258, 5)
	wantAll(t, texts[0], "feuille 1 sur 3", "Pour faire ce carnet", "5 chèques, numérotés de 1 à 5", "Ce trait doit mesurer 100 mm")
	want := map[int][]string{0: {carnet.Serial}}
	for i, cheque := range carnet.Cheques {
		page := 1 + i/3
		want[page] = append(want[page], cheque.QRPayload)
		wantAll(t, texts[page], grouped(cheque.Code), carnet.Serial)
	}
	for page, got := range scanSheets(t, pdf, "300") {
		sort.Strings(got)
		sort.Strings(want[page])
		if strings.Join(got, " ") != strings.Join(want[page], " ") {
			t.Errorf("sheet %d: %d codes decode, want %d", page+1, len(got), len(want[page]))
		}
	}
	wantInside(t, pdf)
}

func scanSheets(t *testing.T, pdf []byte, dpi string) [][]string {
	t.Helper()
	dir := t.TempDir()
	poppler(t, pdf, "pdftoppm", "-r", dpi, "-gray", "-", filepath.Join(dir, "p"))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	var pages [][]string
	for _, file := range files {
		pages = append(pages, strings.Fields(string(tool(t, "zbar-tools", nil, "zbarimg", "-q", "--raw", file))))
	}
	return pages
}

// TestStubHoldsNoCode reads the stub alone: its number, its rank, never a code,
// since a stub is kept in a drawer and shown on the telephone.
func TestStubHoldsNoCode(t *testing.T) {
	t.Parallel()
	carnet := sampleCarnet(7, 2)
	pdf := deskPDF(t, deskRun(), one(carnet))
	area := func(dpi float64) []string {
		px := func(mm float64) string { return itoa(int(mm / 25.4 * dpi)) }
		return []string{"-r", px(25.4), "-f", "2", "-l", "2", "-x", px(deskLeft), "-y", px(deskTop), "-W", px(stub), "-H", px(pageHeight)}
	}
	text := string(poppler(t, pdf, "pdftotext", append(area(72), "-raw", "-", "-")...))
	text = strings.Join(strings.Fields(text), " ")
	wantAll(t, text, "Talon", carnet.Serial, "Chèque 1 sur 2", "10 €")
	for _, cheque := range carnet.Cheques {
		for i := 0; i+4 <= len(cheque.Code); i += 4 {
			if strings.Contains(text, cheque.Code[i:i+4]) {
				t.Errorf("a part of a code is on the stub: %q", text)
			}
		}
	}
	picture := poppler(t, pdf, "pdftoppm", append(area(200), "-png", "-")...)
	if _, _, err := image.Decode(bytes.NewReader(picture)); err != nil {
		t.Fatal(err)
	}
	if found := scanPicture(t, picture); found != "" {
		t.Error("the stub holds a code that scans")
	}
}

func TestDeskTestPage(t *testing.T) {
	t.Parallel()
	pdf, err := DeskTest(deskRun(), sampleCarnet(1, 5))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "page-essai", pdf)
	text := pageTexts(t, pdf)[0]
	wantAll(t, text, "Page d’essai", "SPÉCIMEN SANS VALEUR", "Taille réelle", "100 mm")
	wantInside(t, pdf)
}

func TestSheetsRefuse(t *testing.T) {
	t.Parallel()
	broken := errors.New("reader broke")
	for name, c := range map[string]struct {
		next func() (Carnet, bool, error)
		is   error
	}{
		"none":  {supply(1, 0, 0), ErrNoCarnet},
		"many":  {supply(1, MostDeskCarnets+1, 1), ErrTooManyCarnets},
		"mixed": {mixed(), ErrMixedCarnets},
		"late":  {failAfter(1, broken), broken},
	} {
		if err := WriteSheets(io.Discard, deskRun(), c.next); !errors.Is(err, c.is) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestLegible(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		out       string
		corrected bool
	}{
		"#073D3B": {"#073D3B", false}, "#FFFFFF": {"#757575", true}, "#FFD500": {"", true}, "no": {HouseColour, false}, "#000000": {"#000000", false},
	} {
		out, corrected := Legible(in)
		if corrected != want.corrected || want.out != "" && out != want.out {
			t.Errorf("Legible(%q) = %q, %v", in, out, corrected)
		}
		if Contrast(out) < 4.5 {
			t.Errorf("Legible(%q) = %q, whose contrast is %.2f", in, out, Contrast(out))
		}
	}
}
