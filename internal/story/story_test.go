package story_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
	"passnum/web/webtest"
)

// story is the people of one life of a chèque, each in a browser of their own.
type story struct {
	t    *testing.T
	site *site

	operator, finance                *tab
	commanditaire, counter, mediator *tab

	order   string // the order's path for the commanditaire
	carnets []booklet
}

const (
	operatorEmail = "operateur@exemple.test"
	financeEmail  = "finance@exemple.test"
	passphrase    = "le chat de ma voisine dort"
)

// TestTheWholeStory plays everything that a chèque goes through, from the
// organisations that join to the structure that is paid, through the screens.
func TestTheWholeStory(t *testing.T) {
	t.Parallel()
	chromium := webtest.Browser(t, webtest.Unoptimised())
	s := newSite(t, func(s *site) {
		s.clock.set(time.Date(2026, 10, 5, 9, 0, 0, 0, postgres.Paris))
		s.password = passphrase
		s.addStaff(t)
	})
	p := &story{t: t, site: s,
		operator: s.tab(t, chromium, operatorEmail), finance: s.tab(t, chromium, financeEmail),
		commanditaire: s.tab(t, chromium, ""), counter: s.tab(t, chromium, ""), mediator: s.tab(t, chromium, ""),
	}
	for _, step := range []struct {
		name string
		play func()
	}{
		{"join", p.join}, {"look empty", p.lookEmpty}, {"qualify", p.qualify}, {"mandate", p.mandate}, {"order", p.placeOrder}, {"sign", p.sign},
		{"proof", p.agreeOnProof}, {"make", p.make}, {"ship", p.ship}, {"fund", p.fund}, {"print", p.readPrint},
		{"hand over", p.handOver}, {"redeem", p.redeem}, {"refuse", p.refuse}, {"pay", p.pay}, {"look back", p.lookBack},
	} {
		begun := time.Now()
		step.play()
		t.Logf("%-10s %s", step.name, time.Since(begun).Round(100*time.Millisecond))
		for _, person := range []*tab{p.operator, p.finance, p.commanditaire, p.counter, p.mediator} {
			person.console.Empty(t)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// addStaff opens the operator's two accounts, as the console does on a new
// installation.
func (s *site) addStaff(t *testing.T) {
	t.Helper()
	hash := identity.HashPassword(passphrase)
	err := s.base.DB().InPlatform(t.Context(), postgres.System{}, "installation", func(tx *postgres.Tx) error {
		for email, role := range map[string]identity.OperatorRole{operatorEmail: identity.OperatorAdministration, financeEmail: identity.OperatorFinance} {
			account, err := identity.AddAccount(t.Context(), tx, email, "Dominique Petit", hash)
			if err != nil {
				return err
			}
			if err := postgres.Must(t.Context(), tx, `UPDATE accounts SET operator_role = @role WHERE id = @id`, postgres.Args{"role": string(role), "id": account}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// join brings three organisations in, by request and approval.
func (p *story) join() {
	p.commanditaire.asksToJoin("Département de la Creuse", "99900101900010", "Département", "Commander et financer des carnets", "commanditaire@exemple.test")
	p.counter.asksToJoin("Mairie de Guéret", "99900102700013", "Commune", "Remettre des carnets aux personnes", "agent@exemple.test")
	p.mediator.asksToJoin("Médiathèque de Guéret", "99900103500016", "Intercommunalité", "Accompagner des personnes", "mediateur@exemple.test")
	for _, name := range []string{"Département de la Creuse", "Mairie de Guéret", "Médiathèque de Guéret"} {
		p.operator.letsIn(name)
	}
}

// lookEmpty examines the first pages of who has nothing yet.
func (p *story) lookEmpty() {
	for who, pages := range map[*tab][]string{
		p.commanditaire: {"/commanditaire", "/commanditaire/commandes", "/commanditaire/usages", "/commanditaire/conventions"},
		p.counter:       {"/aiguilleur", "/aiguilleur/stock", "/aiguilleur/remise", "/aiguilleur/points"},
		p.mediator:      {"/structure", "/structure/lieux", "/structure/paiements", "/mediateur"},
		p.operator:      {"/admin", "/admin/commandes", "/admin/paiements", "/admin/demandes"},
	} {
		for _, page := range pages {
			who.examine(page)
		}
		who.do(webtest.Desktop())
	}
}

// qualify takes the structure from its short form to accepting chèques.
func (p *story) qualify() {
	m := p.mediator
	m.fileIn()
	m.bankIn()
	m.placeIn()
	m.sendsPaper("rib")
	m.sendsPaper("deliberation")
	m.open("/structure/qualification")
	m.press("Envoyer le dossier")
	p.operator.open("/admin/structures")
	p.operator.follow("Médiathèque de Guéret")
	p.operator.follow("Qualifier")
	p.operator.press("Qualifier")
	p.operator.sees("est qualifiée")
}

// mandate opens a point of distribution and signs its convention, twice.
func (p *story) mandate() {
	p.counter.open("/aiguilleur/points/nouveau")
	p.counter.fill("Nom du point", "Accueil de la mairie")
	p.counter.fill("Numéro et rue", "1 esplanade François-Mitterrand")
	p.counter.complete("Commune", "gueret", "Guéret")
	p.counter.fill("Nom", "Malik Benali")
	p.counter.press("Ajouter")
	p.commanditaire.open("/commanditaire/conventions/nouvelle")
	p.commanditaire.complete("Aiguilleur", "mairie", "Mairie de Guéret")
	p.commanditaire.fill("Premier jour", "01/10/2026")
	p.commanditaire.fill("Dernier jour", "31/12/2028")
	p.commanditaire.press("Proposer la convention")
	for who, title := range map[*tab]string{p.commanditaire: "Présidente", p.counter: "Maire"} {
		if who == p.counter {
			who.open("/aiguilleur/conventions")
			who.follow("CM-")
		}
		who.fill("Nom de la personne qui signe", "Camille Martin")
		who.fill("Qualité", title)
		who.choose("J’ai lu la convention")
		who.press("Signer la convention")
	}
	p.counter.open("/aiguilleur/conventions")
	p.counter.sees("en cours")
}

// placeOrder fills the form, keeps a draft, then checks it.
func (p *story) placeOrder() {
	c := p.commanditaire
	c.open("/commanditaire/commandes/nouvelle")
	c.fill("Titre de la commande", "Seniors et minima sociaux")
	c.press("Enregistrer le brouillon")
	c.sees("Le brouillon est enregistré")
	c.choose("5 chèques de 10 €")
	c.fill("Nombre de carnets", "3")
	c.choose("Jusqu’à une date")
	c.fill("Dernier jour d’utilisation", "31/12/2027")
	c.choose("Dans des départements")
	c.unfold("Choisir les départements")
	c.choose("23 Creuse")
	c.fill("Accueil de la mairie", "3")
	c.fill("Message imprimé", "Le Département vous accompagne.")
	c.press("Enregistrer et vérifier")
	c.sees("Vérifier la commande", "150,00 €", "Creuse")
	c.press("Demander le devis")
	c.sees("Votre devis est demandé")
	p.order = c.where()
}

func (p *story) adminOrder() string {
	return "/admin/commandes/" + p.order[strings.LastIndex(p.order, "/")+1:]
}

func (p *story) sign() {
	c := p.commanditaire
	c.sees("Devis") // printed by a job: the page reloads until it is there
	c.until(`[...document.querySelectorAll("a[href*='/documents/']")].length > 0`)
	if text := printed(p.t, c.file("a[href*='/documents/']")); !strings.Contains(text, "Département de la Creuse") {
		p.t.Errorf("the quote does not name who orders:\n%s", text)
	}
	c.follow("Signer le devis")
	c.fill("Nom de la personne qui signe", "Valérie Simonet")
	c.fill("Qualité", "Présidente")
	c.choose("Bon pour accord")
	c.press("Signer pour")
	c.sees("Ensuite : l’opérateur doit")
}

func (p *story) agreeOnProof() {
	o := p.operator
	o.open(p.adminOrder())
	o.fill("Ce que la réunion a décidé", "Remise en mairie à partir du 12 octobre.")
	o.press("Enregistrer le cadrage")
	o.press("Préparer et proposer le bon à tirer")
	o.sees("Le bon à tirer est proposé")
	c := p.commanditaire
	c.open(p.order)
	c.follow("Relire le bon à tirer")
	if text := printed(p.t, c.file("a[href*='/documents/']")); !strings.Contains(text, "SPÉCIMEN") {
		p.t.Error("the proof is not marked as a specimen")
	}
	c.press("Valider le bon à tirer")
	c.sees("Le bon à tirer est validé")
}

// make starts the minting and watches it on the page: jobs wait until the page
// is there to see them work.
func (p *story) make() {
	o := p.operator
	o.open(p.adminOrder())
	p.site.stopJobs()
	o.press("Fabriquer 3 carnets")
	o.sees("La fabrication commence dans un instant")
	p.site.startJobs(p.t)
	o.sees("Actualiser la page pour la suite")
	o.follow("Actualiser la page")
	o.sees("Préparez le paquet de l’imprimeur")
}

func (p *story) ship() {
	o := p.operator
	o.fill("Numéro de suivi : Accueil de la mairie", "6A12345678901")
	o.press("Enregistrer l’expédition")
	o.sees("L’expédition est enregistrée")
	p.counter.open("/aiguilleur/reception")
	p.counter.follow("Confirmer")
	p.counter.fill("Combien de carnets", "3")
	p.counter.choose("Oui")
	p.counter.press("Confirmer la réception")
}

// fund attests the money, by finance, and only then makes chèques active.
func (p *story) fund() {
	f := p.finance
	f.comes(p.adminOrder(), "Livrée")
	f.fill("Numéro de mandat", "M-2026-0042")
	f.press("Attester ces fonds")
	f.sees("Les fonds sont attestés")
	f.press("Activer 15 chèques")
	f.sees("Les chèques sont actifs")
	p.operator.open(p.adminOrder())
}

func (p *story) handOver() {
	k := p.counter
	k.open("/aiguilleur/remise")
	k.scan(p.carnets[0].serial)
	k.press("Remettre et imprimer la lettre")
	k.sees("Carnet " + p.carnets[0].serial + " remis")
	k.follow("Imprimer la lettre")
	k.sees("Vos chèques : 5 × 10 €", "Médiathèque, espace numérique", p.carnets[0].serial)
}

// redeem accepts three chèques in one sitting, then undoes one.
func (p *story) redeem() {
	m, c := p.mediator, p.carnets[0]
	m.open("/mediateur/scanner")
	m.scanOn(c.links[0])
	m.sees("1 chèque · 10,00 €")
	m.scanOn(c.codes[1] + " " + c.codes[2])
	m.sees("3 chèques · 30,00 €")
	m.choose("3 · Être parent")
	m.fill("Chercher parmi les 129 services", "48")
	m.choose("48 ·")
	m.choose("Individuel")
	m.sees("Encaisser 3 chèques (30,00 €)") // verdicts are asked again for the services
	m.press("Encaisser 3 chèques (30,00 €)")
	m.sees("Reçu", "30,00 €")
	m.follow("Annuler carnet …" + c.serial[len(c.serial)-4:] + ", n° 3")
	m.choose("Trop de chèques pour ce service")
	m.press("Annuler 1 chèque (10,00 €)")
	m.sees("20,00 €")
}

// refuse shows what a mediator reads when a chèque cannot be taken.
func (p *story) refuse() {
	m := p.mediator
	wrong := []byte(strings.ReplaceAll(p.carnets[0].codes[3], " ", ""))
	wrong[0], wrong[1] = other(wrong[0]), other(wrong[1])
	for typed, verdict := range map[string]string{
		p.carnets[0].codes[0]: "Déjà utilisé", p.carnets[1].codes[0]: "Carnet non remis", string(wrong): "Code mal lu",
	} {
		m.open("/mediateur/scanner")
		m.scanOn(typed)
		m.sees(verdict)
		if strings.Contains(m.text(), "Encaisser 1") {
			p.t.Errorf("%s: the page still offers to take the chèque", verdict)
		}
	}
}

// other is another symbol that codes may hold.
func other(symbol byte) byte {
	if symbol == '2' {
		return '3'
	}
	return '2'
}

// pay lets the month pass, then pays the structure with two pairs of eyes.
func (p *story) pay() {
	p.site.clock.set(time.Date(2026, 11, 3, 10, 0, 0, 0, postgres.Paris))
	f := p.finance
	f.open("/admin/paiements")
	f.follow("Préparer le contre-paiement")
	f.fill("Dernier jour compris", "31/10/2026")
	f.press("Voir ce qui serait payé")
	f.press("Préparer le contre-paiement (20,00 €)")
	f.sees("Vous avez préparé ce contre-paiement")
	payment := f.where()
	if status, _ := f.fetch("POST", payment+"/approuver"); status < 400 {
		p.t.Errorf("who prepared could approve: %d", status)
	}
	p.operator.open(payment)
	p.operator.press("Approuver le contre-paiement")
	f.open(payment)
	validateBankFile(p.t, f.download("Télécharger le fichier bancaire"))
	f.open(payment)
	f.fill("Jour du débit", "03/11/2026")
	f.press("Marquer exécuté")
	f.sees("Payé")
}

// lookBack is what the structure and the commanditaire see in the end, and the
// whole database proving itself.
func (p *story) lookBack() {
	m := p.mediator
	m.open("/structure/paiements?vue=payes")
	m.sees("20,00 €")
	m.follow("CP-")
	m.sees("payé", "Relevé en PDF", "100 % de la valeur des chèques")
	if text := printed(p.t, m.file("a[href$='/releve']")); !strings.Contains(text, "20,00 €") {
		p.t.Errorf("the statement does not tell 20,00 €:\n%s", text)
	}
	p.commanditaire.open(p.order)
	p.commanditaire.sees("Active", "2 chèques utilisés (20 €) en 1 séance", "En stock 2", "Remis 1")
	var report proof.Report
	err := p.site.base.DB().WithClock(p.site.clock.Now).InPlatform(p.t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		report, err = proof.Verify(context.Background(), tx)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, failed := range report.Failed() {
		p.t.Errorf("%s: %v", failed.Name, failed.Offenders)
	}
}
