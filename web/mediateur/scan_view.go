package mediateur

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/internal/referentiel"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// scanView is the scanner, ready to be drawn.
type scanView struct {
	key, sealed  string
	places       []ui.Option
	noPlace      bool
	rejected     []ui.Line
	carnets      []carnetLines
	tally        string // « 2 chèques · 20,00 € »
	button       string // empty when nothing can be redeemed
	chosen       []ui.Option
	search       string
	found        []ui.Option
	searched     string // what the search gave, in words
	modes        []ui.Option
	durations    []ui.Option
	firstVisits  []ui.Option
	price        string
	priceSummary []ui.SummaryRow
	priceNote    string
	moreOpen     bool
	facts        scriptFacts
	waiting      waiting
	expected     *expectedView // the atelier that the scanner was opened for
}

// carnetLines is the chèques of one carnet in the basket: a group workshop shows
// whose are whose.
type carnetLines struct {
	title string // empty when there is one carnet only
	note  string // where it stands on its parcours
	lines []ui.Line
}

// mostFound bounds what a search of services shows.
const mostFound = 12

func newScanView(form scanForm, s sitting, desk redemption.Desk, sealed string) scanView {
	v := scanView{key: form.key, sealed: sealed, noPlace: len(desk.Places) == 0, search: form.search, price: form.price}
	if len(desk.Places) > 1 {
		v.places = placeOptions(desk)
	}
	for _, r := range s.rejected {
		v.rejected = append(v.rejected, ui.Line{Tone: ui.Bad, Strong: r.Word, Detail: r.Sentence, Word: "refusé"})
	}
	v.carnets = basketLines(s)
	count, amount := counted(s)
	v.tally = format.Count(count, "chèque", "chèques") + " · " + amount.String()
	if count > 0 {
		v.button = "Encaisser " + format.Count(count, "chèque", "chèques") + " (" + amount.String() + ")"
	}
	v.services(form, desk)
	v.modes = ui.Selected([]ui.Option{{Value: "individuel", Label: "Individuel"}, {Value: "collectif", Label: "Collectif"}}, form.mode)
	v.details(form, amount)
	return v
}

func placeOptions(desk redemption.Desk) []ui.Option {
	options := make([]ui.Option, len(desk.Places))
	for i, p := range desk.Places {
		options[i] = ui.Option{Value: p.ID.String(), Label: p.Name + ", " + p.Town, Checked: p.ID == desk.Place}
	}
	return options
}

func counted(s sitting) (int, money.Cents) {
	count, amount := 0, money.Cents(0)
	for _, r := range s.results {
		if r.Status == redemption.Valid {
			count++
			amount += r.FaceValue
		}
	}
	return count, amount
}

// basketLines groups the basket by carnet, in the order of the first chèques.
func basketLines(s sitting) []carnetLines {
	var carnets []carnetLines
	where := map[string]int{}
	for i := range s.basket {
		serial, line := "", ui.Line{Tone: ui.Warn, Strong: "Chèque à vérifier", Word: "en attente", Action: removeButton(i, "")}
		if i < len(s.results) {
			serial, line = s.results[i].Serial, basketLine(i, s.results[i])
		}
		at, known := where[serial]
		if !known {
			at = len(carnets)
			where[serial] = at
			carnets = append(carnets, carnetLines{title: carnetTitle(serial)})
		}
		carnets[at].lines = append(carnets[at].lines, line)
		carnets[at].note = cmp.Or(carnets[at].note, s.notes[i])
	}
	if len(carnets) == 1 {
		carnets[0].title = ""
	}
	return carnets
}

func carnetTitle(serial string) string {
	if serial == "" {
		return "À vérifier"
	}
	return "Carnet " + serial
}

func basketLine(i int, r redemption.Result) ui.Line {
	name := chequeName(r.Serial, r.Rank)
	if r.Status == redemption.Valid {
		return ui.Line{Tone: ui.Good, Strong: r.FaceValue.String(), Title: " · " + name, Word: "valable", Action: removeButton(i, name)}
	}
	return ui.Line{Tone: ui.Bad, Strong: reasonWord(r.Reason), Title: " · " + name, Detail: r.Message, Word: "refusé", Action: removeButton(i, name)}
}

// chequeName is a chèque as its stub names it, short enough for a phone.
func chequeName(serial string, rank int) string {
	if serial == "" {
		return "chèque"
	}
	return "carnet …" + serial[max(0, len(serial)-4):] + ", n°\u00a0" + strconv.Itoa(rank)
}

// services offers what was chosen, then the place's habits, then what a search
// found: nothing chosen is ever out of sight.
func (v *scanView) services(form scanForm, desk redemption.Desk) {
	ref := referentiel.Load()
	shown := slices.Clone(form.entries)
	for _, n := range desk.Favourites {
		if !slices.Contains(shown, n) {
			shown = append(shown, n)
		}
	}
	for _, n := range shown {
		v.chosen = append(v.chosen, serviceOption(ref, n, slices.Contains(form.entries, n)))
	}
	if form.search == "" {
		return
	}
	matches := ref.Search(form.search)
	for _, e := range matches {
		if len(v.found) < mostFound && !slices.Contains(shown, e.Number) {
			v.found = append(v.found, serviceOption(ref, e.Number, false))
		}
	}
	v.searched = format.Count(len(matches), "service trouvé", "services trouvés") + " pour «\u00a0" + form.search + "\u00a0»."
	switch {
	case len(matches) == 0:
		v.searched += " Essayez un autre mot, ou le numéro du service."
	case len(matches) > mostFound:
		v.searched += " Les " + strconv.Itoa(mostFound) + " premiers sont ci-dessous\u00a0: précisez pour voir les autres."
	}
}

func serviceOption(ref *referentiel.Referentiel, n int, checked bool) ui.Option {
	return ui.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n) + " · " + ref.Label(n), Checked: checked}
}

var durations = []int{15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 360, 480}

func (v *scanView) details(form scanForm, amount money.Cents) {
	v.durations = []ui.Option{{Value: "", Label: "Non précisée"}}
	for _, minutes := range durations {
		v.durations = append(v.durations, ui.Option{Value: strconv.Itoa(minutes), Label: durationWords(minutes)})
	}
	v.durations = ui.Selected(v.durations, form.duration)
	v.firstVisits = ui.Selected([]ui.Option{{Value: "oui", Label: "Oui"}, {Value: "non", Label: "Non"}, {Value: "", Label: "Je ne sais pas"}}, form.firstVisit)
	v.moreOpen = form.duration != "" || form.price != "" || form.firstVisit != ""
	if price, given, err := form.priceCents(); given && err == nil {
		v.priceSummary, v.priceNote = priceRows(price, amount)
	}
}

// priceRows says what the chèques pay, and that no change is given.
func priceRows(price, amount money.Cents) (rows []ui.SummaryRow, note string) {
	rows = []ui.SummaryRow{
		{Key: "Prix du service", Value: price.String()},
		{Key: "Chèques", Value: "− " + amount.String()},
		{Key: "Reste à payer", Value: max(0, price-amount).String()},
	}
	if amount > price {
		note = "Les chèques dépassent le prix de " + (amount - price).String() + ". Il n’y a pas de rendu de monnaie."
	}
	return rows, note
}

func durationWords(minutes int) string {
	switch {
	case minutes < 60:
		return strconv.Itoa(minutes) + " min"
	case minutes%60 == 0:
		return strconv.Itoa(minutes/60) + " h"
	default:
		return strconv.Itoa(minutes/60) + " h " + strconv.Itoa(minutes%60)
	}
}

func serviceNames(entries []int) string {
	ref := referentiel.Load()
	names := make([]string, len(entries))
	for i, n := range entries {
		names[i] = strconv.Itoa(n) + " · " + ref.Label(n)
	}
	return strings.Join(names, "\n")
}

func modeWord(m redemption.Mode) string {
	if m == redemption.Collectif {
		return "Collectif"
	}
	return "Individuel"
}

// searchID makes the search field the one a refusal about services leads to
// while no tile is there to take it.
func (v scanView) searchID() string {
	if len(v.chosen) == 0 {
		return "entries"
	}
	return "q"
}

func (v scanView) searchLabel() string {
	if len(v.chosen) == 0 {
		return "Service rendu\u00a0: chercher parmi les 129"
	}
	return "Chercher parmi les 129 services"
}

func (v scanView) searchError(p ui.Page) string {
	if len(v.chosen) == 0 {
		return p.Errors.For("entries")
	}
	return ""
}

// keepsCursor keeps the cursor ready for a USB scanner, unless a refusal about
// something else has to be read first.
func keepsCursor(p ui.Page) bool { return !p.Errors.Any() || p.Errors.For("codes") != "" }

// lineModels are the lines of a basket that the script copies.
func lineModels() []ui.Line {
	var lines []ui.Line
	for _, tone := range []ui.Tone{ui.Good, ui.Bad, ui.Warn} {
		lines = append(lines, ui.Line{Tone: tone, Strong: "–", Title: "–", Detail: "–", Word: "–", Action: removeButton(0, "–")})
	}
	return lines
}

// verdictModels are the verdicts that the script copies.
func verdictModels() []ui.VerdictArgs {
	var verdicts []ui.VerdictArgs
	for _, tone := range []ui.Tone{ui.Good, ui.Bad, ui.Warn, ui.Info} {
		verdicts = append(verdicts, ui.VerdictArgs{Tone: tone, Word: "–", Reason: "–"})
	}
	return verdicts
}
