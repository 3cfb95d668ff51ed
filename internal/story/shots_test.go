package story_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"passnum/internal/app"
	"passnum/web/webtest"
)

// mostShotBytes keeps a picture fit for a repository.
const mostShotBytes = 200 << 10

// shot is a picture of a page of the demonstration.
type shot struct {
	name, account, page string
	width, height       int64
	prepare             func(*tab)
}

// TestShots takes the pictures of the documentation, into the folder that
// PASSNUM_SHOTS names: PASSNUM_SHOTS=docs/images go test ./internal/story -run Shots
func TestShots(t *testing.T) {
	dir := os.Getenv("PASSNUM_SHOTS")
	if dir == "" {
		t.Skip("PASSNUM_SHOTS names no folder")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir)
	}
	chromium := webtest.Browser(t)
	s := demonstration()
	order := "/commanditaire/commandes/" + s.value(t, `SELECT r.order_id::text FROM redemptions r JOIN orders o ON o.id = r.order_id JOIN organisations c ON c.id = o.commanditaire_id
		WHERE c.slug = 'creuse' GROUP BY r.order_id ORDER BY count(*) DESC LIMIT 1`)
	serial := s.value(t, `SELECT k.serial FROM carnets k JOIN orders o ON o.id = k.order_id JOIN points p ON p.id = k.point_id JOIN organisations a ON a.id = p.aiguilleur_id
		WHERE a.slug = 'gueret' AND k.state = 'stock' AND o.state = 'active' ORDER BY p.name, k.serial LIMIT 1`)
	seance := s.value(t, `SELECT r.seance_id::text FROM redemptions r JOIN organisations o ON o.id = r.structure_id JOIN memberships m ON m.organisation_id = o.id
		JOIN accounts a ON a.id = m.account_id WHERE a.email LIKE 'mediateur@%' AND r.undone_at IS NULL ORDER BY r.at DESC LIMIT 1`)
	handOver := s.value(t, `SELECT h.id::text FROM handovers h JOIN organisations a ON a.id = h.aiguilleur_id
		WHERE a.slug = 'gueret' AND h.undone_at IS NULL AND h.entries <> '{}' ORDER BY h.at DESC LIMIT 1`)
	draft := "/commanditaire/commandes/" + s.value(t, `SELECT o.id::text FROM orders o JOIN organisations c ON c.id = o.commanditaire_id
		WHERE c.slug = 'creuse' AND o.state IN ('brouillon', 'devis', 'signee', 'cadrage') ORDER BY o.created_at DESC LIMIT 1`)
	printed := "/admin/commandes/" + s.value(t, `SELECT order_id::text FROM print_packs ORDER BY created_at LIMIT 1`) + "/impression"
	opposition := s.value(t, `SELECT id::text FROM oppositions ORDER BY declared_at LIMIT 1`)
	file := s.value(t, `SELECT organisation_id::text FROM structures WHERE state = 'soumise' ORDER BY submitted_at LIMIT 1`)
	place := s.value(t, `SELECT p.id::text FROM places p JOIN memberships m ON m.organisation_id = p.structure_id JOIN accounts a ON a.id = m.account_id
		WHERE a.email LIKE 'structure@%' ORDER BY p.created_at LIMIT 1`)
	for _, one := range []shot{
		{"commande", "commanditaire", order, 1280, 1000, nil},
		{"usages", "commanditaire", "/commanditaire/usages", 1280, 1000, nil},
		{"tableau-de-bord", "commanditaire", "/commanditaire", 1280, 900, nil},
		{"remise", "aiguilleur", "/aiguilleur/remise", 1024, 768, func(p *tab) { p.scan(serial) }},
		{"guichet", "aiguilleur", "/aiguilleur", 1024, 768, nil},
		{"scanner", "mediateur", "/mediateur/scanner", 390, 844, fillBasket},
		{"mediateur", "mediateur", "/mediateur", 390, 844, nil},
		{"file", "mediateur", "/mediateur/scanner", 390, 844, keepWaiting},
		{"recu", "mediateur", "/mediateur/recus/" + seance, 390, 844, nil},
		{"orientation", "aiguilleur", "/aiguilleur/orientation", 1024, 768, nil},
		{"lettre", "aiguilleur", "/aiguilleur/lettre/" + handOver + "?langue=gros", 1024, 900, nil},
		{"verrou", "aiguilleur", "/compte", 1024, 768, lockScreen},
		{"appareil", "structure", "/structure/appareils/nouveau", 1280, 900, pairDevice},
		{"litiges", "structure", "/mediateur/litiges", 1280, 900, nil},
		{"habillage", "commanditaire", draft + "/habillage", 1024, 780, nil},
		{"carnets", "commanditaire", "/commanditaire/carnets", 1280, 900, nil},
		{"impression", "admin", printed, 1280, 900, nil},
		{"opposition", "admin", "/admin/oppositions/" + opposition, 1280, 900, nil},
		{"litiges-operateur", "admin", "/admin/litiges", 1280, 900, nil},
		{"structure", "structure", "/structure", 1280, 900, nil},
		{"structure-paiements", "structure", "/structure/paiements", 1280, 900, nil},
		{"operateur", "admin", "/admin", 1280, 900, nil},
		{"paiements", "finance", "/admin/paiements", 1280, 900, nil},
		{"finances", "finance", "/admin/finances", 1280, 900, nil},
		{"couverture", "", "/couverture", 1280, 900, nil},
		{"apercu", "finance", "/admin/paiements/preparer", 1280, 900, nil},
		{"factures", "finance", "/admin/factures", 1280, 900, nil},
		{"echeances", "finance", "/admin/echeances", 1280, 900, nil},
		{"accueil", "", "/", 1280, 900, nil},
		{"lieux", "", "/lieux?commune=Gu%C3%A9ret", 390, 844, nil},
		{"ateliers", "", "/ateliers", 1280, 900, nil},
		{"dossier", "admin", "/admin/structures/" + file, 1280, 900, nil},
		{"qualification", "candidat", "/structure/qualification", 1280, 900, nil},
		{"lieu-edite", "structure", "/structure/lieux/" + place, 1280, 900, nil},
		{"manques", "commanditaire", "/commanditaire/structures/manques", 1280, 900, nil},
		{"statistiques", "", "/statistiques", 1280, 900, nil},
		{"connexion", "", "/connexion", 1280, 900, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			p := s.tab(t, chromium, emailOf(one.account))
			p.do(chromedp.EmulateViewport(one.width, one.height))
			p.open(one.page)
			if one.prepare != nil {
				one.prepare(p)
			}
			p.shoot(t, filepath.Join(dir, one.name+".png"))
		})
	}
	t.Run("carnet", func(t *testing.T) { shootCarnet(t, s, filepath.Join(dir, "carnet")) })
}

// shoot writes what the window shows.
func (p *tab) shoot(t *testing.T, path string) {
	t.Helper()
	image := webtest.Read(t, p.ctx, chromedp.CaptureScreenshot())
	if len(image) > mostShotBytes {
		t.Errorf("%s weighs %d bytes", path, len(image))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, image, 0o644); err != nil {
		t.Fatal(err)
	}
}

func fillBasket(p *tab) {
	var list bytes.Buffer
	if err := app.DemoCodes(p.t.Context(), p.site.config, "active", 2, &list); err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(list.String()) {
		p.scanOn(strings.Fields(line)[0])
	}
	p.sees("valable")
}

// keepWaiting scans a chèque while the network is away.
func keepWaiting(p *tab) {
	p.until(`document.documentElement.dataset.scanner === "ready"`)
	p.do(chromedp.Evaluate[chromedp.Void](`void (window.fetch = () => Promise.reject(new TypeError("away")))`))
	var list bytes.Buffer
	if err := app.DemoCodes(p.t.Context(), p.site.config, "active", 4, &list); err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(list.String()) {
		p.scanOn(strings.Fields(line)[0])
	}
	p.sees("sera vérifié")
}

// lockScreen chooses a code and locks the counter's screen.
func lockScreen(p *tab) {
	p.fill("Code", "4271")
	p.fill("Votre mot de passe", p.site.password)
	p.press("Enregistrer mon code")
	p.do(chromedp.Evaluate[chromedp.Void](`void document.querySelector("form[data-lock]").requestSubmit()`))
	p.sees("Écran verrouillé")
}

// pairDevice shows the code that pairs a tablet.
func pairDevice(p *tab) {
	p.fill("Nom de l’appareil", "Tablette de l’accueil")
	p.press("Continuer")
	p.press("Afficher le code")
}

// shootCarnet draws a cover and a chèque as the print shop gets them.
func shootCarnet(t *testing.T, s *site, path string) {
	var pdf bytes.Buffer
	if err := app.DemoPrint(t.Context(), s.config, 1, &pdf); err != nil {
		t.Fatal(err)
	}
	tool(t, "poppler-utils", pdf.Bytes(), "pdftoppm", "-r", "110", "-f", "1", "-l", "2", "-png", "-", path)
}
