package aiguilleur

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// todayTable lists the point's hand-overs of the day, with what can be undone.
func (h *Handlers) todayTable(given []distribution.HandOver) (table ui.TableArgs, title string) {
	live := 0
	table = ui.TableArgs{
		Caption: "Remises d’aujourd’hui", HideCaption: true, Compact: true,
		Columns: []ui.Column{{Label: "Heure"}, {Label: "Carnet"}, {Label: "Public"}, {Label: "Actions", HideLabel: true}},
		Empty:   ui.EmptyArgs{Title: "Aucune remise aujourd’hui", Body: "Les carnets que vous remettez apparaissent ici. Une remise s’annule pendant 15\u00a0minutes."},
	}
	for _, g := range given {
		if g.UndoneAt == nil {
			live++
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Text(format.Time(g.At)), ui.Serial(g.Serial), ui.Text(distribution.CategoryLabel(g.PublicCategory)), h.act(g)))
	}
	title = "Aujourd’hui\u00a0: " + strings.ToLower(format.Count(live, "remise", "remises"))
	return table, title
}

// act is what can still be done about a hand-over.
func (h *Handlers) act(g distribution.HandOver) templ.Component {
	if g.UndoneAt != nil {
		return ui.Tag(ui.Neutral, "annulée")
	}
	if u := h.undoOf(g); u != nil {
		return undoButton(*u, g.PointID.String())
	}
	return ui.Link("Lettre", urls.Letter(g.ID))
}

func pointMaker(r *http.Request) bool { return httpx.Actor(r).Can(identity.PointWrite) }

func resetHref(v listView) string {
	if v.filtered {
		return urls.HandOvers()
	}
	return ""
}

// lookLabel names the field, which is the next carnet's once one was given.
func lookLabel(v handOverView) string {
	if v.done != nil {
		return "Carnet suivant"
	}
	return "Carnet"
}

// lookKind keeps one primary button on the screen.
func lookKind(v handOverView) ui.ButtonKind {
	if v.done != nil {
		return ui.Secondary
	}
	return ui.Primary
}

// lead says what to do while there is nothing else to say.
func (v handOverView) lead() string {
	if v.card != nil || v.done != nil {
		return ""
	}
	return "Passez la douchette sur la couverture, ou tapez le numéro."
}

// phone keeps a number on one line.
func phone(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
