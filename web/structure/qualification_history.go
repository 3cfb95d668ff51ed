package structure

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/qualification"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type historyView struct {
	Entries []saveView
	Pager   ui.Pagination
}

// saveView is one save of a step; Folded names its changes when they are too
// many to be read at once.
type saveView struct {
	When, Who, Title, Reason string
	Tag                      templ.Component
	Folded                   string
	Changes                  []changeView
}

type changeView struct{ Label, Before, After string }

// mostChanges is how many changes of one save are read at once.
const mostChanges = 6

func (h *Handlers) history(w http.ResponseWriter, r *http.Request) error {
	after, _ := httpx.Query(r).UUID("apres")
	changes, more, err := h.Files.History(r.Context(), httpx.Actor(r), after)
	if err != nil {
		return err
	}
	var v historyView
	for _, c := range changes {
		v.Entries = append(v.Entries, newSave(c))
	}
	if more {
		v.Pager.NextHref = urls.With(urls.QualificationHistory(), "apres", changes[len(changes)-1].ID.String())
	}
	if after != uuid.Nil {
		v.Pager.PrevHref = urls.QualificationHistory()
	}
	return httpx.Render(w, r, http.StatusOK, historyPage(filePage(r, "Historique", nil), v))
}

func newSave(c qualification.Change) saveView {
	v := saveView{When: format.DateTime(c.At), Who: c.By, Title: c.Title, Reason: c.Reason}
	if c.Outcome != qualification.AtOnce {
		v.Tag = ui.Tag(outcomeTone(c.Outcome), c.Outcome.Label())
	}
	for _, f := range c.Fields {
		label := f.Label + "\u00a0: "
		if strings.HasSuffix(f.Label, "?") {
			label = f.Label + " "
		}
		v.Changes = append(v.Changes, changeView{label, f.Before, orNothing(f.Value)})
	}
	if n := len(v.Changes); n > mostChanges {
		v.Folded = format.Count(n, "information", "informations")
	}
	return v
}

func outcomeTone(o qualification.ChangeOutcome) ui.Tone {
	switch o {
	case qualification.Waits:
		return ui.Warn
	case qualification.Agreed:
		return ui.Good
	case qualification.Declined:
		return ui.Bad
	default:
		return ui.Neutral
	}
}

// historySheet is the whole history, one line for each piece of information that
// changed.
func (h *Handlers) historySheet(w http.ResponseWriter, r *http.Request) error {
	return httpx.CSV(w, "historique-du-dossier.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Le", "Par", "Étape", "Information", "Avant", "Après", "Suite", "Motif"); err != nil {
			return err
		}
		after := uuid.Nil
		for {
			changes, more, err := h.Files.History(r.Context(), httpx.Actor(r), after)
			if err != nil {
				return err
			}
			for _, c := range changes {
				if err := writeChange(out, c); err != nil {
					return err
				}
			}
			if !more {
				return out.Flush()
			}
			after = changes[len(changes)-1].ID
		}
	})
}

func writeChange(out *sheet.Writer, c qualification.Change) error {
	for _, f := range c.Fields {
		if err := out.Row(sheet.Time(c.At), sheet.Text(c.By), sheet.Text(c.Title), sheet.Text(f.Label), sheet.Text(f.Before), sheet.Text(f.Value),
			sheet.Text(c.Outcome.Label()), sheet.Text(c.Reason)); err != nil {
			return err
		}
	}
	return nil
}
