package aiguilleur_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/testworld"
	"passnum/web/urls"
)

func (d *desk) follow(s *screen, words string) *screen {
	d.t.Helper()
	return d.get(hrefOf(d.t, s, words))
}

// TestSomeChequesAtTheCounter gives two chèques, sees the rest stay in stock,
// gives the rest to somebody else, and takes it back.
func TestSomeChequesAtTheCounter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	choose := d.follow(d.get(urls.HandOverOf(order.Serial(1), d.Point)), "Quelques chèques seulement")
	choose.says("Chèques à remettre", "n° 5", "Tout le carnet")
	none := d.press(choose, "Remettre les chèques cochés", url.Values{"public": {"jeune"}, "langue": {"ar"}})
	none.says("Cochez au moins un chèque")
	if none.status != http.StatusUnprocessableEntity || !strings.Contains(none.body, `value="ar" selected`) {
		t.Errorf("answered %d, choices lost", none.status)
	}
	done := d.press(choose, "Remettre les chèques cochés", url.Values{"ranks": {"1", "2"}, "langue": {"ar"}})
	done.says("2 chèques (n° 1 et 2) du carnet "+order.Serial(1)+" remis", "Stock : 1 carnet et 1 entamé", "chèques n° 1 et 2")
	if href := hrefOf(t, done, "Imprimer la lettre"); !strings.Contains(href, "langue=ar") || !strings.Contains(href, "imprimer=1") {
		t.Errorf("the letter is at %s", href)
	}
	rest := d.get(urls.HandOverOf(order.Serial(1), d.Point))
	rest.says("Entamé au guichet", "Il reste 3 chèques", "n° 3")
	rest.silent("Quelques chèques seulement")
	d.press(rest, "Remettre les chèques cochés", url.Values{"ranks": {"3", "4", "5"}}).says("Aujourd’hui : 2 remises")
	d.get(urls.HandOverOf(order.Serial(1), d.Point)).says("Tous les chèques de ce carnet ont déjà été remis", "Annuler (encore 15 min)")
	d.get(urls.Counter()).says("Aujourd’hui : 2 remises", d.Agent.Name)
	late := d.press(choose, "Remettre les chèques cochés", url.Values{"ranks": {"2"}, "cle": {uuid.NewString()}})
	if late.says("Déjà remis"); late.status != http.StatusConflict {
		t.Errorf("a chèque given twice: %d", late.status)
	}
	d.press(d.get(urls.HandOver()), "Annuler", nil).says("annulée", "Aujourd’hui : 1 remise", "Stock : 1 carnet et 1 entamé")
}

func TestHouseholdAtTheCounter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order, other := d.ActiveOrder(testworld.OrderOptions{Carnets: 4}), d.ActiveOrder(testworld.OrderOptions{})
	s := d.follow(d.get(urls.HandOverOf(order.Serial(1), d.Point)), "Plusieurs carnets au même foyer")
	s = d.scan(s, order.Serial(2))
	s = d.scan(s, order.Serial(3))
	s.says("Remettre à un foyer", "Remettre les 3 carnets et imprimer la lettre", order.Serial(1), order.Serial(2), order.Serial(3))
	refused := d.scan(s, "C26-999-000001")
	refused.says("Aucun carnet ne porte ce numéro", "Remettre les 3 carnets")
	d.scan(s, other.Serial(1)).says("Autre commande", "Remettez-les l’un après l’autre")
	done := d.press(d.follow(s, "Retirer le carnet "+order.Serial(2)), "Remettre les 2 carnets", url.Values{"public": {"minima"}})
	done.says("2 carnets remis au même foyer", "Aujourd’hui : 2 remises", "avec un foyer", "Annuler les 2 (encore 15 min)")
	d.get(hrefOf(t, done, "Imprimer la lettre")).says(order.Serial(1), order.Serial(3))
	undone := d.press(done, "Annuler les 2", nil)
	undone.says("annulée", "Aujourd’hui : 0 remise", "Stock : 6 carnets")
}

// scan types a number in the carnet's field and presses Enter, which is the same
// as the form's only button.
func (d *desk) scan(s *screen, serial string) *screen {
	d.t.Helper()
	for form := range s.root.Descendants() {
		if form.Data != "form" || attribute(form, "action") != urls.HandOver() {
			continue
		}
		values := fields(form)
		values.Set("carnet", serial)
		answer := d.ask(d.Agent, http.MethodPost, urls.HandOver(), values)
		if answer.status == http.StatusSeeOther {
			return d.get(answer.location)
		}
		return answer
	}
	d.t.Fatal("no field to scan into")
	return nil
}

// TestPostedLetter: the address is on the letter, and nowhere else afterwards.
func TestPostedLetter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	form := d.follow(d.get(urls.HandOverOf(order.Serial(1), d.Point)), "Envoyer par courrier")
	form.says("Adresse de la personne", "gardée nulle part")
	for typed, want := range map[string]string{
		"":                          "Tapez l’adresse",
		"Mme Zéphyrine\nRue du Lac": "code postal et de la ville",
		strings.Repeat("x", 39) + "\n23000 GUÉRET": "La ligne 1 est trop longue",
		"a\nb\nc\nd\ne\nf\n23000 GUÉRET":           "6 lignes au plus",
	} {
		wrong := d.press(form, "Remettre par courrier", url.Values{"adresse": {typed}})
		wrong.says(want)
		if wrong.status != http.StatusUnprocessableEntity {
			t.Errorf("%q answered %d", typed, wrong.status)
		}
	}
	home := url.Values{"adresse": {"Mme Zéphyrine LAVERGNE\r\n12 rue du Lac\r\n\r\n23000  GUÉRET"}}
	for range 2 { // the second is a reload of the answer
		sheet := d.press(form, "Remettre par courrier", home)
		sheet.says("Mme Zéphyrine LAVERGNE", "12 rue du Lac", "23000 GUÉRET", "Accueil de la mairie", "Vos chèques Pass numérique", order.Serial(1))
		if sheet.status != http.StatusOK || sheet.location != "" || sheet.cache != "no-store" {
			t.Errorf("answered %d %q, cache %q", sheet.status, sheet.location, sheet.cache)
		}
	}
	d.get(urls.HandOver()).says("par courrier", "Aujourd’hui : 1 remise")
	if n := d.Count(`SELECT count(*) FROM handovers WHERE channel = 'courrier'`); n != 1 {
		t.Errorf("%d hand-overs by post", n)
	}
	d.forgotten("Zéphyrine", "rue du Lac")
	d.press(d.get(urls.HandOver()), "Annuler", nil).says("annulée", "Aujourd’hui : 0 remise")
}

// forgotten looks for words in every row of every table.
func (d *desk) forgotten(words ...string) {
	d.t.Helper()
	rows, err := d.Owner.Query(d.t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		d.t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			d.t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if len(tables) < 30 {
		d.t.Fatalf("only %d tables", len(tables))
	}
	for _, table := range tables {
		for _, word := range words {
			if n := d.Count(`SELECT count(*) FROM `+table+` AS t WHERE t::text ILIKE '%' || $1 || '%'`, word); n > 0 {
				d.t.Errorf("%s keeps %q", table, word)
			}
		}
	}
}

// TestOrientationComesBack: the services proposed are shown, can be removed, and
// are kept with the hand-over.
func TestOrientationComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	var pathway string
	if err := d.Owner.QueryRow(t.Context(), `SELECT id::text FROM pathways WHERE commanditaire_id IS NULL LIMIT 1`).Scan(&pathway); err != nil {
		t.Fatal(err)
	}
	s := d.get(urls.HandOverOf(order.Serial(1), d.Point) + "&services=3,44,999&parcours=" + pathway)
	s.says("Services proposés", "Décochez ce que la personne ne veut pas")
	if point := hrefOf(t, s, "Faire le point avec la personne"); !strings.Contains(point, "/aiguilleur/orientation?") || !strings.Contains(point, "carnet="+order.Serial(1)) {
		t.Errorf("the diagnostic is at %s", point)
	}
	d.press(s, "Remettre et imprimer", url.Values{"service": {"44"}})
	if n := d.Count(`SELECT count(*) FROM handovers WHERE entries = '{44}' AND pathway_id = $1`, pathway); n != 1 {
		t.Error("the services agreed to are not kept")
	}
}

func TestUndoFromTheListOfTheDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{})
	d.give(order.Serial(1), "")
	d.Travel(6 * time.Minute)
	d.get(urls.HandOvers()).says("Annuler (encore 9 min)", d.Agent.Name)
	csv := d.get(urls.HandOversCSV())
	if !strings.Contains(csv.body, ";guichet;;"+d.Agent.Name) {
		t.Errorf("sheet: %s", csv.body)
	}
}
