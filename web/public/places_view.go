package public

import (
	"fmt"
	"strconv"
	"strings"

	"passnum/internal/hours"
	"passnum/internal/referentiel"
	"passnum/internal/reporting"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// placesView is a search among places, ready to be shown.
type placesView struct {
	Title      string
	Lead       string
	Commune    ui.Commune
	Categories []ui.Option
	Levels     []ui.Option
	Modes      []ui.Option
	Radii      []ui.Option
	Free       bool
	Located    bool
	Service    ui.ComboboxArgs
	Wanted     string // the services looked for, in a sentence
	Precise    bool
	Reset      string
	Choices    []ui.NumberedItem // communes that bear the name
	Places     []placeView
	Empty      ui.EmptyArgs
	Pager      ui.Pagination
}

// placeView is one place, ready to be shown.
type placeView struct {
	reporting.Place
	Href       string
	Far        string
	Address    []string
	Hours      []string
	Tel        string
	Lead       string
	Offer      string // « 42 services · en atelier »
	Modes      []string
	Categories []entryGroup
}

// entryGroup is the services of a category that a place gives.
type entryGroup struct {
	Title   string
	Entries []string
}

func placesTitle(q placesQuery) string {
	if q.Commune != nil {
		return "Lieux près " + format.Of(q.Commune.Name)
	}
	return "Trouver un lieu"
}

func newPlacesView(q placesQuery, list []reporting.Place) placesView {
	v := placesView{Title: placesTitle(q), Lead: "Ils acceptent vos chèques. Appelez avant de venir, dites que vous avez un Pass numérique.", Free: q.Free, Located: q.Commune != nil}
	v.Commune = ui.Commune{Field: ui.Field{Name: "commune", Label: "Commune", Value: q.Typed}}
	if q.Commune != nil {
		v.Commune.Code = q.Commune.Code
	}
	if q.Refusal != nil {
		v.Commune.Error = ui.ErrorsFrom(q.Refusal).For("commune")
	}
	v.fillFilters(q)
	for _, p := range list {
		v.Places = append(v.Places, newPlaceView(p))
	}
	for _, c := range q.Several {
		v.Choices = append(v.Choices, ui.NumberedItem{Title: c.Label(), Href: q.address("commune", c.Label(), "commune_code", c.Code), Detail: c.Former})
	}
	v.Empty = emptyPlaces(q)
	if q.filtered() {
		v.Reset = placesQuery{Typed: q.Typed, Commune: q.Commune, Radius: q.Radius}.address()
	}
	return v
}

func (v *placesView) fillFilters(q placesQuery) {
	v.Categories = []ui.Option{{Label: "Tout"}}
	for _, c := range referentiel.Load().Categories() {
		v.Categories = append(v.Categories, ui.Option{Value: c.Code, Label: c.Name, Checked: c.Code == q.Category})
	}
	v.Levels = []ui.Option{{Label: "Tous"}}
	for _, l := range referentiel.Load().Levels() {
		v.Levels = append(v.Levels, ui.Option{Value: strconv.Itoa(l.Number), Label: fmt.Sprintf("%d. %s", l.Number, l.Name), Checked: l.Number == q.Level})
	}
	v.Modes = ui.Selected([]ui.Option{{Label: "Peu importe"}, {Value: "individuel", Label: "À deux, avec quelqu’un"}, {Value: "collectif", Label: "En atelier, à plusieurs"}}, q.Mode)
	for _, km := range radii {
		label := fmt.Sprintf("%d\u00a0km", km)
		if km == 0 {
			label = "Partout"
		}
		v.Radii = append(v.Radii, ui.Option{Value: strconv.Itoa(km), Label: label, Checked: km == q.Radius})
	}
	v.Service = ui.ComboboxArgs{Field: ui.Field{Name: "apprendre", Label: "Pour apprendre", Value: q.Words, Hint: "Photo, impôts, smartphone…"}, Source: urls.ProposeServices(), ValueName: "service"}
	if q.Entry > 0 {
		v.Service.Chosen = strconv.Itoa(q.Entry)
	}
	v.Wanted, v.Precise = wanted(q), q.precise()
}

// wanted names the services that the words typed stand for.
func wanted(q placesQuery) string {
	const named = 2
	services := q.services()
	if len(services) == 0 {
		return ""
	}
	var labels []string
	for _, e := range services[:min(named, len(services))] {
		labels = append(labels, "«\u00a0"+e.Label+"\u00a0»")
	}
	if rest := len(services) - named; rest > 0 {
		labels = append(labels, format.Count(rest, "autre service", "autres services"))
	}
	if len(services) == 1 {
		return "Lieux qui proposent " + labels[0] + "."
	}
	return "Lieux qui proposent l’un de ces services\u00a0: " + format.List(labels) + "."
}

// emptyPlaces says what to try next: fewer conditions, then further away.
func emptyPlaces(q placesQuery) ui.EmptyArgs {
	switch {
	case q.Words != "" && len(q.services()) == 0:
		return ui.EmptyArgs{Title: "Aucun service ne correspond à «\u00a0" + q.Words + "\u00a0»", Body: "Essayez un autre mot, ou parcourez la liste de ce que l’on peut apprendre.",
			Action: "Voir tous les services", ActionHref: urls.Referentiel()}
	case q.filtered():
		return ui.EmptyArgs{Title: "Aucun lieu ne remplit toutes ces conditions", Body: "Retirez-en une, ou cherchez plus loin.", Action: "Retirer les filtres",
			ActionHref: placesQuery{Typed: q.Typed, Commune: q.Commune, Radius: q.Radius}.address()}
	case q.Commune != nil && q.Radius != 0:
		next := 0
		for i, km := range radii {
			if km == q.Radius && i+1 < len(radii) {
				next = radii[i+1]
			}
		}
		label := "Chercher partout"
		if next > 0 {
			label = fmt.Sprintf("Chercher jusqu’à %d\u00a0km", next)
		}
		return ui.EmptyArgs{Title: fmt.Sprintf("Aucun lieu à moins de %d\u00a0km", q.Radius), Body: "Le réseau grandit. En attendant, regardez un peu plus loin.", Action: label, ActionHref: q.address("rayon", strconv.Itoa(next))}
	default:
		return ui.EmptyArgs{Title: "Aucun lieu n’est encore publié", Body: "Revenez bientôt\u00a0: les premiers lieux sont en cours de qualification."}
	}
}

func newPlaceView(p reporting.Place) placeView {
	v := placeView{Place: p, Href: urls.PublicPlace(p.ID), Hours: hours.Lines(p.OpeningHours), Tel: "tel:" + strings.Map(dialled, p.Phone)}
	for _, line := range []string{p.Complement, p.Street, strings.TrimSpace(p.PostalCode + " " + p.Town)} {
		if line != "" {
			v.Address = append(v.Address, line)
		}
	}
	if p.Km > 0 && p.Km < reporting.Unplaced {
		v.Far = "à " + format.Distance(int(p.Km*1000))
	}
	var offer []string
	if n := len(p.Entries); n > 0 {
		offer = append(offer, format.Count(n, "service", "services"))
	}
	for _, m := range p.Modes {
		switch m {
		case "individuel":
			v.Modes = append(v.Modes, "Quelqu’un s’occupe de vous, rien que de vous.")
			offer = append(offer, "seul avec quelqu’un")
		case "collectif":
			v.Modes = append(v.Modes, "Des ateliers réunissent plusieurs personnes.")
			offer = append(offer, "en atelier")
		}
	}
	v.Offer = strings.Join(offer, " · ")
	v.Lead = p.Town
	if p.StructureName != p.Name {
		v.Lead = p.StructureName + ", " + p.Town
	}
	v.group()
	return v
}

func dialled(r rune) rune {
	if r == '+' || (r >= '0' && r <= '9') {
		return r
	}
	return -1
}

// group sorts the place's services by category.
func (v *placeView) group() {
	ref := referentiel.Load()
	given := map[int]bool{}
	for _, e := range v.Entries {
		given[int(e)] = true
	}
	for _, c := range ref.Categories() {
		g := entryGroup{Title: c.Name}
		for _, e := range c.Entries {
			if given[e.Number] {
				g.Entries = append(g.Entries, e.Label)
			}
		}
		if len(g.Entries) > 0 {
			v.Categories = append(v.Categories, g)
		}
	}
}
