package structure

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type renewalView struct {
	Lead    string
	Due     bool
	Over    bool
	Missing []string
	Rows    []ui.SummaryRow
}

func (h *ReviewHandlers) renewal(w http.ResponseWriter, r *http.Request) error {
	return h.renderRenewal(w, r, http.StatusOK, nil)
}

func (h *ReviewHandlers) renderRenewal(w http.ResponseWriter, r *http.Request, code int, refusal *fault.Error) error {
	file, err := h.Files.File(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	term, err := h.Files.Renewal(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Renouveler la qualification")
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Renouvellement"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := renewalView{Lead: renewalLead(term), Due: term.Due(), Over: term.Due() && term.Days < 0, Missing: term.Missing, Rows: renewalRows(file)}
	return httpx.Render(w, r, code, renewalPage(page, v))
}

func renewalLead(t qualification.Renewal) string {
	switch {
	case t.ValidUntil == nil:
		return "Votre qualification n’a pas de date de fin."
	case !t.Due():
		return "Votre qualification vaut jusqu’au " + format.Date(*t.ValidUntil) + ". Nous vous écrirons deux mois avant."
	case t.Days < 0:
		return "Votre qualification s’est terminée le " + format.Date(*t.ValidUntil) + ". Vous pouvez encore la renouveler."
	default:
		return "Votre qualification vaut jusqu’au " + format.Date(*t.ValidUntil) + ". Relisez votre dossier, puis confirmez-le\u00a0: elle continue aussitôt."
	}
}

// renewalRows is the file to read again, step by step.
func renewalRows(f qualification.File) []ui.SummaryRow {
	var rows []ui.SummaryRow
	for _, p := range f.Parts {
		row := ui.SummaryRow{Key: p.Title, Value: "À jour", ChangeHref: urls.Qualification(p.Step), Change: "Relire"}
		if p.Step == qualification.StepPlaces {
			row.ChangeHref = urls.StructurePlaces()
		}
		if p.SavedAt != nil {
			row.Value = "Enregistré le " + format.Date(*p.SavedAt)
		}
		if !p.Done {
			row.Value = ""
			row.Body = ui.Tag(ui.Warn, "à\u00a0compléter")
		}
		rows = append(rows, row)
	}
	return rows
}

func (h *ReviewHandlers) renew(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.ConfirmRenewal(r.Context(), httpx.Actor(r), form.Bool("exact"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderRenewal(w, r, httpx.Status(refusal.Kind), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Merci\u00a0: votre qualification est renouvelée.")
	return httpx.SeeOther(w, r, urls.Structure())
}
