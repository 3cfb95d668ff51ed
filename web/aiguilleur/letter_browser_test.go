package aiguilleur_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"passnum/internal/distribution"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
	"passnum/web/assets"
	"passnum/web/webtest"
)

// TestLettersPrint prints each language as the counter's browser does: two
// sheets at most, in fonts of our own, Arabic from right to left.
func TestLettersPrint(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("PASSNUM_FULL=1 prints the letters in a browser")
	}
	d := newDesk(t)
	d.Exec(`UPDATE places SET phone = '05 55 00 12 12', referent = 'Léa Moreau', opening_hours = 'Tu-Sa 10:00-12:00,14:00-18:00; Su off', transport = 'bus A, arrêt Médiathèque',
		access = 'Plain-pied, parking à 50 m', entries = '{11,44,48,85,98}'`)
	for _, name := range []string{"La Manufacture, tiers-lieu", "Maison des services de Boussac"} {
		d.Exec(`INSERT INTO places SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'name', $1::text))).* FROM places p WHERE id = $2`, name, d.Place)
	}
	for day := range 3 {
		at := d.Now().AddDate(0, 0, 2+day).In(postgres.Paris)
		d.ateliers = append(d.ateliers, distribution.Atelier{ID: postgres.NewID(), Title: "Premiers pas avec l’ordinateur", StartsAt: at, When: workshop.When(at), Place: "La Manufacture, tiers-lieu", Town: "La Souterraine"})
	}
	id := d.oriented(d.ActiveOrder(testworld.OrderOptions{Carnets: 1}), "Premiers pas sur un ordinateur").ID.String()
	r := chi.NewRouter()
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Mount("/", d.guide())
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	tab := webtest.Browser(t)
	for language, font := range map[string]string{"fr": "Atkinson", "gros": "Atkinson", "en": "Atkinson", "ar": "Noto Sans Arabic", "uk": "Noto Sans"} {
		address := server.URL + "/aiguilleur/lettre/" + id + "?langue=" + language
		webtest.Do(t, tab, webtest.Desktop(), webtest.Open(address))
		sheets(t, language, 2, webtest.Read(t, tab, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize())))
		if fonts := webtest.Read(t, tab, chromedp.Evaluate[string](loadedFonts)); !strings.Contains(fonts, font) {
			t.Errorf("%s is written without %s: %s", language, font, fonts)
		}
		webtest.Axe(t, tab)
		shot(t, tab, "lettre-"+language)
		webtest.Do(t, tab, webtest.Phone(), webtest.Open(strings.Replace(address, "?", "/photo?", 1)))
		if over := webtest.Overflow(t, tab); over > 0 {
			t.Errorf("%s: the photograph is %d px too wide", language, over)
		}
		webtest.Axe(t, tab)
		shot(t, tab, "photo-"+language)
	}
}

// TestOrientationOnScreen answers the questions in a browser, wide and narrow.
func TestOrientationOnScreen(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("PASSNUM_FULL=1 orients in a browser")
	}
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	r := chi.NewRouter()
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Mount("/", d.guide())
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	tab := webtest.Browser(t)
	for name, width := range map[string]webtest.Action{"large": chromedp.EmulateViewport(1280, 800), "etroit": webtest.Phone()} {
		webtest.Do(t, tab, width, webtest.Open(server.URL+"/aiguilleur/orientation?carnet="+order.Serial(1)))
		webtest.Axe(t, tab)
		shot(t, tab, "questions-"+name)
		webtest.Do(t, tab, chromedp.Click(chromedp.CSS(`input[name=souhaits][value=demarches]`)), chromedp.Click(chromedp.CSS(`input[name=courriel][value=non]`)),
			chromedp.Click(chromedp.CSS(`input[name=ordinateur][value=non]`)), chromedp.Click(chromedp.CSS(`form button.govuk-button`)))
		webtest.Do(t, tab, chromedp.WaitVisible(chromedp.CSS(`input[name=service]`)))
		webtest.Axe(t, tab)
		if over := webtest.Overflow(t, tab); over > 0 {
			t.Errorf("%s: %d px too wide", name, over)
		}
		shot(t, tab, "proposition-"+name)
	}
	sheets(t, "proposition", 1, webtest.Read(t, tab, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize())))
}

const loadedFonts = `[...document.fonts].filter(f => f.status === "loaded").map(f => f.family).join(", ")`

// sheets fails when a paper takes more A4 pages than it should.
func sheets(t *testing.T, name string, most int, pdf []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lettre.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfinfo", file).Output()
	if err != nil {
		t.Fatalf("pdfinfo: %v (apt-get install poppler-utils)", err)
	}
	_, pages, _ := strings.Cut(string(out), "Pages:")
	if n, err := strconv.Atoi(strings.Fields(pages + " ?")[0]); err != nil || n > most {
		t.Errorf("%s takes %d pages, %d at most", name, n, most)
	}
	if dir := os.Getenv("PASSNUM_SCREENSHOTS"); dir != "" {
		if err := exec.Command("pdftoppm", "-r", "60", "-png", file, filepath.Join(dir, "papier-"+name)).Run(); err != nil {
			t.Error(err)
		}
	}
}

func shot(t *testing.T, tab context.Context, name string) {
	t.Helper()
	if dir := os.Getenv("PASSNUM_SCREENSHOTS"); dir != "" {
		webtest.Screenshot(t, tab, filepath.Join(dir, name+".png"))
	}
}
