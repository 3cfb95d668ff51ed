package print

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

const pointsPerMM = 72 / 25.4

// TestPressBoxes checks, page by page, that the sheet, the bleed and the trimmed
// page are where a print shop's software looks for them.
func TestPressBoxes(t *testing.T) {
	t.Parallel()
	facts := sampleRun()
	for _, specimen := range []bool{false, true} {
		facts.Specimen = specimen
		info := string(poppler(t, carnetPDF(t, facts, supply(1, 2, 5)), "pdfinfo", "-box", "-f", "1", "-l", "12", "-"))
		boxes := map[string]float64{"MediaBox": 0, "BleedBox": edge - 3, "TrimBox": edge, "CropBox": 0}
		if specimen {
			boxes["CropBox"] = edge
		}
		for name, inset := range boxes {
			want := fmt.Sprintf("%.2f %.2f %.2f %.2f", inset*pointsPerMM, inset*pointsPerMM,
				(pageWidth+2*edge-inset)*pointsPerMM, (pageHeight+2*edge-inset)*pointsPerMM)
			got := regexp.MustCompile(`(?m)^Page +\d+ `+name+`: +(.*)$`).FindAllStringSubmatch(info, -1)
			if len(got) != 12 {
				t.Fatalf("%d pages with a %s, want 12", len(got), name)
			}
			for page, box := range got {
				if strings.Join(strings.Fields(box[1]), " ") != want {
					t.Errorf("page %d: %s %s, want %s", page+1, name, box[1], want)
				}
			}
		}
	}
}

// TestNothingButMarksLeavesTheBleed looks at the rendered sheet: black marks on
// the lines of the knife, white elsewhere, and colour up to the bleed's edge.
func TestNothingButMarksLeavesTheBleed(t *testing.T) {
	t.Parallel()
	for i, picture := range renderPages(t, carnetPDF(t, sampleRun(), supply(1, 1, 1)), 300) {
		at := func(x, y float64) bool { return picture.dark((edge+x)*300/25.4, (edge+y)*300/25.4) }
		for _, mark := range [][2]float64{{0, -5}, {pageWidth, -5}, {0, pageHeight + 5}, {pageWidth, pageHeight + 5},
			{-5, 0}, {-5, pageHeight}, {pageWidth + 5, 0}, {pageWidth + 5, pageHeight}} {
			if !at(mark[0], mark[1]) {
				t.Errorf("page %d: no mark at %v", i+1, mark)
			}
		}
		for _, blank := range [][2]float64{{-2, -5}, {5, -5}, {pageWidth / 2, -5}, {-5, 20}, {pageWidth + 5, 20}, {pageWidth / 2, pageHeight + 5}} {
			if at(blank[0], blank[1]) {
				t.Errorf("page %d: something at %v, outside the bleed", i+1, blank)
			}
		}
		if !at(pageWidth/2, -bleed+0.3) || !at(pageWidth+bleed-0.3, bandHeight/2) {
			t.Errorf("page %d: the band stops before the end of the bleed", i+1)
		}
	}
}

// TestTextKeepsFromTheKnife measures the ink of every word, with the longest
// texts: five millimetres from the trimmed edge at least.
func TestTextKeepsFromTheKnife(t *testing.T) {
	t.Parallel()
	long := sampleRun()
	long.Commanditaire = "Communauté d’agglomération de Lens-Liévin et syndicat mixte Hauts-de-France numérique"
	long.Message = "Un message sur deux lignes, avec des œuvres, des « guillemets » et des chiffres : 10 € par chèque."
	long.Validity = Validity{From: day(2026, 9, 1), Until: day(2027, 12, 31), MonthsFromHandOver: 12}
	long.Services = strings.Repeat("ateliers et accompagnements, ", 12) + "médiation"
	for name, facts := range map[string]CarnetRun{"usual": sampleRun(), "longest": long} {
		pdf := carnetPDF(t, facts, supply(999_998, 1, 2))
		decoder := xml.NewDecoder(bytes.NewReader(poppler(t, pdf, "pdftotext", "-bbox", "-", "-")))
		decoder.Strict, decoder.Entity = false, xml.HTMLEntity
		var all boxes
		if err := decoder.Decode(&all); err != nil {
			t.Fatal(err)
		}
		for i, page := range all.Pages {
			for _, w := range page.Words {
				top, bottom := inkRows(w.YMin, w.YMax, w.Text)
				least := min(w.XMin, page.Width-w.XMax, top, page.Height-bottom)/pointsPerMM - edge
				if least < 5-0.01 {
					t.Errorf("%s, page %d: %q is %.2f mm from the edge", name, i+1, w.Text, least)
				}
			}
		}
	}
}

// inkRows are the rows that a word's letters cover: poppler's box is 1.3 times the size
// of the font, with the baseline 0.984 below its top.
func inkRows(yMin, yMax float64, word string) (top, bottom float64) {
	size := (yMax - yMin) / 1.3
	rise, fall := 0.5, 0.01
	for _, r := range word {
		switch {
		case unicode.IsUpper(r) && r > unicode.MaxASCII:
			rise = max(rise, 0.88)
		case unicode.IsUpper(r), unicode.IsDigit(r), strings.ContainsRune("bdfhijklt€’'/?!()%", r), r > unicode.MaxASCII && unicode.IsLower(r):
			rise = max(rise, 0.72)
		}
		if strings.ContainsRune("gjpqyç,;()/|Qœ", r) {
			fall = max(fall, 0.21)
		}
	}
	baseline := yMin + 0.984*size
	return baseline - rise*size, baseline + fall*size
}

// TestCodesArePureBlack reads the drawing itself: a code in four colours blurs
// as soon as the plates move.
func TestCodesArePureBlack(t *testing.T) {
	t.Parallel()
	carnet := sampleCarnet(1, 3)
	contents := pageContents(t, carnetPDF(t, sampleRun(), one(carnet)))
	if len(contents) != 4 {
		t.Fatalf("%d pages, want 4", len(contents))
	}
	fill := regexp.MustCompile(`(?m)^[0-9. ]+ (g|rg|k|cs|sc|scn)$`)
	for i, content := range contents {
		if !strings.Contains(content, "\nq 0 g ") {
			t.Errorf("page %d: the QR code is not in black alone", i+1)
		}
		said := carnet.Serial
		if i > 0 {
			said = grouped(carnet.Cheques[i-1].Code)
		}
		before, after, found := strings.Cut(content, utf16(said)+") Tj")
		last := strings.LastIndexByte(before, '\n')
		if !found || !strings.HasPrefix(before[last+1:], "BT ") || strings.HasPrefix(after, " ET Q") {
			t.Fatalf("page %d: the code in clear has a colour of its own", i+1)
		}
		for _, set := range fill.FindAllString(before, -1) {
			if set != "0.000 g" {
				t.Errorf("page %d: the code in clear is drawn after %q", i+1, set)
			}
		}
	}
}

// utf16 is a text as the drawing spells it.
func utf16(s string) string {
	var spelt strings.Builder
	for _, r := range s {
		spelt.WriteByte(byte(r >> 8))
		spelt.WriteByte(byte(r))
	}
	return spelt.String()
}

// pageContents are the pages' own drawing, grounds apart.
func pageContents(t *testing.T, pdf []byte) []string {
	t.Helper()
	var contents []string
	for _, part := range regexp.MustCompile(`(?s)/Contents (\d+) 0 R>>\nendobj\n\d+ 0 obj\n<</Filter /FlateDecode /Length \d+>>\nstream\n(.*?)\nendstream`).FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(part[2]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, string(content))
	}
	return contents[1:] // the first page only carries what never changes
}
