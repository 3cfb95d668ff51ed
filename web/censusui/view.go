package censusui

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"passnum/internal/jobs"
	"passnum/internal/structure/census"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type listView struct {
	side  side
	Error string
	May   bool
	Table ui.TableArgs
}

func (h *Handlers) newListView(reports []census.Report, may bool) listView {
	v := listView{side: h.side, May: may, Table: ui.TableArgs{Caption: "Fichiers reçus", HideCaption: true, Columns: ui.Columns("Fichier", "#Lignes", "#Créés", "#Changés", "#Rejetés", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun fichier pour l’instant", Body: "Envoyez-en un\u00a0: il est lu pour de faux d’abord."}}}
	for _, r := range reports {
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(r.FileName, urls.CensusFile(h.side.home, r.ID)), format.DateTime(r.AskedAt)+", "+r.AskedByName),
			ui.Number(r.Lines()), ui.Number(r.Counts[census.Created]), ui.Number(r.Counts[census.Updated]+r.Counts[census.Merged]), ui.Number(r.Counts[census.Rejected]), stateTag(r.State)))
	}
	return v
}

func stateTag(s census.State) templ.Component {
	tone := map[census.State]ui.Tone{census.Ready: ui.Warn, census.Applied: ui.Good, census.Refused: ui.Bad, census.Reading: ui.Info, census.Applying: ui.Info, census.Dropped: ui.Neutral}[s]
	return ui.Tag(tone, s.Label())
}

func outcomeTag(o census.Outcome) templ.Component {
	tone := map[census.Outcome]ui.Tone{census.Created: ui.Good, census.Updated: ui.Info, census.Merged: ui.Info, census.Undecided: ui.Warn, census.Rejected: ui.Bad}[o]
	if tone == "" {
		tone = ui.Neutral
	}
	return ui.Tag(tone, o.Word())
}

type reportView struct {
	side     side
	Report   census.Report
	Lead     string
	Tag      templ.Component
	May      bool // apply, drop, choose
	Waiting  int  // lines that wait for a choice
	Changes  int  // places that would be created or changed
	Progress ui.ProgressArgs
	Stopped  string
	Figures  []ui.Figure
	Missing  missingView
	Filter   census.Filter
	Tabs     []ui.Tab
	Table    ui.TableArgs
	Pager    ui.Pagination
	CSV      string
	Self     string
	Reset    string // without the filters of the bar
}

func (h *Handlers) newReportView(r census.Report, lines []census.Line, f census.Filter, may bool) reportView {
	self := urls.CensusFile(h.side.home, r.ID)
	v := reportView{side: h.side, Report: r, Tag: stateTag(r.State), May: may && r.State == census.Ready, Waiting: r.Counts[census.Undecided],
		Changes: r.Counts[census.Created] + r.Counts[census.Updated] + r.Counts[census.Merged], Filter: f, Self: self, Lead: lead(r),
		CSV: urls.With(urls.CensusFile(h.side.home, r.ID, "rapport.csv"), "suite", string(f.Outcome), "q", f.Search, "remarques", yes(f.Noted), "pass", yes(f.Accepts))}
	if r.State.Live() && r.Began {
		v.Progress = h.progressOf(r)
	} else if r.Began && r.Run.State == jobs.Failed && r.State == census.Ready {
		v.Stopped = r.Run.Message
	}
	if f.Noted || f.Search != "" || f.Accepts {
		v.Reset = urls.With(self, "suite", string(f.Outcome))
	}
	v.Figures = figures(r)
	v.tabs(self)
	v.Table = h.table(r, lines, v.May)
	return v
}

func lead(r census.Report) string {
	text := "Envoyé le " + format.DateTime(r.AskedAt) + " par " + r.AskedByName
	if r.AppliedAt != nil {
		text += ", appliqué le " + format.DateTime(*r.AppliedAt) + " par " + r.AppliedByName
	}
	if r.Version != "" {
		separator := map[string]string{",": "des virgules", ";": "des points-virgules", "\t": "des tabulations"}[r.Separator]
		text += ". Schéma " + r.Version + ", " + r.Encoding + ", " + separator
	}
	return text + "."
}

func yes(b bool) string {
	if b {
		return "oui"
	}
	return ""
}

func figures(r census.Report) []ui.Figure {
	count := func(o census.Outcome) string { return format.Number(r.Counts[o]) }
	second := ui.Figure{Label: "Mis à jour", Value: format.Number(r.Counts[census.Updated] + r.Counts[census.Merged]), Note: "dont " + format.Count(r.Counts[census.Merged], "fusionné", "fusionnés")}
	last := ui.Figure{Label: "Rejetés", Value: count(census.Rejected), Note: "lignes qu’on ne peut pas lire"}
	if n := r.Counts[census.Undecided]; n > 0 {
		last.Tag = ui.Tag(ui.Warn, format.Number(n)+" à choisir")
	}
	return []ui.Figure{
		{Label: "Créés", Value: count(census.Created), Note: "sur " + format.Count(r.Lines(), "ligne", "lignes")},
		second, {Label: "Inchangés", Value: count(census.Unchanged), Note: format.Count(r.Notes, "ligne avec remarque", "lignes avec remarque")}, last,
	}
}

// tabs are the outcomes that the file has, each a filter.
func (v *reportView) tabs(self string) {
	v.Tabs = []ui.Tab{{Label: "Toutes", Href: self, Current: v.Filter.Outcome == "", Count: format.Number(v.Report.Lines())}}
	for _, o := range census.Outcomes {
		if n := v.Report.Counts[o]; n > 0 || v.Filter.Outcome == o {
			v.Tabs = append(v.Tabs, ui.Tab{Label: o.Label(), Href: urls.With(self, "suite", string(o)), Current: v.Filter.Outcome == o, Count: format.Number(n)})
		}
	}
}

func (h *Handlers) table(r census.Report, lines []census.Line, may bool) ui.TableArgs {
	t := ui.TableArgs{Caption: "Lignes du fichier", HideCaption: true, Columns: ui.Columns("Lieu", "#Ligne", "Suite", "Remarques"),
		Empty: ui.EmptyArgs{Title: "Aucune ligne", Body: "Aucune ligne du fichier ne répond à cette recherche."}}
	chooses := may && !h.side.own && (r.Counts[census.Undecided] > 0 || slices.ContainsFunc(lines, func(l census.Line) bool { return l.Choice != nil }))
	if chooses {
		t.Columns = append(t.Columns, ui.Column{Label: "Choix", HideLabel: true})
	}
	for _, l := range lines {
		row := ui.NewRow(ui.TwoLines(ui.Text(title(l)), l.Town), ui.Number(l.Line), outcomeCell(l), remarks(l))
		if chooses {
			row.Cells = append(row.Cells, choiceCell(urls.CensusFile(h.side.home, r.ID, "choix"), r.ID.String(), l))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func title(l census.Line) string {
	switch {
	case l.Name != "":
		return l.Name
	case l.Key != "":
		return l.Key
	}
	return "Ligne " + strconv.Itoa(l.Line)
}

func (h *Handlers) progressOf(r census.Report) ui.ProgressArgs {
	label := "Lecture du fichier"
	if r.State == census.Applying || r.State == census.Applied {
		label = "Import des lieux"
	}
	p := ui.ProgressArgs{ID: "import", Label: label, Done: r.Run.Done, Total: r.Run.Total, Over: !r.Run.Live()}
	p.Text = format.Number(int(r.Run.Done)) + " lignes sur " + format.Number(int(r.Run.Total))
	switch {
	case r.Run.State == jobs.Waiting:
		p.Text = "Le travail commence dans un instant."
	case p.Over && r.Run.Message != "":
		p.Text = r.Run.Message
	case p.Over:
		p.Text = "C’est fait."
	}
	if p.Over {
		p.Body = ui.Link("Actualiser la page pour la suite", urls.CensusFile(h.side.home, r.ID))
		return p
	}
	p.StreamURL = urls.CensusFile(h.side.home, r.ID, "avancement")
	return p
}
