package aiguilleur

import (
	"strconv"

	"passnum/internal/distribution"
	"passnum/internal/guidance"
	"passnum/internal/referentiel"
	"passnum/web/ui"
	"passnum/web/urls"
)

// proposalView is what a diagnostic proposes, ready to be drawn.
type proposalView struct {
	desk     desk
	levels   []proposedLevel
	services []ui.Option // to untick
	pathways []ui.Option
	shown    []proposedPathway
	places   []proposedPlace
	again    string
}

type proposedLevel struct {
	name   string
	titles []string
}

type proposedPathway struct {
	title, summary string
	steps          []string
}

type proposedPlace struct {
	name, distance, address, hours, phone string
	gives                                 string
}

func newProposalView(set room, entries []int, pathways []guidance.Pathway, places []distribution.NearPlace) proposalView {
	v := proposalView{desk: set.desk, again: urls.With(urls.Orientation(), set.desk.pairs()...)}
	ref := referentiel.Load()
	for _, e := range entries {
		entry, _ := ref.Entry(e)
		level, _ := ref.Level(entry.Level)
		if n := len(v.levels); n == 0 || v.levels[n-1].name != level.Name {
			v.levels = append(v.levels, proposedLevel{name: level.Name})
		}
		last := &v.levels[len(v.levels)-1]
		last.titles = append(last.titles, entry.Label)
		v.services = append(v.services, ui.Option{Value: strconv.Itoa(e), Label: entry.Label, Checked: true})
	}
	for i, p := range pathways {
		v.shown = append(v.shown, newProposedPathway(p))
		v.pathways = append(v.pathways, ui.Option{Value: p.ID.String(), Label: p.Title, Hint: p.Summary, Checked: i == 0})
	}
	if len(pathways) > 0 {
		v.pathways = append(v.pathways, ui.Option{Value: "", Label: "Pas de parcours, les services seulement"})
	}
	for _, p := range places {
		v.places = append(v.places, newProposedPlace(p, len(entries)))
	}
	return v
}

func newProposedPathway(p guidance.Pathway) proposedPathway {
	v := proposedPathway{title: p.Title, summary: p.Summary}
	for _, s := range p.Steps() {
		v.steps = append(v.steps, s.Title())
	}
	return v
}

func newProposedPlace(p distribution.NearPlace, wanted int) proposedPlace {
	v := proposedPlace{name: p.Name, distance: p.Distance, address: p.Address, hours: p.Hours, phone: phone(p.Phone)}
	switch n := len(p.Gives); {
	case n == 0:
		v.gives = "Accepte ces chèques, mais ne donne pas ces services."
	case n == wanted:
		v.gives = "Donne tous ces services."
	default:
		v.gives = "Donne " + strconv.Itoa(n) + " de ces " + strconv.Itoa(wanted) + " services."
	}
	return v
}

func withError(c ui.Choices, sentence string) ui.Choices {
	c.Error = sentence
	return c
}

// deskFields are the hidden fields that bring an orientation back to its work
// screen; what was proposed before is replaced.
func deskFields(d desk) []ui.Pair {
	d.services, d.pathway = nil, nil
	var fields []ui.Pair
	pairs := d.pairs()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fields = append(fields, ui.Pair{Key: pairs[i], Value: pairs[i+1]})
		}
	}
	return fields
}
