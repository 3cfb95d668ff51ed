package story_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"passnum/internal/app"
	"passnum/web/webtest"
)

// TestWithoutJavaScript does the main work of every role in browsers that run
// no script.
func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := demonstration()
	p := s.tab(t, webtest.Browser(t), "")
	p.withoutScript()
	for account, work := range map[string]func(*testing.T, *tab){
		"commanditaire": orderWithoutScript, "aiguilleur": handOverWithoutScript, "mediateur": redeemWithoutScript,
		"finance": payWithoutScript, "": visitWithoutScript,
	} {
		t.Run(account, func(t *testing.T) {
			p.t = t
			p.become(emailOf(account))
			work(t, p)
			p.console.Empty(t)
		})
	}
}

// withoutScript makes a tab refuse to run scripts.
func (p *tab) withoutScript() {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	p.open("/connexion")
	if webtest.Read(p.t, p.ctx, chromedp.Evaluate[bool](`document.body.classList.contains("js-enabled")`)) {
		p.t.Fatal("scripts run")
	}
}

func orderWithoutScript(_ *testing.T, p *tab) {
	p.open("/commanditaire/commandes/nouvelle")
	p.fill("Nombre de carnets", "beaucoup")
	p.press("Enregistrer et vérifier")
	p.says("Certaines réponses sont à corriger")
	p.fill("Titre de la commande", "Demandeurs d’emploi")
	p.fill("Nombre de carnets", "10")
	p.press("Enregistrer le brouillon")
	p.says("Le brouillon est enregistré")
	p.press("Enregistrer et vérifier")
	p.says("Vérifier la commande", "Demandeurs d’emploi")
}

func handOverWithoutScript(t *testing.T, p *tab) {
	serial := p.site.value(t, `SELECT k.serial FROM carnets k JOIN orders o ON o.id = k.order_id JOIN points p ON p.id = k.point_id
		JOIN memberships m ON m.organisation_id = p.aiguilleur_id JOIN accounts a ON a.id = m.account_id
		WHERE a.email = $1 AND k.state = 'stock' AND o.state = 'active' AND p.closed_at IS NULL ORDER BY p.name, k.serial LIMIT 1`, emailOf("aiguilleur"))
	p.open("/aiguilleur/remise")
	p.fill("Carnet", serial)
	p.press("Chercher ce carnet")
	p.press("Remettre et imprimer la lettre")
	p.says("Carnet " + serial + " remis")
	p.press("Annuler (encore")
	p.says("annulée")
}

func redeemWithoutScript(t *testing.T, p *tab) {
	var list bytes.Buffer
	if err := app.DemoCodes(t.Context(), p.site.config, "active", 1, &list); err != nil {
		t.Fatal(err)
	}
	p.open("/mediateur/scanner")
	p.fill("Code du chèque", strings.Fields(list.String())[0])
	p.press("Ajouter au panier")
	p.fill("Chercher parmi les 129 services", "48")
	p.press("Chercher")
	p.choose("48 ·")
	p.choose("Individuel")
	p.press("Encaisser 1 chèque")
	p.says("Reçu", "Chèques encaissés")
	p.follow("Annuler carnet")
	p.press("Annuler 1 chèque")
	p.says("Dites pourquoi l’encaissement est annulé")
	p.choose("Chèque scanné par erreur")
	p.press("Annuler 1 chèque")
	p.says("annulé")
}

func payWithoutScript(_ *testing.T, p *tab) {
	p.open("/admin/paiements/preparer")
	p.press("Voir ce qui serait payé")
	p.press("Préparer le contre-paiement")
	p.says("Vous avez préparé ce contre-paiement")
	p.unfold("Abandonner cette préparation")
	p.press("Abandonner la préparation")
}

func visitWithoutScript(_ *testing.T, p *tab) {
	p.open("/rejoindre")
	p.fill("Nom", "Association des Clics")
	p.press("Envoyer la demande")
	p.says("Certaines réponses sont à corriger", "Choisissez")
	p.open("/lieux")
	p.fill("Où ?", "Guéret")
	p.press("Rechercher")
	p.says("Médiathèque de Guéret")
}

// says fails unless the page says these sentences now.
func (p *tab) says(sentences ...string) {
	p.t.Helper()
	text := p.text()
	for _, s := range sentences {
		if !strings.Contains(text, s) {
			p.t.Errorf("no « %s » on %s:\n%s", s, p.where(), text)
		}
	}
}

// value is one text read as the owner of the database.
func (s *site) value(t testing.TB, query string, args ...any) string {
	t.Helper()
	var text string
	if err := s.base.Owner().QueryRow(t.Context(), query, args...).Scan(&text); err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	return text
}
