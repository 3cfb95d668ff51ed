package commanditaire_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/web/urls"
)

func TestThePriceIsSetOnTheOrdersPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("service_ingenierie", "1000")
	id := s.ordered(form)
	price := urls.AdminOrder(id, "frais")
	typed := s.get(s.Operator, urls.AdminOrder(id)).want(http.StatusOK, "Changer le prix", "Part due à la commande").form(price)
	for name, value := range map[string]string{"taux": "beaucoup", "forfait": "x", "taux_aval": "3,5", "delai": "demain", "tva_frais": "2000",
		"tva_ingenierie": "exonere", "jalons_ingenierie": "30", "jalon_ingenierie_1": "40", "jalon_ingenierie_2": "29"} {
		typed.Set(name, value)
	}
	refused := s.post(s.Operator, price, typed).want(http.StatusUnprocessableEntity, "Indiquez un taux de 0 à 30", "Indiquez un montant hors taxes",
		"Indiquez un nombre de jours", "Dites pourquoi il n’y a pas de TVA", "Les parts font 99 % au lieu de 100 %")
	if got := refused.form(price); got.Get("taux") != "beaucoup" || got.Get("jalon_ingenierie_1") != "40" || got.Get("delai") != "demain" {
		t.Errorf("typed values lost: %v", got)
	}
	for name, value := range map[string]string{"taux": "4", "forfait": "50", "delai": "10", "tva_ingenierie": "2000", "jalon_ingenierie_2": "30"} {
		typed.Set(name, value)
	}
	s.post(s.Commanditaire, price, typed).want(http.StatusForbidden)
	s.post(s.Operator, price, typed).want(http.StatusSeeOther)
	for _, reader := range []page{s.get(s.Operator, urls.AdminOrder(id)), s.get(s.Commanditaire, urls.Order(id))} {
		reader.want(http.StatusOK, "Frais de gestion, forfait", "TVA 20 % sur 1 074,00 €", "Rapport intermédiaire, ingénierie de déploiement", "480,00 €",
			"3,5 % hors taxes de la valeur des chèques réellement utilisés", "au plus tôt 10 jours après")
	}
}

func TestSharesInPerCentComeBackAsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("cofinanceur_0", "20005375900011")
	form.Set("part_0", "33,33 %")
	form.Set("direct_0", "oui")
	id := s.ordered(form)
	again := s.get(s.Commanditaire, urls.Order(id, "modifier")).want(http.StatusOK).form(urls.Order(id, "modifier"))
	if spaces(again.Get("part_0")) != "33,33 %" || again.Get("direct_0") == "" {
		t.Errorf("typed %v", again)
	}
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "199,98 €", "400,02 €", "verse directement")
	form.Set("part_0", "abc %")
	refused := s.post(s.Commanditaire, urls.Order(id, "modifier"), form).want(http.StatusUnprocessableEntity, "en euros, ou en pour cent")
	if got := refused.form(urls.Order(id, "modifier")).Get("part_0"); got != "abc %" {
		t.Errorf("typed value lost: %q", got)
	}
}

// call fills the form of a new programme.
func (s *site) call() url.Values {
	return url.Values{"financeur": {s.Region.String()}, "nom": {"Appel à projets 2026"}, "enveloppe": {"1 000"}, "taux": {"35"}, "types": {"departement", "epci"},
		"ouverture": {"01/01/2026"}, "cloture": {"31/12/2026"}, "versement": {"direct"}, "public": {"personnes éloignées de l’emploi"}, "cible": {"50"}}
}

func TestAProgrammeFromItsFormToItsTable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.call()
	form.Set("enveloppe", "beaucoup")
	form.Set("cloture", "31/12/2025")
	form.Set("financeur", uuid.NewString())
	refused := s.post(s.Finance, urls.AdminNewProgramme(), form).want(http.StatusUnprocessableEntity, "Indiquez l’enveloppe en euros", "Le dernier jour vient après le premier", "Choisissez le financeur")
	if got := refused.form(urls.AdminNewProgramme()); got.Get("enveloppe") != "beaucoup" || len(got["types"]) != 2 || got.Get("nom") == "" {
		t.Errorf("typed values lost: %v", got)
	}
	s.get(s.Finance, urls.AdminProgrammes()).want(http.StatusOK, "Aucun programme")
	call := idIn(t, s.post(s.Finance, urls.AdminNewProgramme(), s.call()).want(http.StatusSeeOther).location)
	s.get(s.Commanditaire, urls.Programmes()).want(http.StatusOK, "Appel à projets 2026", "1 000,00 €")
	s.get(s.Agent, urls.Programmes()).want(http.StatusForbidden)

	id := s.ordered(s.filled())
	asked := url.Values{"programme": {call.String()}}
	s.get(s.Commanditaire, urls.OrderProgrammes(id)).want(http.StatusOK, "Demander 210,00 €")
	s.post(s.Other, urls.OrderProgrammes(id, "demande"), asked).want(http.StatusNotFound)
	s.post(s.Commanditaire, urls.OrderProgrammes(id, "demande"), asked).want(http.StatusSeeOther)
	s.post(s.Commanditaire, urls.OrderProgrammes(id, "demande"), asked).want(http.StatusConflict)
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Appel à projets 2026, en attente de réponse", "390,00 €")
	s.get(s.Commanditaire, urls.Order(id, "modifier")).want(http.StatusOK, "Pour y renoncer, détachez la commande du programme")
	s.answers(call)
}

// answers reads the request as the funder and the operator, and refuses it.
func (s *site) answers(call uuid.UUID) {
	request := s.requestOf()
	s.get(s.Cofunder, urls.Programme(call)).want(http.StatusOK, "à examiner", "210,00 €").without("Motif, si vous refusez")
	no := url.Values{"demande": {request}, "avis": {"refuser"}, "motif_" + request: {""}}
	s.post(s.Cofunder, urls.Programme(call, "reponse"), no).want(http.StatusForbidden)
	s.post(s.Finance, urls.AdminProgramme(call, "reponse"), no).want(http.StatusUnprocessableEntity, "Dites pourquoi la demande est refusée")
	sheet := s.get(s.Cofunder, urls.Programme(call, "commandes.csv")).want(http.StatusOK)
	if !strings.Contains(sheet.body, "Seniors et minima sociaux") || !strings.Contains(sheet.body, "210,00") || !strings.HasPrefix(sheet.header.Get("Content-Type"), "text/csv") {
		s.T.Errorf("the sheet says %q", sheet.body)
	}
	no.Set("motif_"+request, "Hors du public visé")
	s.post(s.Finance, urls.AdminProgramme(call, "reponse"), no).want(http.StatusSeeOther)
	s.get(s.Finance, urls.AdminProgramme(call)).want(http.StatusOK, "refusée", "Hors du public visé", "1 000,00 € encore disponibles")
	s.post(s.Finance, urls.AdminProgramme(call, "enveloppe"), url.Values{"enveloppe": {"abc"}}).want(http.StatusUnprocessableEntity, "déjà engagé")
	s.post(s.Finance, urls.AdminProgramme(call, "cloture"), url.Values{"motif": {""}}).want(http.StatusUnprocessableEntity, "Dites en une phrase")
	s.post(s.Finance, urls.AdminProgramme(call, "cloture"), url.Values{"motif": {"Fin de gestion"}}).want(http.StatusSeeOther)
	s.get(s.Finance, urls.AdminProgramme(call)).want(http.StatusOK, "Fin de gestion").without("Clore le programme")
}

// requestOf is the identifier of the only request.
func (s *site) requestOf() (id string) {
	s.T.Helper()
	if err := s.Owner.QueryRow(s.T.Context(), `SELECT id::text FROM programme_orders`).Scan(&id); err != nil {
		s.T.Fatal(err)
	}
	return id
}

func TestWhatIsCofundedIsExported(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.filled()
	form.Set("cofinanceur_0", "20005375900011")
	form.Set("part_0", "25 %")
	id := s.ordered(form)
	s.act(s.Commanditaire, urls.Order(id, "devis"), nil)
	s.get(s.Cofunder, urls.FundedOrders()).want(http.StatusOK, "Votre part", "150,00 €", "Exporter")
	sheet := s.get(s.Cofunder, urls.FundedCSV()).want(http.StatusOK)
	if !strings.Contains(sheet.body, "150,00") {
		t.Errorf("the sheet says %q", sheet.body)
	}
	s.get(s.Other, urls.FundedOrders()).want(http.StatusOK, "Vous ne cofinancez aucune commande")
	s.get(s.Cofunder, urls.FundedOrders()+"?q=rien").want(http.StatusOK, "Aucune commande ne correspond")
}
