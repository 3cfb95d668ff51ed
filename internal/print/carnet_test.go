package print

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
)

// TestEveryCodeDecodes renders a run as a print shop would and scans it: what
// the scanner reads must be what the person reads.
func TestEveryCodeDecodes(t *testing.T) {
	t.Parallel()
	for _, dpi := range []int{150, 300} {
		const carnets, size = 2, 5
		pdf := carnetPDF(t, sampleRun(), supply(1258, carnets, size))
		texts, codes := pageTexts(t, pdf), scanPages(t, pdf, dpi)
		if len(texts) != carnets*(size+1) || len(codes) != len(texts) {
			t.Fatalf("%d dpi: %d pages, %d codes, want %d", dpi, len(texts), len(codes), carnets*(size+1))
		}
		for i, text := range texts {
			carnet, rank := sampleCarnet(1258+i/(size+1), size), i%(size+1)
			want, clear := carnet.Serial, carnet.Serial
			if rank > 0 {
				want = carnet.Cheques[rank-1].QRPayload
				clear = grouped(carnet.Cheques[rank-1].Code)
			}
			if codes[i] != want {
				t.Errorf("%d dpi, page %d: scanned another code than printed", dpi, i+1)
			}
			if !strings.Contains(text, clear) {
				t.Errorf("%d dpi, page %d: the code in clear is not the scanned one", dpi, i+1)
			}
		}
	}
}

func TestLongestHostDecodes(t *testing.T) {
	t.Parallel()
	carnet := sampleCarnet(1, 1)
	payload := "HTTPS://PASSNUM.HAUTE-GARONNE.FR/P/" + carnet.Cheques[0].Code
	carnet.Cheques[0].QRPayload = payload
	pdf := carnetPDF(t, sampleRun(), one(carnet))
	if codes := scanPages(t, pdf, 150); len(codes) != 2 || codes[1] != payload {
		t.Fatal("a 33 × 33 symbol does not decode")
	}
	carnet.Cheques[0].QRPayload = payload + strings.Repeat("X", 40)
	if err := WriteCarnets(io.Discard, sampleRun(), one(carnet)); !errors.Is(err, errQRTooLong) {
		t.Fatalf("too long a payload: %v", err)
	}
}

func TestChequeMentions(t *testing.T) {
	t.Parallel()
	texts := pageTexts(t, carnetPDF(t, sampleRun(), supply(1258, 1, 5)))
	wantAll(t, texts[0], "Votre carnet de 5 chèques de 10 €", "50 € pour apprendre le numérique", "31 décembre 2026",
		"passnum.fr/lieux ou 05 55 00 00 00", "Numéro du carnet", "Pass numérique · Département de la Creuse", "ne se vend pas")
	wantAll(t, texts[3], "Chèque 3 sur 5", "À garder : utile en cas de perte.", "N° C26-014-001258 / 3", "10 €",
		"pour apprendre à utiliser internet, un ordinateur, un téléphone", "Valable jusqu’au 31 décembre 2026.",
		"Pas de rendu de monnaie.", "Collectivité : Département de la Creuse.", "Émis par Coopérative Passnum",
		"SIRET 843 739 418 00015", "12 quai des Chartrons, 33000 Bordeaux", "Année de validité : 2026.",
		"ateliers et accompagnements de médiation numérique", "Vente interdite.", "SIRET", "Adresse",
		"Toute copie est refusée : seul le premier passage est accepté.", "demandez conseil à votre mairie")
	for _, text := range texts {
		if strings.Contains(text, "SPÉCIMEN") {
			t.Error("a real chèque is marked as a specimen")
		}
	}
}

func TestHandOverValidity(t *testing.T) {
	t.Parallel()
	facts := sampleRun()
	facts.Validity = Validity{From: day(2026, 9, 1), Until: day(2027, 12, 31), MonthsFromHandOver: 12}
	texts := pageTexts(t, carnetPDF(t, facts, supply(1, 1, 1)))
	wantAll(t, texts[0], "1 chèque de 10 €", "12 mois après la remise, au plus tard le 31 décembre 2027")
	wantAll(t, texts[1], "Valable 12 mois après la remise, au plus tard le 31 décembre 2027.", "Remis le", "Année de validité : 2026–2027.")
}

// TestWorstNames checks that the longest names stay on the page, whole, and
// that the codes still decode under a specimen's mark and a logo.
func TestWorstNames(t *testing.T) {
	t.Parallel()
	name := "Communauté d’agglomération de Lens-Liévin et syndicat mixte Hauts-de-France numérique"
	for kind, logo := range map[string][]byte{"png": pngLogo(t, 2400, 900), "jpeg": jpegLogo(t)} {
		facts := sampleRun()
		facts.Commanditaire, facts.Logo, facts.Specimen = name, logo, true
		facts.Message = "Un message sur deux lignes, avec des œuvres, des « guillemets » et des chiffres : 10 € par chèque."
		facts.FaceValue = 4999
		pdf := carnetPDF(t, facts, supply(999_999, 1, 3))
		for i, text := range pageTexts(t, pdf) {
			wantAll(t, text, "Pass numérique · "+name, "Collectivité : "+name, "33000 Bordeaux", "SPÉCIMEN SANS VALEUR", "SPÉCIMEN", "œuvres")
			if i > 0 {
				wantAll(t, text, "49,99 €")
			}
		}
		if codes := scanPages(t, pdf, 150); len(codes) != 4 {
			t.Errorf("%s logo: %d codes decode, want 4", kind, len(codes))
		}
		wantInside(t, pdf)
	}
}

func TestWriteCarnetsRefuses(t *testing.T) {
	t.Parallel()
	broken := errors.New("reader broke")
	for name, c := range map[string]struct {
		facts func(*CarnetRun)
		next  func() (Carnet, bool, error)
		is    error
		late  bool // found once pages have left
	}{
		"too many":     {next: supply(1, MostCarnets+1, 1), is: ErrTooManyCarnets, late: true},
		"reader":       {next: func() (Carnet, bool, error) { return Carnet{}, false, broken }, is: broken},
		"none":         {next: supply(1, 0, 0), is: ErrNoCarnet},
		"mixed":        {next: mixed(), is: ErrMixedCarnets, late: true},
		"serial":       {next: one(Carnet{Serial: "Ж1"}), is: ErrSerial, late: true},
		"not a logo":   {next: supply(1, 1, 1), facts: func(r *CarnetRun) { r.Logo = []byte("<svg/>") }, is: image.ErrFormat},
		"reader, late": {next: failAfter(3, broken), is: broken, late: true},
	} {
		facts := sampleRun()
		if c.facts != nil {
			c.facts(&facts)
		}
		var out bytes.Buffer
		err := WriteCarnets(&out, facts, c.next)
		if err == nil || (c.is != nil && !errors.Is(err, c.is)) {
			t.Errorf("%s: got %v", name, err)
		}
		if !c.late && out.Len() > 0 {
			t.Errorf("%s: wrote %d bytes before refusing", name, out.Len())
		}
		if bytes.Contains(out.Bytes(), []byte("%%EOF")) {
			t.Errorf("%s: wrote a file that looks complete", name)
		}
	}
}

func TestLinesBreakAsInFrench(t *testing.T) {
	t.Parallel()
	want := "Dit\u00a0: «\u00a0oui\u00a0», 10\u00a0€\u00a0!"
	if got := glue.Replace("Dit : « oui », 10 € !"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTextIsMadeSafe(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1\u202f234": "1\u00a0234", "e\u0301te\u0301": "été", "ok 👍🏽 !": "ok  !", "a\tb": "a b", "plain": "plain",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestFileIsSound has another program read the whole structure.
func TestFileIsSound(t *testing.T) {
	t.Parallel()
	facts := sampleRun()
	facts.Logo = pngLogo(t, 300, 200)
	pdf := carnetPDF(t, facts, supply(1, 30, 10))
	keep(t, "carnets", pdf)
	info := string(poppler(t, pdf, "pdfinfo", "-box", "-"))
	for _, want := range []string{"Pages: 330", "Title: Carnets de chèques Pass numérique", "Page size: 623.62 x 283.46"} {
		if !strings.Contains(strings.Join(strings.Fields(info), " "), want) {
			t.Errorf("missing %q in:\n%s", want, info)
		}
	}
	wantFonts(t, "carnets", pdf)
	if again := carnetPDF(t, facts, supply(1, 30, 10)); !bytes.Equal(pdf, again) {
		t.Error("the same run does not print the same bytes")
	}
}

// TestUnknownCharacters checks that a character the fonts lack spoils nothing.
func TestUnknownCharacters(t *testing.T) {
	t.Parallel()
	facts := sampleRun()
	facts.Message = "Ateliers → ✓ 中文 \uffff \u200d 👩‍💻 fin"
	wantAll(t, pageTexts(t, carnetPDF(t, facts, supply(1, 1, 1)))[1], "Ateliers", "fin")
}

func BenchmarkCarnets(b *testing.B) {
	facts := sampleRun()
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteCarnets(io.Discard, facts, supply(1, 1000, 10)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "carnets/s")
}

func one(c Carnet) func() (Carnet, bool, error) {
	done := false
	return func() (Carnet, bool, error) {
		was := done
		done = true
		return c, !was, nil
	}
}

func mixed() func() (Carnet, bool, error) {
	size := 0
	return func() (Carnet, bool, error) {
		size++
		return sampleCarnet(size, size), true, nil
	}
}

func failAfter(n int, err error) func() (Carnet, bool, error) {
	next := supply(1, n, 1)
	return func() (Carnet, bool, error) {
		if c, ok, _ := next(); ok {
			return c, true, nil
		}
		return Carnet{}, false, err
	}
}

func carnetPDF(t *testing.T, facts CarnetRun, next func() (Carnet, bool, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteCarnets(&out, facts, next); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pngLogo(t *testing.T, w, h int) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			if (x/(w/6)+y/(h/3))%2 == 0 {
				picture.Set(x, y, color.NRGBA{0x0B, uint8(90 + x*90/w), 0x56, 0xE0})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jpegLogo(t *testing.T) []byte {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(pngLogo(t, 120, 240)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
