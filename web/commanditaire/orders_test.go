package commanditaire_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/urls"
)

// filled is the new order's form with what a person must add.
func (s *site) filled() url.Values {
	s.T.Helper()
	form := s.get(s.Commanditaire, urls.NewOrder()).want(http.StatusOK).form(urls.NewOrder())
	form.Set("titre", "Seniors et minima sociaux")
	form.Set("format", "5x10")
	form.Set("carnets", "12")
	form.Set("livraison_"+s.Point.String(), "12")
	form.Set("ensuite", "verifier")
	return form
}

func (s *site) ordered(form url.Values) uuid.UUID {
	s.T.Helper()
	return idIn(s.T, s.post(s.Commanditaire, urls.NewOrder(), form).want(http.StatusSeeOther).location)
}

func TestOrderFromFormToActive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(s.Commanditaire, "/commanditaire/").want(http.StatusOK, "Pour commencer", "Préparer votre première commande")
	id := s.ordered(s.filled())

	s.get(s.Commanditaire, urls.Order(id, "verifier")).want(http.StatusOK, "12 carnets de 5 chèques de 10 €", "628,80 €", "Demander le devis")
	s.act(s.Commanditaire, urls.Order(id, "devis"), nil)
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Devis à signer", "Ensuite, à vous : signer le devis.", "Le devis s’imprime")
	s.drain()
	sign := s.get(s.Commanditaire, urls.Order(id, "signer")).want(http.StatusOK, "Relire le devis").form(urls.Order(id, "signer"))
	s.post(s.Commanditaire, urls.Order(id, "signer"), sign).want(http.StatusUnprocessableEntity, "Indiquez sa qualité", "Cochez la case")
	sign.Set("qualite", "présidente")
	sign.Set("accord", "oui")
	s.post(s.Commanditaire, urls.Order(id, "signer"), sign).want(http.StatusSeeOther)
	s.drain()

	s.get(s.Operator, urls.AdminOrders()).want(http.StatusOK, "2026-001", "Département de la Creuse", "tenir la réunion de cadrage")
	s.act(s.Operator, urls.AdminOrder(id, "cadrage"), url.Values{"note": {"Publics : seniors"}})
	s.act(s.Operator, urls.AdminOrder(id, "bat"), nil)
	proof := s.get(s.Commanditaire, urls.Order(id, "bat")).want(http.StatusOK, "Ouvrir le bon à tirer").form(urls.Order(id, "bat"))
	s.post(s.Commanditaire, urls.Order(id, "bat"), proof).want(http.StatusSeeOther)
	s.get(s.Operator, urls.AdminOrder(id)).want(http.StatusOK, "Fabriquer 12 carnets", "60 chèques seront créés")
	s.act(s.Operator, urls.AdminOrder(id, "fabrication"), nil)
	s.get(s.Operator, urls.AdminOrder(id)).want(http.StatusOK, "Fabrication des carnets", "Arrêter")
	s.drain()
	stream := s.get(s.Operator, urls.AdminOrder(id, "avancement")).want(http.StatusOK)
	if !strings.Contains(stream.body, "event: fin") {
		t.Errorf("the stream does not end: %s", stream.body)
	}
	s.get(s.Operator, urls.AdminOrder(id)).want(http.StatusOK, "Préparer ou suivre le paquet de l’imprimeur", "Enregistrer l’expédition")
	ship := s.get(s.Operator, urls.AdminOrder(id)).form(urls.AdminOrder(id, "expedition"))
	s.act(s.Operator, urls.AdminOrder(id, "expedition"), ship)
	s.act(s.Commanditaire, urls.Order(id, "livraison"), nil)
	s.drain()
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Livrée", "Livré ne veut pas dire actif")
	funds := s.get(s.Finance, urls.AdminOrder(id)).want(http.StatusOK, "Attester ces fonds").form(urls.AdminOrder(id, "fonds"))
	s.post(s.Finance, urls.AdminOrder(id, "fonds"), funds).want(http.StatusUnprocessableEntity, "Indiquez le numéro du mandat")
	funds.Set("mandat", "2026-1187")
	s.act(s.Finance, urls.AdminOrder(id, "fonds"), funds)
	s.get(s.Finance, urls.AdminOrder(id)).want(http.StatusOK, "Activer 60 chèques")
	s.act(s.Finance, urls.AdminOrder(id, "activation"), nil)
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Active", "Mandat 2026-1187", "Chèques actifs")
}

// act sends values to an act that must succeed.
func (s *site) act(actor identity.Actor, to string, values url.Values) {
	s.T.Helper()
	s.post(actor, to, values).want(http.StatusSeeOther)
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("format", "autre")
	form.Set("cheques_par_carnet", "40")
	form.Set("valeur", "beaucoup")
	form.Set("valable_jusquau", "31/02/2027")
	form.Set("perimetre", "communes")
	form.Set("communes", "Guéret\nXyzabc")
	form.Set("cofinanceur_0", "Personne")
	form.Set("part_0", "100")
	p := s.post(s.Commanditaire, urls.NewOrder(), form).want(http.StatusUnprocessableEntity,
		"Indiquez un nombre de chèques par carnet", "Indiquez une valeur par chèque", "Indiquez une date de fin",
		"Aucune commune ne s’appelle « Xyzabc »", "Choisissez une organisation de la liste")
	if got := attr(p.labelled("Valeur d’un chèque"), "value"); got != "beaucoup" {
		t.Errorf("typed value lost: %q", got)
	}
	if got := attr(p.labelled("Titre de la commande"), "value"); got != "Seniors et minima sociaux" {
		t.Errorf("title lost: %q", got)
	}
	if n := s.Count(`SELECT count(*) FROM orders`); n != 0 {
		t.Errorf("%d orders kept", n)
	}
}

func TestFormKeepsEveryAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("validite", "remise")
	form.Set("mois", "6")
	form.Set("perimetre", "communes")
	form.Set("communes", "Guéret (23000)\n23008")
	form.Set("couverture", "categories")
	form["categories"] = []string{"1.1", "2.1"}
	form.Set("cofinanceur_0", "Région Nouvelle-Aquitaine")
	form.Set("part_0", "200,50")
	form.Set("service_formation", "900")
	form.Set("message", "Près de chez vous")
	form.Set("ensuite", "brouillon")
	id := s.ordered(form)
	edit := s.get(s.Commanditaire, urls.Order(id, "modifier")).want(http.StatusOK)
	again := edit.form(urls.Order(id, "modifier"))
	for name, want := range map[string]string{
		"validite": "remise", "mois": "6", "couverture": "categories", "cofinanceur_0": "Région Nouvelle-Aquitaine", "part_0": "200,50",
		"service_formation": "900", "message": "Près de chez vous", "livraison_" + s.Point.String(): "12", "cofinanceur_0_id": s.Region.String(),
	} {
		if got := again.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := again.Get("communes"); !strings.Contains(got, "Guéret") || !strings.Contains(got, "Aubusson") {
		t.Errorf("communes: %q", got)
	}
	s.post(s.Commanditaire, urls.Order(id, "modifier"), again).want(http.StatusSeeOther)
	o, err := s.orders.Order(t.Context(), s.Commanditaire, id)
	if err != nil || len(o.Perimeter.Codes()) != 2 || o.OwnShare() != 60000-20050 || o.Validity.Months != 6 {
		t.Errorf("kept %+v, %v", o.Specification, err)
	}
}

func TestCheckPageTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("titre", "")
	form.Set("livraison_"+s.Point.String(), "10")
	id := s.ordered(form)
	s.get(s.Commanditaire, urls.Order(id, "verifier")).want(http.StatusOK, "Donnez un titre", "Il reste 2 carnets à répartir", "Compléter la commande").without("Demander le devis")
	if to := s.post(s.Commanditaire, urls.Order(id, "devis"), nil).want(http.StatusSeeOther).location; to != urls.Order(id, "verifier") {
		t.Errorf("an incomplete order leads to %s", to)
	}
}

func TestOrderPagesBelongToTheirReaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("cofinanceur_0", "20005375900011")
	form.Set("part_0", "200")
	id := s.ordered(form)
	for _, path := range []string{urls.Order(id), urls.Order(id, "modifier"), urls.Order(id, "verifier"), urls.Order(id, "bat")} {
		s.get(s.Other, path).want(http.StatusNotFound)
	}
	s.post(s.Other, urls.Order(id, "devis"), nil).want(http.StatusNotFound)
	s.get(s.Other, urls.Orders()).want(http.StatusOK, "Aucune commande pour l’instant")
	s.get(s.Cofunder, urls.Order(id)).want(http.StatusNotFound)
	s.act(s.Commanditaire, urls.Order(id, "devis"), nil)
	s.get(s.Cofunder, urls.FundedOrders()).want(http.StatusOK, "Seniors et minima sociaux", "200,00 €")
	s.get(s.Cofunder, urls.Order(id)).want(http.StatusOK, "Ensuite : le commanditaire doit signer le devis.").without("Reprendre le brouillon")
	reader := s.Member(s.Departement, "lecture@exemple.test", identity.RoleLecteur, s.Commanditaire.Capacities)
	s.get(reader, urls.Order(id)).want(http.StatusOK).without("Signer le devis")
	s.get(reader, urls.Order(id, "signer")).want(http.StatusForbidden)
	s.get(reader, urls.NewOrder()).want(http.StatusForbidden)
	s.get(s.Commanditaire, urls.AdminOrder(id)).want(http.StatusForbidden)
	s.post(s.Finance, urls.AdminOrder(id, "cadrage"), url.Values{"note": {"x"}}).want(http.StatusForbidden)
}

func TestOrdersSheetAndFilters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	csv := s.get(s.Commanditaire, urls.OrdersCSV()+"?etat=preparation").want(http.StatusOK)
	if !strings.Contains(csv.body, "Seniors et minima sociaux;Brouillon;12;5;10,00;600,00") {
		t.Errorf("sheet: %s", csv.body)
	}
	s.get(s.Commanditaire, urls.Orders()+"?etat=actives").want(http.StatusOK, "Aucune commande ne correspond")
	s.get(s.Commanditaire, urls.OrderPartners()+"?q=nouvelle").want(http.StatusOK, "Région Nouvelle-Aquitaine")
	form := s.get(s.Commanditaire, urls.Order(id, "annuler")).want(http.StatusOK).form(urls.Order(id, "annuler"))
	s.post(s.Commanditaire, urls.Order(id, "annuler"), form).want(http.StatusUnprocessableEntity, "Dites en une phrase")
	form.Set("motif", "Budget refusé")
	s.post(s.Commanditaire, urls.Order(id, "annuler"), form).want(http.StatusSeeOther)
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Annulée", "Budget refusé")
}

func TestDoubleClickIsAConflictInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	s.act(s.Commanditaire, urls.Order(id, "devis"), nil)
	s.post(s.Commanditaire, urls.Order(id, "devis"), nil).want(http.StatusConflict, order.Quoted.Label())
	s.post(s.Operator, urls.AdminOrder(id, "cadrage"), url.Values{"note": {"Trop tôt"}}).want(http.StatusConflict, "n’est plus possible")
}
