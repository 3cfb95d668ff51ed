package mediateur_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passnum/internal/testworld"
)

// take redeems the n-th code in a séance of its own and returns the receipt.
func (c *counter) take(n ...int) *screen {
	c.t.Helper()
	var codes []string
	for _, i := range n {
		codes = append(codes, c.codes[i])
	}
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {strings.Join(codes, "\n")}})
	form, _ := page.formOf("Chercher")
	values := fieldsOf(form)
	values.Set("action", "encaisser")
	values["entries"] = []string{"48"}
	answer := c.send(http.MethodPost, "/mediateur/scanner", values)
	if answer.status != http.StatusSeeOther {
		c.t.Fatalf("status %d: %s", answer.status, answer.text())
	}
	return c.get(answer.header.Get("Location"))
}

func TestUndoFromTheReceiptAndFromTheDay(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	receipt := c.take(0, 1, 2)
	receipt.says("3 chèques encaissés", "encore 14 h")
	asked := c.follow(receipt, "Annuler carnet …0001, n° 2")
	asked.says("carnet …0001, n° 2", "Pourquoi annuler ?")
	c.press(asked, "Annuler 1 chèque (10,00 €)", nil).says("Dites pourquoi")
	c.press(asked, "Annuler 1 chèque (10,00 €)", url.Values{"motif": {"autre"}}).says("Écrivez la raison")
	receipt = c.press(asked, "Annuler 1 chèque (10,00 €)", url.Values{"motif": {"Chèque scanné par erreur"}, "precision": {"deux fois"}})
	receipt.says("2 chèques encaissés · 20,00 €", "annulé", "Annulé à 10 h 00, Chèque scanné par erreur : deux fois")
	day := c.get("/mediateur")
	day.says("Séances 1", "Chèques 2", "Montant 20,00 €")
	why := url.Values{"motif": {"Service non rendu ou interrompu"}}
	day = c.press(c.follow(day, "Annuler carnet …0001, n° 1"), "Annuler 1 chèque (10,00 €)", why)
	day.says("Chèques 1")
	asked = c.follow(receipt, "Annuler toute la séance")
	receipt = c.press(asked, "Annuler 1 chèque (10,00 €)", why)
	receipt.says("Séance annulée")
	c.get(attribute(asked.form(), "action")).says("Il n’y a rien à annuler", "C’est déjà annulé")
	c.get("/mediateur").says("Séances 0", "Montant 0,00 €")
}

func TestUndoTheDayAfter(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	receipt := c.take(0)
	asked := c.follow(receipt, "Annuler carnet …0001, n° 1")
	c.Travel(24 * time.Hour)
	late := c.press(asked, "Annuler 1 chèque (10,00 €)", url.Values{"motif": {"Chèque scanné par erreur"}})
	if late.status != http.StatusConflict {
		t.Errorf("status %d", late.status)
	}
	late.says("L’annulation n’est possible que le jour de l’encaissement")
	c.get("/mediateur").says("Aucun chèque encaissé aujourd’hui")
}

func TestAnotherStructuresReceipt(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	form, _ := page.formOf("Encaisser 1 chèque (10,00 €)")
	values := fieldsOf(form)
	values.Set("action", "encaisser")
	values.Set("entries", "48")
	address := c.send(http.MethodPost, "/mediateur/scanner", values).header.Get("Location")
	c.http = c.as(c.Other)
	for _, try := range []string{address, "/mediateur/recus/nonsense"} {
		if got := c.send(http.MethodGet, try, nil).status; got != http.StatusNotFound {
			t.Errorf("%s: %d", try, got)
		}
	}
	undo := strings.Replace(address, "/recus/", "/encaissements/", 1) + "/annuler"
	if got := c.send(http.MethodPost, undo, url.Values{}).status; got != http.StatusNotFound {
		t.Errorf("undo: %d", got)
	}
}

func TestTakingsAreListedFilteredAndExported(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{Carnets: 6, PerCarnet: 10})
	for i := range 20 {
		c.take(3*i, 3*i+1, 3*i+2)
		c.Travel(time.Minute)
	}
	page := c.get("/mediateur/encaissements?du=16/11/2026&etat=a_payer")
	page.says("Séances 20", "Chèques encaissés 60", "Montant 600,00 €", "à payer", "Page suivante")
	next := ""
	for n := range page.root.Descendants() {
		if attribute(n, "rel") == "next" {
			next = attribute(n, "href")
		}
	}
	if !strings.Contains(next, "etat=a_payer") || !strings.Contains(next, "du=16") {
		t.Errorf("the next page forgets the filters: %s", next)
	}
	if n := strings.Count(c.get(next).text(), "à payer"); n < 10 {
		t.Errorf("the second page shows %d lines", n)
	}
	c.get("/mediateur/encaissements?du=17/11/2026").says("Aucun encaissement ne correspond", "Tout afficher")
	csv := c.send(http.MethodGet, "/mediateur/encaissements.csv?du=16/11/2026", nil)
	if lines := strings.Count(csv.raw, "\r\n"); lines != 61 || !strings.Contains(csv.raw, c.order.Serial(1)) {
		t.Errorf("the sheet has %d lines", lines)
	}
	if !strings.HasPrefix(csv.header.Get("Content-Disposition"), "attachment") {
		t.Error("the sheet is not a download")
	}
}
