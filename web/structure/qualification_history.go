package structure

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type historyView struct {
	Entries []ui.JournalEntry
	Pager   ui.Pagination
}

func (h *Handlers) history(w http.ResponseWriter, r *http.Request) error {
	after, _ := uuid.Parse(httpx.Query(r).Get("apres"))
	changes, more, err := h.Files.History(r.Context(), httpx.Actor(r), after)
	if err != nil {
		return err
	}
	var v historyView
	for _, c := range changes {
		v.Entries = append(v.Entries, ui.JournalEntry{When: format.DateTime(c.At), Who: c.By, What: changeTitle(c), Detail: changeDetail(c)})
	}
	if more {
		v.Pager.NextHref = urls.With(urls.QualificationHistory(), "apres", changes[len(changes)-1].ID.String())
	}
	if after != uuid.Nil {
		v.Pager.PrevHref = urls.QualificationHistory()
	}
	return httpx.Render(w, r, http.StatusOK, historyPage(filePage(r, "Historique", nil), v))
}

func changeTitle(c qualification.Change) string {
	if c.Outcome == qualification.AtOnce {
		return c.Title
	}
	return c.Title + " (" + c.Outcome.Label() + ")"
}

// changeDetail tells each field that changed: before, then after.
func changeDetail(c qualification.Change) string {
	var parts []string
	for _, f := range c.Fields {
		label := f.Label + "\u00a0: "
		if strings.HasSuffix(f.Label, "?") {
			label = f.Label + " "
		}
		if f.Before != "" {
			label += f.Before + " → "
		}
		parts = append(parts, label+orNothing(f.Value))
	}
	if c.Reason != "" {
		parts = append(parts, "Motif\u00a0: "+c.Reason)
	}
	return strings.Join(parts, "\u00a0; ")
}
