package aiguilleur

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

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
		Columns: []ui.Column{{Label: "Heure"}, {Label: "Carnet"}, {Label: "Public"}, {Label: "Par"}, {Label: "Actions", HideLabel: true}},
		Empty:   ui.EmptyArgs{Title: "Aucune remise aujourd’hui", Body: "Les carnets que vous remettez apparaissent ici. Une remise s’annule pendant 15\u00a0minutes."},
	}
	var last *uuid.UUID
	for _, g := range given {
		if g.UndoneAt == nil {
			live++
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Text(format.Time(g.At)), carnetCell(g), ui.Text(distribution.CategoryLabel(g.PublicCategory)),
			ui.Text(g.ActorName), h.act(g, heads(g, last))))
		last = g.GroupID
	}
	title = "Aujourd’hui\u00a0: " + strings.ToLower(format.Count(live, "remise", "remises"))
	return table, title
}

// heads says whether a line is the first of its household, last being that of the
// line above.
func heads(g distribution.HandOver, last *uuid.UUID) bool {
	return g.GroupID != nil && (last == nil || *last != *g.GroupID)
}

// carnetCell is the carnet's number and, when there is more to say, what of it
// was given and how.
func carnetCell(g distribution.HandOver) templ.Component {
	if how := howGiven(g); how != "" {
		return ui.TwoLines(ui.Serial(g.Serial), how)
	}
	return ui.Serial(g.Serial)
}

// howGiven is empty for the usual: a whole carnet, at the counter, alone.
func howGiven(g distribution.HandOver) string {
	var parts []string
	if !g.Whole() {
		parts = append(parts, "chèques "+distribution.SayRanks(g.Ranks))
	}
	if g.Channel == distribution.ByPost {
		parts = append(parts, "par courrier")
	}
	if g.GroupID != nil {
		parts = append(parts, "avec un foyer")
	}
	return strings.Join(parts, ", ")
}

// act is what can still be done about a hand-over; head is the first line of a
// household, which may undo all of it.
func (h *Handlers) act(g distribution.HandOver, head bool) templ.Component {
	if g.UndoneAt != nil {
		return ui.Tag(ui.Neutral, "annulée")
	}
	undo := h.undoOf(g)
	if len(undo) == 0 {
		return ui.Link("Lettre", urls.Letter(g.ID))
	}
	if !head {
		undo = undo[:1]
	}
	return undoButtons(undo, g.PointID.String())
}

// startedLines are the carnets of which a counter still holds chèques.
func startedLines(started []distribution.StartedCarnet, point uuid.UUID) []ui.Line {
	var lines []ui.Line
	for i, c := range started {
		if i == mostSpans {
			lines = append(lines, ui.Line{Tone: ui.Info, Title: "et " + format.Count(len(started)-i, "autre carnet", "autres carnets")})
			break
		}
		lines = append(lines, ui.Line{Tone: ui.Info, Strong: c.Serial, Detail: "Entamé au guichet, reste " + format.Count(len(c.Left), "chèque", "chèques") + " (" + distribution.SayRanks(c.Left) + ")",
			Action: ui.Link("Remettre la suite", urls.HandOverOf(c.Serial, point))})
	}
	return lines
}

func pointMaker(r *http.Request) bool { return httpx.Actor(r).Can(identity.PointWrite) }

func resetHref(v listView) string {
	if v.filtered {
		return urls.HandOvers()
	}
	return ""
}

// lookLabel names the field, which is the next carnet's once one was given.
func (v handOverView) lookLabel() string {
	switch {
	case v.desk.together:
		return "Ajouter un carnet du même foyer"
	case v.done != nil:
		return "Carnet suivant"
	default:
		return "Carnet"
	}
}

// lookKind keeps one primary button on the screen.
func (v handOverView) lookKind() ui.ButtonKind {
	if v.done != nil {
		return ui.Secondary
	}
	return ui.Primary
}

// scans says whether the cursor waits in the field: elsewhere when there is
// something else to do first.
func (v handOverView) scans() bool { return v.done == nil && !v.desk.post }

// crowded says that more than the category is asked: it then takes one line.
func (v handOverView) crowded() bool {
	return v.desk.part || v.desk.post || v.desk.together || len(v.give.services) > 0
}

func (v handOverView) title() string {
	if v.desk.together {
		return "Remettre à un foyer"
	}
	return "Remettre un carnet"
}

// lead says what to do while there is nothing else to say.
func (v handOverView) lead() string {
	switch {
	case v.desk.together && len(v.cards) < 2:
		return "Passez la douchette sur chaque carnet, puis remettez-les ensemble\u00a0: une seule lettre."
	case len(v.cards) > 0 || v.done != nil:
		return ""
	default:
		return "Passez la douchette sur la couverture, ou tapez le numéro."
	}
}

// phone keeps a number on one line.
func phone(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
