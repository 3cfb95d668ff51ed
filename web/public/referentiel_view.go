package public

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/internal/referentiel"
	"passnum/web/ui"
	"passnum/web/urls"
)

// ReferentielFilter is what the address of the list asks for; its zero value
// asks for everything.
type ReferentielFilter struct {
	Query    string
	Level    int
	Category string
}

// ReferentielView is the list of services, ready to be shown.
type ReferentielView struct {
	Filtered bool
	// Result says how many services match: « 7 services sur 129 ».
	Result     string
	Query      ui.Field
	Level      ui.Field
	Category   ui.Field
	Levels     []ui.Option
	Categories []ui.Option
	Figures    []ui.Figure
	Groups     []ReferentielLevel
	Empty      ui.EmptyArgs
}

// ReferentielLevel is a level that has services to show.
type ReferentielLevel struct {
	ID         string
	Title      string
	Categories []ReferentielCategory
}

// ReferentielCategory is a category that has services to show.
type ReferentielCategory struct {
	ID      string
	Title   string
	Count   string
	Entries []ReferentielEntry
}

// ReferentielEntry is one service.
type ReferentielEntry struct {
	ID       string
	Number   string
	Label    string
	Families string
}

// readReferentielFilter reads the address, ignoring what makes no sense: a
// stale link shows more, never an error.
func readReferentielFilter(values url.Values) ReferentielFilter {
	const longestQuery = 100
	f := ReferentielFilter{Query: strings.TrimSpace(values.Get("q"))}
	if r := []rune(f.Query); len(r) > longestQuery {
		f.Query = string(r[:longestQuery])
	}
	if level, err := strconv.Atoi(values.Get("niveau")); err == nil {
		if _, ok := referentiel.Load().Level(level); ok {
			f.Level = level
		}
	}
	if _, ok := referentiel.Load().Category(values.Get("categorie")); ok {
		f.Category = values.Get("categorie")
	}
	return f
}

func (f ReferentielFilter) active() bool { return f != ReferentielFilter{} }

func (f ReferentielFilter) matches(e referentiel.Entry) bool {
	return (f.Level == 0 || f.Level == e.Level) && (f.Category == "" || f.Category == e.Category)
}

// NewReferentielView narrows the list and words it.
func NewReferentielView(r *referentiel.Referentiel, f ReferentielFilter) ReferentielView {
	found := slices.DeleteFunc(slices.Clone(r.Search(f.Query)), func(e referentiel.Entry) bool { return !f.matches(e) })
	v := ReferentielView{
		Filtered: f.active(),
		Result:   resultSentence(len(found), len(r.All())),
		Figures:  levelFigures(r),
		Groups:   referentielGroups(r, found),
		Empty: ui.EmptyArgs{
			Title:  "Aucun service ne correspond",
			Body:   "Essayez un seul mot, ou son début\u00a0: «\u00a0photo\u00a0», «\u00a0emploi\u00a0», «\u00a0smart\u00a0».",
			Action: "Voir tous les services", ActionHref: urls.Referentiel(),
		},
	}
	v.fillFilters(r, f)
	return v
}

func resultSentence(found, total int) string {
	switch found {
	case total:
		return fmt.Sprintf("%d services", total)
	case 0, 1:
		return fmt.Sprintf("%d service sur %d", found, total)
	}
	return fmt.Sprintf("%d services sur %d", found, total)
}

func levelFigures(r *referentiel.Referentiel) []ui.Figure {
	figures := []ui.Figure{{Label: "En tout", Value: money.Count(int64(len(r.All()))), Note: "services"}}
	for _, l := range r.Levels() {
		figures = append(figures, ui.Figure{Label: fmt.Sprintf("Niveau %d", l.Number), Value: money.Count(int64(l.Count())), Note: l.Name})
	}
	return figures
}

func referentielGroups(r *referentiel.Referentiel, found []referentiel.Entry) []ReferentielLevel {
	byCategory := map[string][]ReferentielEntry{}
	slices.SortFunc(found, func(a, b referentiel.Entry) int { return a.Number - b.Number })
	for _, e := range found {
		byCategory[e.Category] = append(byCategory[e.Category], referentielEntry(e))
	}
	var groups []ReferentielLevel
	for _, l := range r.Levels() {
		level := ReferentielLevel{ID: fmt.Sprintf("niveau-%d", l.Number), Title: fmt.Sprintf("Niveau %d – %s", l.Number, l.Name)}
		for _, c := range l.Categories {
			if entries := byCategory[c.Code]; len(entries) > 0 {
				level.Categories = append(level.Categories, referentielCategory(c, entries))
			}
		}
		if len(level.Categories) > 0 {
			groups = append(groups, level)
		}
	}
	return groups
}

func referentielCategory(c referentiel.Category, entries []ReferentielEntry) ReferentielCategory {
	count := fmt.Sprintf("%d services", len(entries))
	if len(entries) == 1 {
		count = "1 service"
	}
	return ReferentielCategory{ID: "categorie-" + strings.ReplaceAll(c.Code, ".", "-"), Title: c.Code + " " + c.Name, Count: count, Entries: entries}
}

func referentielEntry(e referentiel.Entry) ReferentielEntry {
	number := strconv.Itoa(e.Number)
	families := make([]string, len(e.Families))
	for i, f := range e.Families {
		families[i] = f.String()
	}
	return ReferentielEntry{ID: "service-" + number, Number: number, Label: e.Label, Families: strings.Join(families, " · ")}
}

func (v *ReferentielView) fillFilters(r *referentiel.Referentiel, f ReferentielFilter) {
	v.Query = ui.Field{Name: "q", Label: "Mot ou numéro", Type: "search", Value: f.Query, Width: ui.Width20}
	v.Level = ui.Field{Name: "niveau", Label: "Niveau"}
	v.Category = ui.Field{Name: "categorie", Label: "Catégorie", Value: f.Category}
	v.Levels = []ui.Option{{Label: "Tous les niveaux"}}
	v.Categories = []ui.Option{{Label: "Toutes les catégories"}}
	for _, l := range r.Levels() {
		v.Levels = append(v.Levels, ui.Option{Value: strconv.Itoa(l.Number), Label: fmt.Sprintf("%d. %s", l.Number, l.Name), Checked: l.Number == f.Level})
	}
	for _, c := range r.Categories() {
		v.Categories = append(v.Categories, ui.Option{Value: c.Code, Label: c.Code + " " + c.Name})
	}
}

// resetHref shows everything again; it is empty when everything is shown.
func (v ReferentielView) resetHref() string {
	if v.Filtered {
		return urls.Referentiel()
	}
	return ""
}

// table lays a category out.
func (c ReferentielCategory) table() ui.TableArgs {
	t := ui.TableArgs{
		Caption: c.Title, HideCaption: true, ID: c.ID + "-liste", Scroll: true, Compact: true,
		Columns: ui.Columns("N°", "Service"),
	}
	for _, e := range c.Entries {
		t.Rows = append(t.Rows, ui.NewRow(entryNumber(e), ui.TwoLines(ui.Text(e.Label), e.Families)))
	}
	return t
}

// count is the category's number of services, beside its title.
func (c ReferentielCategory) count() templ.Component { return ui.Muted(c.Count) }
