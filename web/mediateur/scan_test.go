package mediateur_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

func TestASeanceFromScannerToReceipt(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{Carnets: 2})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	page.says("1 chèque · 10,00 €", "carnet …0001, n° 1", "valable")
	page = c.press(page, "Ajouter au panier", url.Values{"codes": {"HTTPS://PASSNUM.EXEMPLE/P/" + c.codes[6] + "\r\n"}})
	page.says("2 chèques · 20,00 €", "carnet …0002, n° 2")
	for _, secret := range []string{c.codes[0], c.codes[6]} {
		if strings.Contains(page.raw, secret) {
			t.Fatal("the page holds a code in clear")
		}
	}
	page = c.press(page, "Chercher", url.Values{"q": {"photo"}})
	page.says("services trouvés pour « photo »")
	sent := url.Values{"entries": {"48", "84"}, "price_cents": {"25"}, "duration_minutes": {"90"}, "first_visit": {"oui"}, "mode": {"collectif"}}
	page = c.press(page, "Calculer le reste à payer", sent)
	page.says("Reste à payer", "5,00 €")
	receipt := c.press(page, "Encaisser 2 chèques (20,00 €)", nil)
	receipt.says("2 chèques encaissés · 20,00 €", "48 · ", "84 · ", "Collectif", "1 h 30", "Première venue Oui", "Reste à payer 5,00 €", "Nouvelle séance")
	again := c.press(page, "Encaisser 2 chèques (20,00 €)", nil)
	if again.text() != receipt.text() {
		t.Errorf("sending twice shows another receipt:\n%s\n%s", again.text(), receipt.text())
	}
	if n := c.Count(`SELECT count(*) FROM redemptions`); n != 2 {
		t.Errorf("%d redemptions", n)
	}
}

func TestAnEditedSeanceIsNotTakenForTheFirst(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"entries": {"48"}})
	refused := c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"entries": {"84"}})
	if refused.status != http.StatusConflict {
		t.Fatalf("status %d", refused.status)
	}
	refused.says("déjà été encaissée", "Déjà utilisé")
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{Entries: []int16{3, 4}})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0][:15]}})
	page.says("Code mal lu", "refusé", "16 caractères")
	page = c.press(page, "Ajouter au panier", url.Values{"codes": {stranger(t)}})
	page.says("Code inconnu", "demandez un autre chèque")
	page = c.press(page, "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	page = c.press(page, "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	if page.status != http.StatusUnprocessableEntity {
		t.Errorf("the same chèque twice: %d", page.status)
	}
	page.says("déjà dans le panier")
	page = c.press(page, "Ajouter au panier", url.Values{"codes": {c.codes[1]}, "entries": {"48"}})
	page.says("Service non couvert", "0 chèque")
	if page.has("Encaisser 2 chèques (20,00 €)") {
		t.Error("the button promises what will be refused")
	}
	page = c.press(page, "Chercher", url.Values{"entries": {"3"}})
	page.says("2 chèques · 20,00 €")
	page = c.press(page, "Retirer carnet …0001, n° 1", nil)
	receipt := c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"entries": {"48"}})
	receipt.says("Aucun chèque encaissé", "Service non couvert", "Choisissez un service couvert")
}

func TestTypingErrorsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	page = c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"price_cents": {"douze"}})
	if page.status != http.StatusUnprocessableEntity || !strings.Contains(page.raw, `value="douze"`) {
		t.Errorf("status %d, or the price was lost", page.status)
	}
	page.says("Écrivez un montant", "1 chèque · 10,00 €")
	page = c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"price_cents": {""}})
	page.says("Choisissez au moins un service rendu")
	empty := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", nil)
	if empty.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing typed: %d", empty.status)
	}
}

func TestACodeLeftInTheFieldIsShownBeforeItIsTaken(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	page = c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"entries": {"48"}, "codes": {c.codes[1]}})
	page.says("2 chèques · 20,00 €")
	if n := c.Count(`SELECT count(*) FROM redemptions`); n != 0 {
		t.Errorf("%d redemptions", n)
	}
}

func TestABasketIsItsOwnersAndHasAnEnd(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{Carnets: 21, PerCarnet: 10})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {strings.Join(c.codes, " ")}})
	page.says("Le panier est plein : 200 chèques au plus", "200 chèques · 2 000,00 €")
	c.http = c.as(c.Other)
	stolen := c.press(page, "Chercher", nil)
	if strings.Contains(stolen.text(), "carnet …") {
		t.Error("somebody else's basket was opened")
	}
}

func TestTooManyAttempts(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/scanner"), "Ajouter au panier", url.Values{"codes": {c.codes[0]}})
	for range 10 {
		page = c.press(page, "Ajouter au panier", url.Values{"codes": {stranger(t)}})
	}
	blocked := c.press(page, "Encaisser 1 chèque (10,00 €)", url.Values{"entries": {"48"}})
	if blocked.status != http.StatusTooManyRequests {
		t.Errorf("status %d", blocked.status)
	}
	blocked.says("Trop de codes inconnus")
}

func TestTestingAChequeDoesNotTakeIt(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	page := c.press(c.get("/mediateur/tester"), "Tester", url.Values{"codes": {c.codes[0]}})
	page.says("Valable · 10,00 €", "Département de la Creuse", "31 décembre 2026", "Il n’a pas été encaissé")
	if strings.Contains(page.raw, c.codes[0]) {
		t.Error("the page shows the code again")
	}
	c.press(page, "Tester", url.Values{"codes": {"bonjour"}}).says("Code mal lu")
	if n := c.Count(`SELECT count(*) FROM redemptions`); n != 0 {
		t.Errorf("%d redemptions", n)
	}
}

func TestWhoMayScan(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	cases := []struct {
		actor identity.Actor
		want  int
	}{
		{c.Mediateur, http.StatusOK},
		{c.Commanditaire, http.StatusForbidden},
		{c.Agent, http.StatusForbidden},
		{identity.Actor{}, http.StatusSeeOther},
	}
	for _, a := range cases {
		c.http = c.as(a.actor)
		for _, address := range []string{"/mediateur", "/mediateur/scanner", "/mediateur/tester", "/mediateur/encaissements", "/mediateur/encaissements.csv"} {
			if got := c.send(http.MethodGet, address, nil).status; got != a.want {
				t.Errorf("%s of %q: %d, want %d", address, a.actor.Email, got, a.want)
			}
		}
	}
}

func stranger(t *testing.T) string {
	t.Helper()
	keys, err := code.ParseKeyring(code.GenerateKey("x"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := keys.Derive("x", [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return c.Clear()
}
