package aiguilleur_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/testworld"
	"passnum/web/urls"
)

// TestFromCarnetToLetter is the whole act without JavaScript: scan, hand over,
// print.
func TestFromCarnetToLetter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	card := d.press(d.get(urls.HandOver()), "Chercher ce carnet", url.Values{"carnet": {strings.ToLower(order.Serial(1))}})
	card.says("Dans votre stock", "5 chèques de 10 €", "jusqu’au 31 déc. 2026", "lieux proches de Guéret acceptent ces chèques", "Médiathèque de Guéret", "Bénéficiaire de minima sociaux")
	done := d.press(card, "Remettre et imprimer la lettre", url.Values{"public": {"minima"}})
	done.says("Carnet "+order.Serial(1)+" remis", "Imprimer la lettre", "Annuler (encore 15 min)", "Aujourd’hui : 1 remise", "Carnet suivant", "Stock : 1 carnet")
	letter := d.get(hrefOf(t, done, "Imprimer la lettre"))
	letter.says("Vos chèques Pass numérique", "Médiathèque de Guéret", "jusqu’au 31 décembre 2026", order.Serial(1), "https://pass.exemple.test/lieux")
	if pdf := d.get(hrefOf(t, done, "Lettre en PDF")); !strings.HasPrefix(pdf.body, "%PDF") {
		t.Error("the letter is not a PDF")
	}
	d.Travel(time.Minute)
	undone := d.press(d.get(urls.HandOver()), "Annuler (encore 14", nil)
	undone.says("Aujourd’hui : 0 remise", "annulée", "Stock : 2 carnets")
}

func TestWrongCarnetsAreExplained(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	d.give(order.Serial(1), "")
	d.Exec(`UPDATE carnets SET state = 'bloque' WHERE number = 2`)
	for typed, want := range map[string][]string{
		"C26-999-000001": {"Numéro inconnu", "Relisez-le sur la couverture"},
		order.Serial(1):  {"Déjà remis", "aujourd’hui à 10 h 00", "Annuler (encore 15 min)"},
		order.Serial(2):  {"Bloqué", "perdu ou volé", "Mettez-le de côté"},
	} {
		s := d.press(d.get(urls.HandOver()), "Chercher ce carnet", url.Values{"carnet": {typed}})
		s.says(want...)
		s.silent("Remettre et imprimer la lettre")
	}
	wrong := d.press(d.get(urls.HandOver()), "Chercher ce carnet", url.Values{"carnet": {"bonjour"}})
	wrong.says("Ce n’est pas un numéro de carnet", "C26-014-001258")
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `value="bonjour"`) {
		t.Errorf("answered %d, typed text lost", wrong.status)
	}
}

// TestChequeCodeStaysOutOfSight: a code typed by mistake goes neither to an
// address nor back to the page.
func TestChequeCodeStaysOutOfSight(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	secret := order.Codes(1, 1)[0].Clear()
	s := d.press(d.get(urls.HandOver()), "Chercher ce carnet", url.Values{"carnet": {secret}})
	s.says("C’est le code d’un chèque, pas le numéro du carnet")
	if s.status != http.StatusUnprocessableEntity || strings.Contains(s.body, secret) || s.location != "" {
		t.Errorf("answered %d with the code", s.status)
	}
}

func TestDoubleClickGivesOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	card := d.get(urls.HandOverOf(order.Serial(1), d.Point))
	first := d.press(card, "Remettre et imprimer la lettre", nil)
	second := d.press(card, "Remettre et imprimer la lettre", nil)
	first.says("remis")
	second.says("Carnet "+order.Serial(1)+" remis", "Aujourd’hui : 1 remise")
}

func TestLateGiveIsRefusedOnTheSpot(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	card := d.get(urls.HandOverOf(order.Serial(1), d.Point))
	d.give(order.Serial(1), "")
	refused := d.press(card, "Remettre et imprimer la lettre", nil)
	refused.says("a déjà été remis aujourd’hui")
	if refused.status != http.StatusConflict {
		t.Errorf("answered %d", refused.status)
	}
}

func TestUndoTooLateSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	d.give(order.Serial(1), "")
	page := d.get(urls.HandOver())
	d.Travel(distribution.UndoWindow)
	late := d.press(page, "Annuler", nil)
	late.says("ce délai est passé", "prévenez le commanditaire")
	if late.status != http.StatusConflict {
		t.Errorf("answered %d", late.status)
	}
}

func TestOtherPointIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	annexe := d.PointOf(d.Mairie, "Zone commerciale")
	d.Exec(`UPDATE carnets SET point_id = $1 WHERE number = 2`, annexe)
	s := d.press(d.get(urls.HandOver()), "Chercher ce carnet", url.Values{"carnet": {order.Serial(2)}})
	s.says("Autre point", "Zone commerciale", "Point de distribution : Accueil de la mairie", "Changer de point")
	d.get(urls.HandOverOf(order.Serial(2), annexe)).says("Dans votre stock")
}

func TestWhoMayServe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	h := d.give(order.Serial(1), "")
	reader := d.Member(d.Mairie, "lecteur@exemple.test", identity.RoleLecteur, identity.Capacities{Aiguilleur: true})
	if s := d.ask(reader, http.MethodGet, urls.HandOver(), nil); s.status != http.StatusForbidden {
		t.Errorf("a reader at the counter: %d", s.status)
	}
	if s := d.ask(reader, http.MethodGet, urls.Counter(), nil); s.status != http.StatusOK {
		t.Errorf("a reader at home: %d", s.status)
	}
	if s := d.ask(identity.Actor{}, http.MethodGet, urls.HandOver(), nil); s.status != http.StatusSeeOther || !strings.HasPrefix(s.location, "/connexion") {
		t.Errorf("a visitor: %d %s", s.status, s.location)
	}
	if s := d.ask(d.Other, http.MethodGet, urls.Letter(h.ID), nil); s.status != http.StatusNotFound {
		t.Errorf("a stranger's letter: %d", s.status)
	}
	empty := d.ask(d.Other, http.MethodGet, urls.HandOver(), nil)
	empty.says("Aucun point de distribution ouvert", "Ajouter un point")
}

func TestListAndSheet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	d.give(order.Serial(1), "retraite")
	d.Travel(24 * time.Hour)
	d.give(order.Serial(2), "jeune")
	d.get(urls.HandOvers()).says(order.Serial(1), order.Serial(2))
	filtered := d.get(urls.HandOvers() + "?public=jeune&du=17/11/2026")
	filtered.says(order.Serial(2))
	filtered.silent(order.Serial(1))
	d.get(urls.HandOvers() + "?public=emploi").says("Aucune remise ne correspond")
	csv := d.get(urls.HandOversCSV())
	if !strings.Contains(csv.body, "16/11/2026;10\u00a0h\u00a000;"+order.Serial(1)+";Accueil de la mairie;Retraitée, retraité;31/12/2026;") {
		t.Errorf("sheet: %s", csv.body)
	}
}

// hrefOf is the address of the link that says words.
func hrefOf(t *testing.T, s *screen, words string) string {
	t.Helper()
	for n := range s.root.Descendants() {
		if n.Data == "a" && strings.Contains(textOf(n), words) {
			return attribute(n, "href")
		}
	}
	t.Fatalf("no link %q", words)
	return ""
}
