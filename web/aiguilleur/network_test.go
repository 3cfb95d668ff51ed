package aiguilleur_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passnum/internal/distribution"
	"passnum/internal/testworld"
	"passnum/web/urls"
)

func TestReceiveACompleteParcel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	parcel := d.ship(order)
	d.get(urls.Counter()).says("20 carnets", "Confirmer la réception")
	page := d.get(urls.Parcel(parcel))
	page.says("20 carnets", order.Serial(1), order.Serial(20))
	unanswered := d.press(page, "Confirmer la réception", nil)
	unanswered.says("Dites si les carnets sont comme déclarés", "Comptez les carnets arrivés")
	miscounted := d.press(page, "Confirmer la réception", url.Values{"etat": {"complet"}, "nombre": {"19"}})
	miscounted.says("l’expéditeur en a déclaré 20")
	d.press(page, "Confirmer la réception", url.Values{"etat": {"complet"}, "nombre": {"20"}}).says("20 carnets sur 20", "reçu")
	d.get(urls.Stock()).says("20 carnets à remettre")
}

func TestReceiveWithMissingCarnets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	parcel := d.ship(order)
	page := d.get(urls.Parcel(parcel))
	answers := url.Values{"etat": {"manque"}, "nombre": {"17"}, "manquants": {"99"}, "note": {"Colis ouvert"}}
	wrong := d.press(page, "Confirmer la réception", answers)
	wrong.says("Ces numéros ne sont pas dans cet envoi", "99", "Colis ouvert")
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", wrong.status)
	}
	answers.Set("manquants", "3 à 5")
	dispute := d.press(page, "Confirmer la réception", answers)
	dispute.says("3 carnets manquants", order.Serial(3)+" à "+order.Serial(5), "Colis ouvert")
	dispute = d.press(dispute, "Ajouter la note", url.Values{"note": {"Le transporteur cherche."}})
	dispute.says("Le transporteur cherche.")
	d.press(dispute, "Je m’en occupe", nil).says("Suivi par Camille Martin")
	d.get(urls.Stock()).says("17 carnets à remettre", "écart ouvert")
	d.get(urls.Parcels()).says("17", "manquent "+order.Serial(3)+" à "+order.Serial(5))
	d.press(dispute, "Enregistrer la réponse", url.Values{}).says("Choisissez ce qu’il en est")
	d.press(dispute, "Enregistrer la réponse", url.Values{"issue": {"recu"}, "constat": {"Dans un autre carton."}}).says("réglé", "chez le destinataire")
	d.get(urls.Stock()).says("20 carnets à remettre")
}

func TestNoReceptionBeforeSignature(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	parcel := d.ship(d.ActiveOrder(testworld.OrderOptions{}))
	d.Exec(`UPDATE conventions SET ended_at = now()`)
	forced := d.ask(d.Agent, http.MethodPost, urls.Parcel(parcel), url.Values{"etat": {"complet"}, "nombre": {"2"}})
	forced.says("aucun carnet ne peut entrer en stock")
	if forced.status != http.StatusConflict {
		t.Errorf("answered %d", forced.status)
	}
}

func TestSendGiveBackAskAndThreshold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	annex := d.PointOf(d.Mairie, "Annexe")
	page := d.get(urls.NewCounterTransfer())
	page.says("Annexe", order.Serial(1)+" à "+order.Serial(20))
	typed := url.Values{"destination": {annex.String()}, "lignes": {order.Serial(1) + "\n" + order.Serial(2)}, "nombre": {"3"}}
	d.press(page, "Envoyer", typed).says("les numéros en donnent 2", order.Serial(2))
	typed.Set("nombre", "2")
	sent := d.press(page, "Envoyer", typed)
	sent.says("2 carnets, de", "en route", "Confirmer la réception")
	d.press(sent, "Annuler l’envoi", nil).says("annulé")
	returned := d.press(d.get(urls.NewCounterReturn()), "Rendre ces carnets", url.Values{"destination": {"commanditaire"}, "lignes": {order.Serial(20)}, "nombre": {"1"}})
	returned.says("Retour", "Bordereau à imprimer")
	d.get(urls.CounterReturns()).says("Département de la Creuse", "en route")
	d.get(urls.CounterRequests()).says("19 carnets en stock")
	asked := d.press(d.get(urls.CounterRequests()), "Demander ces carnets", url.Values{"carnets": {"0"}})
	asked.says("Écrivez combien de carnets")
	d.press(asked, "Demander ces carnets", url.Values{"carnets": {"30"}}).says("demande envoyée", "30")
	stock := d.get(urls.Stock())
	stock.silent("stock bas")
	d.press(stock, "Enregistrer", url.Values{"seuil": {"25"}}).says("stock bas")
	d.get(urls.Counter()).says("stock bas")
}

func TestManagePoints(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := d.get(urls.NewPoint())
	empty := d.press(form, "Ajouter le point", nil)
	empty.says("Donnez un nom au point", "Nommez la personne référente", "Indiquez le numéro et la rue", "Saisissez une commune")
	lyon := url.Values{"nom": {"Annexe"}, "referent": {"Sacha Petit"}, "rue": {"2 rue Basse"}, "commune": {"Limoges"}, "commune_code": {"87085"}}
	d.press(form, "Ajouter le point", lyon).says("plusieurs codes postaux")
	lyon.Set("code_postal", "87000")
	added := d.press(form, "Ajouter le point", lyon)
	added.says("Annexe", "2 rue Basse, 87000 Limoges", "Sacha Petit", "Travailler ici")
	edited := d.press(d.get(hrefOf(t, added, "Annexe")), "Enregistrer", url.Values{"nom": {"Annexe du centre"}})
	edited.says("Annexe du centre")
	closed := d.press(d.get(hrefOf(t, edited, "Annexe du centre")), "Fermer le point", nil)
	closed.says("fermé")
	d.ActiveOrder(testworld.OrderOptions{})
	d.press(d.get(urls.Point(d.Point)), "Fermer le point", nil).says("encore des carnets en stock")
}

func TestSignAConvention(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Exec(`UPDATE conventions SET ended_at = now()`)
	c, err := d.network.Propose(t.Context(), d.Commanditaire, distribution.Proposal{AiguilleurID: d.Mairie, StartsOn: testworld.Start, EndsOn: testworld.Start.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	d.get(urls.Counter()).says("Conventions à signer", "Département de la Creuse")
	page := d.get(urls.CounterConvention(c.ID))
	unticked := d.press(page, "Signer la convention", url.Values{"qualite": {"maire"}})
	unticked.says("Cochez la case pour signer")
	if !strings.Contains(unticked.body, `value="maire"`) {
		t.Error("what was typed is lost")
	}
	d.press(page, "Signer la convention", url.Values{"nom": {"Alex Roy"}, "qualite": {"maire"}, "accord": {"oui"}}).says("Signée par l’aiguilleur", "Alex Roy, maire", "L’autre partie doit encore signer")
	if pdf := d.get(urls.CounterConvention(c.ID, "pdf")); !strings.HasPrefix(pdf.body, "%PDF") {
		t.Error("no PDF")
	}
	if s := d.ask(d.Other, http.MethodGet, urls.CounterConvention(c.ID), nil); s.status != http.StatusNotFound {
		t.Errorf("a stranger reads a convention: %d", s.status)
	}
}

func TestStockTellsRanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	d.give(order.Serial(4), "")
	d.get(urls.Stock()).says("9 carnets à remettre", order.Serial(1)+" à "+order.Serial(3), order.Serial(5)+" à "+order.Serial(10))
}
