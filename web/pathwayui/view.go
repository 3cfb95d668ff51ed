package pathwayui

import (
	"strconv"

	"github.com/a-h/templ"

	"passnum/internal/guidance"
	"passnum/internal/referentiel"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type listView struct {
	writes, client bool
	newHref        string
	own            ui.TableArgs
	models         []ui.Row
}

func (h *Handlers) newListView(own []guidance.Pathway, writes bool) listView {
	v := listView{writes: writes, client: h.Owner == guidance.Commanditaires, newHref: urls.NewPathway(h.address())}
	v.own = ui.TableArgs{Caption: "Vos parcours", HideCaption: true, Columns: ui.Columns("Parcours", "#Étapes", "#Version", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun parcours à vous", Body: "Les guichets proposent ceux de l’opérateur. Copiez-en un pour l’adapter, ou créez le vôtre."}}
	for _, p := range own {
		state := ui.Tag(ui.Good, "proposé")
		if p.Archived() {
			state = ui.Tag(ui.Neutral, "archivé")
		}
		v.own.Rows = append(v.own.Rows, ui.NewRow(ui.TwoLines(ui.Link(p.Title, urls.Pathway(h.address(), p.RootID)), p.Summary),
			ui.Number(len(p.Entries)), ui.Number(p.Version), state))
	}
	return v
}

func (h *Handlers) modelRows(models []guidance.Pathway, writes bool) []ui.Row {
	rows := make([]ui.Row, len(models))
	for i, p := range models {
		rows[i] = ui.NewRow(ui.TwoLines(ui.Text(p.Title), p.Summary), sentence(stepTitles(p)))
		if writes {
			rows[i].Cells = append(rows[i].Cells, ui.PostButton(urls.Pathway(h.address(), p.RootID, "dupliquer"),
				ui.ButtonArgs{Label: "Copier", Hidden: "le parcours " + p.Title, Kind: ui.Secondary}))
		}
	}
	return rows
}

func (v listView) modelColumns() []ui.Column {
	columns := ui.Columns("Parcours", "Étapes")
	if v.writes {
		columns = append(columns, ui.Column{Label: "Action", HideLabel: true})
	}
	return columns
}

func stepTitles(p guidance.Pathway) string {
	var titles string
	for i, s := range p.Steps() {
		if i > 0 {
			titles += " · "
		}
		titles += s.Title()
	}
	return titles
}

type formView struct {
	title, action        string
	version              int
	form                 guidance.Form
	writes, existing     bool
	archived             bool
	steps                []string // for who only reads
	versions             []ui.JournalEntry
	shelveHref, copyHref string
}

func (v formView) tag() templ.Component {
	if v.archived {
		return ui.Tag(ui.Neutral, "archivé")
	}
	return nil
}

func versionEntries(versions []guidance.Pathway) []ui.JournalEntry {
	entries := make([]ui.JournalEntry, len(versions))
	for i, p := range versions {
		entries[i] = ui.JournalEntry{When: format.DateTime(p.CreatedAt), What: "Version " + strconv.Itoa(p.Version) + " – " + p.Title, Detail: stepTitles(p)}
	}
	return entries
}

// levelName is a level in one word or so: « Découvrir ».
func levelName(n int) string {
	return [...]string{"Découvrir", "Maîtriser", "Augmenter son pouvoir d’agir"}[n-1]
}

func levelHint(n int) string {
	return [...]string{"Comprendre de quoi il s’agit.", "Apprendre à s’en servir.", "Aller plus loin, seul."}[n-1]
}

// entryOptions lists a level's services for a step, the chosen one marked.
func entryOptions(level int, chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Pas d’étape"}}
	l, _ := referentiel.Load().Level(level)
	for _, c := range l.Categories {
		for _, e := range c.Entries {
			number := strconv.Itoa(e.Number)
			options = append(options, ui.Option{Value: number, Label: number + " – " + e.Label, Checked: number == chosen})
		}
	}
	return options
}

func readForm(v httpx.Values) guidance.Form {
	f := guidance.Form{Title: v.Get("titre"), Summary: v.Get("resume")}
	for level := range f.Levels {
		for row := 1; v.Has(guidance.FieldName("service", level+1, row)) && row <= guidance.MostSteps; row++ {
			f.Levels[level] = append(f.Levels[level], guidance.Row{
				Entry: v.Get(guidance.FieldName("service", level+1, row)), Words: v.Get(guidance.FieldName("mots", level+1, row))})
		}
	}
	return f
}
