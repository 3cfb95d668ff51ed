package public

import (
	"fmt"
	"net/http"
	"strconv"

	"passnum/internal/mednum"
	"passnum/internal/referentiel"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// placesView is a search among places, ready to be shown.
type placesView struct {
	Title  string
	Lead   string
	Action string
	Site   string // the commanditaire whose frame it is

	Commune       ui.Commune
	Position      string // kept while the field says « Autour de moi »
	Radii         []ui.Option
	Located       bool
	Service       ui.ComboboxArgs
	Categories    []ui.Option
	Levels        []ui.Option
	Modes         []ui.Option
	Languages     []ui.Option
	Programmes    []ui.Option
	Accessibility ui.Choices
	Free          bool
	Open          bool
	Known         bool
	Precise       bool
	Reset         string

	Notes     []string // what was understood
	Offered   string   // who offers the chèque presented; empty for none
	Narrowed  bool     // to where that chèque is accepted
	Other     string   // the same search, narrowed when it is not, or the reverse
	CodeError string
	Query     string // the search, for the form of the code

	Choices []ui.NumberedItem // communes that bear the name
	Places  []placeui.View
	Empty   ui.EmptyArgs
	Pager   ui.Pagination
	MapHref string // shows the map, or hides it
	Map     *mapView
}

func placesTitle(q placesQuery) string {
	switch {
	case q.Near:
		return "Lieux autour de vous"
	case q.Exact != "":
		return "Lieux près de votre adresse"
	case q.Commune != nil:
		return "Lieux près " + format.Of(q.Commune.Name)
	}
	return "Trouver un lieu"
}

func (h *FinderHandlers) newPlacesView(f placesFound) placesView {
	q := f.query
	v := placesView{Title: placesTitle(q), Lead: "Ils acceptent vos chèques. Appelez avant de venir, dites que vous avez un Pass numérique.", Action: q.base, Site: q.site,
		Position: q.position(), Free: q.Free, Open: q.Open, Known: q.Known, Located: q.set(), Query: q.values().Encode()}
	v.fillWhere(q)
	v.fillFilters(q)
	v.fillNotes(f)
	for i, p := range f.list {
		line := placeui.OfPlace(p, h.Now())
		if q.Map && f.search.After.Label == "" {
			line.Rank = i + 1
		}
		v.Places = append(v.Places, line)
	}
	v.Choices = communeChoices(h.Communes, q.Several, func(c territory.Commune) string { return q.address("commune", c.Label(), "commune_code", c.Code) })
	v.Empty = emptyPlaces(f)
	if q.filtered() {
		v.Reset = q.bare().address()
	}
	v.MapHref = q.address("carte", yes)
	if q.Map {
		v.MapHref = q.address("carte", "")
		v.Map = h.newMapView(f)
	}
	return v
}

func (v *placesView) fillPager(r *http.Request, f placesFound) {
	if len(f.list) > 0 {
		v.Pager = httpx.Pager(r, f.more, f.list[len(f.list)-1].Cursor())
	}
}

func (v *placesView) fillWhere(q placesQuery) {
	v.Commune = ui.Commune{Field: ui.Field{Name: "commune", Label: "Où\u00a0?", Hint: "Adresse, commune ou code postal", Value: q.Typed}}
	if q.Commune != nil && !q.Near && q.Exact == "" && q.Note == "" {
		v.Commune.Code = q.Commune.Code
	}
	if q.Refusal != nil {
		v.Commune.Error = ui.ErrorsFrom(q.Refusal).For("commune")
	}
	v.Radii = ui.Selected(radiusOptions(), strconv.Itoa(q.Radius))
}

// radiusOptions are the distances offered.
func radiusOptions() []ui.Option {
	var options []ui.Option
	for _, km := range radii {
		label := fmt.Sprintf("%d\u00a0km", km)
		if km == 0 {
			label = "Partout"
		}
		options = append(options, ui.Option{Value: strconv.Itoa(km), Label: label})
	}
	return options
}

func (v *placesView) fillFilters(q placesQuery) {
	v.Service = q.Field()
	v.Categories = []ui.Option{{Label: "Tout"}}
	for _, c := range referentiel.Load().Categories() {
		v.Categories = append(v.Categories, ui.Option{Value: c.Code, Label: c.Name, Checked: c.Code == q.Category})
	}
	v.Levels = []ui.Option{{Label: "Tous"}}
	for _, l := range referentiel.Load().Levels() {
		v.Levels = append(v.Levels, ui.Option{Value: strconv.Itoa(l.Number), Label: fmt.Sprintf("%d. %s", l.Number, l.Name), Checked: l.Number == q.Level})
	}
	v.Modes = ui.Selected([]ui.Option{{Label: "Peu importe"}, {Value: "individuel", Label: "À deux, avec quelqu’un"}, {Value: "collectif", Label: "En atelier, à plusieurs"}}, q.Mode)
	v.Languages = []ui.Option{{Label: "Peu importe"}}
	for _, w := range structure.Languages {
		v.Languages = append(v.Languages, ui.Option{Value: w.Code, Label: w.Label, Checked: w.Code == q.Language})
	}
	v.Programmes = []ui.Option{{Label: "Peu importe"}}
	for _, name := range mednum.Programmes {
		v.Programmes = append(v.Programmes, ui.Option{Value: name, Label: name, Checked: name == q.Programme})
	}
	var help []ui.Option
	for _, w := range structure.Accessibilities {
		help = append(help, ui.Option{Value: w.Code, Label: w.Label})
	}
	v.Accessibility = ui.Choices{Name: "acces", Legend: "Accessibilité", Options: ui.Selected(help, q.Accessibility...), Small: true}
	v.Precise = q.precise()
}

func (v *placesView) fillNotes(f placesFound) {
	q := f.query
	switch {
	case q.Exact != "":
		v.Notes = append(v.Notes, "Adresse trouvée\u00a0: "+q.Exact+".")
	case q.Near && q.Commune != nil:
		v.Notes = append(v.Notes, "Vous êtes près "+format.Of(q.Commune.Name)+".")
	case q.Note != "":
		v.Notes = append(v.Notes, q.Note)
	}
	if words := wanted(q); words != "" {
		v.Notes = append(v.Notes, words)
	}
	if f.order != nil {
		v.Offered, v.Narrowed, v.Other = f.order.Commanditaire, f.narrow, q.address("carnet", no)
		if !f.narrow {
			v.Other = q.address("carnet", "")
		}
	}
}

// wanted names the services that the words typed stand for.
func wanted(q placesQuery) string {
	const named = 2
	services := q.Services()
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
func emptyPlaces(f placesFound) ui.EmptyArgs {
	q := f.query
	switch {
	case q.Words != "" && len(q.Services()) == 0:
		return ui.EmptyArgs{Title: "Aucun service ne correspond à «\u00a0" + q.Words + "\u00a0»", Body: "Essayez un autre mot, ou parcourez la liste de ce que l’on peut apprendre.",
			Action: "Voir tous les services", ActionHref: urls.Referentiel()}
	case q.filtered():
		return ui.EmptyArgs{Title: "Aucun lieu ne remplit toutes ces conditions", Body: "Retirez-en une, ou cherchez plus loin.", Action: "Retirer les filtres", ActionHref: q.bare().address()}
	case q.set() && q.Radius != 0:
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
	case f.narrow:
		return ui.EmptyArgs{Title: "Aucun lieu publié n’accepte encore ce chèque", Body: "Demandez à l’accueil qui vous a remis le carnet.", Action: "Voir tous les lieux", ActionHref: q.address("carnet", no)}
	default:
		return ui.EmptyArgs{Title: "Aucun lieu n’est encore publié", Body: "Revenez bientôt\u00a0: les premiers lieux sont en cours de qualification."}
	}
}
