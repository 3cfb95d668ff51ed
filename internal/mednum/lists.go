package mednum

import (
	"slices"
	"strings"

	"passnum/internal/fold"
)

// readLists sorts the words of the columns with a list, whichever version
// wrote them and in whichever column.
func (r *row) readLists() {
	p := &r.record
	for _, code := range parts(r.values["typologie"]) {
		p.Typologies = add(p.Typologies, strings.ToUpper(code))
	}
	r.sort("services", &p.Services)
	r.sort("itinerance", &p.Itinerance)
	r.sort("modalites_acces", &p.AccessWays)
	r.sort("modalites_accompagnement", &p.Modes)
	r.sort("publics_specifiquement_adresses", &p.Audiences)
	r.sort("prise_en_charge_specifique", &p.SpecialCare)
	r.sort("frais_a_charge", &p.Fees)
	r.sort("dispositif_programmes_nationaux", &p.Programmes)
	r.sort("formations_labels", &p.Labels)
	for _, word := range parts(r.values["autres_formations_labels"] + "|" + r.values["labels_autres"]) {
		r.other(word)
	}
	r.sort("publics_accueillis", nil)
	r.sort("conditions_acces", nil)
	r.sort("labels_nationaux", nil)
}

// fallbacks are where a word may belong when its own column does not know it,
// for the columns of version 0.1.1, that mixed what was then set apart.
var fallbacks = map[string][]string{
	"publics_accueillis":              {"publics_specifiquement_adresses", "prise_en_charge_specifique"},
	"conditions_acces":                {"frais_a_charge"},
	"labels_nationaux":                {"dispositif_programmes_nationaux", "formations_labels"},
	"formations_labels":               {"dispositif_programmes_nationaux"},
	"dispositif_programmes_nationaux": {"formations_labels"},
}

func (r *row) sort(column string, into *[]string) {
	for _, word := range parts(r.values[column]) {
		if acceptsPass(word) {
			r.other(word)
			continue
		}
		if into != nil {
			if meant, known := vocabularies[column][fold.Text(word)]; known {
				r.keep(into, meant, word)
				continue
			}
		}
		if !r.elsewhere(column, word) {
			r.unknown(column, word)
		}
	}
}

// keep adds what the word means; some words only have a place among other labels.
func (r *row) keep(into *[]string, meant []string, word string) {
	if len(meant) == 0 && same(word, poste) {
		r.other(poste)
	}
	for _, m := range meant {
		*into = add(*into, m)
	}
}

func (r *row) elsewhere(column, word string) bool {
	p := &r.record
	lists := map[string]*[]string{"publics_specifiquement_adresses": &p.Audiences, "prise_en_charge_specifique": &p.SpecialCare, "frais_a_charge": &p.Fees,
		"dispositif_programmes_nationaux": &p.Programmes, "formations_labels": &p.Labels}
	for _, other := range fallbacks[column] {
		if meant, known := vocabularies[other][fold.Text(word)]; known {
			r.keep(lists[other], meant, word)
			return true
		}
	}
	return false
}

// unknown keeps a label as another one, and leaves out any other word.
func (r *row) unknown(column, word string) {
	switch column {
	case "formations_labels", "labels_nationaux", "dispositif_programmes_nationaux":
		r.other(word)
		r.note(column, word, "Ce mot n’est pas dans la liste du schéma\u00a0: il est gardé avec les autres labels.")
	default:
		r.note(column, word, "Ce mot n’est pas dans la liste du schéma\u00a0: il est laissé.")
	}
}

// other keeps a label of no list. That the Pass numérique was accepted is kept
// as history: whether our chèques are is decided by qualification.
func (r *row) other(word string) {
	switch {
	case acceptsPass(word):
		word = Formerly
	case same(word, poste):
		word = poste
	}
	r.record.OtherLabels = add(r.record.OtherLabels, word)
}

func add(list []string, word string) []string {
	if slices.Contains(list, word) {
		return list
	}
	return append(list, word)
}
