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
	page.says("20 carnets de 5 chèques de 10 €", order.Serial(1), order.Serial(20))
	unanswered := d.press(page, "Confirmer la réception", nil)
	unanswered.says("Dites si le colis est complet")
	d.press(page, "Confirmer la réception", url.Values{"etat": {"complet"}}).says("Stock", "20 carnets à remettre")
	d.get(urls.Parcel(parcel)).says("20 carnets sur 20")
}

func TestReceiveWithMissingCarnets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	parcel := d.ship(order)
	page := d.get(urls.Parcel(parcel))
	wrong := d.press(page, "Confirmer la réception", url.Values{"etat": {"manque"}, "manquants": {"99"}, "note": {"Colis ouvert"}})
	wrong.says("Écrivez les numéros manquants", "99", "Colis ouvert")
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", wrong.status)
	}
	d.press(page, "Confirmer la réception", url.Values{"etat": {"manque"}, "manquants": {"3 à 5"}, "note": {"Colis ouvert"}}).says("17 carnets à remettre")
	d.get(urls.Parcels()).says("17", "manquent "+order.Serial(3)+" à "+order.Serial(5))
}

func TestNoReceptionBeforeSignature(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	parcel := d.ship(d.ActiveOrder(testworld.OrderOptions{}))
	d.Exec(`UPDATE conventions SET ended_at = now()`)
	page := d.get(urls.Parcel(parcel))
	page.says("La convention n’est pas signée")
	page.silent("Tous les carnets sont-ils là")
	forced := d.ask(d.Agent, http.MethodPost, urls.Parcel(parcel), url.Values{"etat": {"complet"}})
	forced.says("aucun carnet ne peut entrer en stock")
	if forced.status != http.StatusConflict {
		t.Errorf("answered %d", forced.status)
	}
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
