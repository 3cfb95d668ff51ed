package commanditaire

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type endView struct {
	ID            uuid.UUID
	Name          string
	When, Until   string
	Reason, Usual string
	Errors        ui.Errors
}

const atOnce = "maintenant"

func (h *AgreementHandlers) agreed(r *http.Request) (structure.Partner, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return structure.Partner{}, err
	}
	list, err := h.Structures.Agreed(r.Context(), httpx.Actor(r))
	for _, p := range list {
		if p.ID == id {
			return p, err
		}
	}
	if err == nil {
		err = structure.ErrNoPartner
	}
	return structure.Partner{}, err
}

func (h *AgreementHandlers) endForm(w http.ResponseWriter, r *http.Request) error {
	p, err := h.agreed(r)
	if err != nil {
		return err
	}
	usual := h.Structures.Today().AddDate(0, 0, structure.UsualNotice)
	return showEnd(w, r, endView{ID: p.ID, Name: p.Name, When: "preavis", Until: format.Typed(usual)}, nil)
}

func (h *AgreementHandlers) end(w http.ResponseWriter, r *http.Request) error {
	p, err := h.agreed(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := endView{ID: p.ID, Name: p.Name, When: form.Get("quand"), Until: form.Get("jusquau"), Reason: form.Get("motif")}
	notice := structure.Notice{Reason: v.Reason}
	if v.When != atOnce {
		if notice.LastDay, err = format.ParseDay(v.Until); err != nil || notice.LastDay.IsZero() {
			return showEnd(w, r, v, fault.Invalid(fault.FieldError{Field: "jusquau", Sentence: "Indiquez le dernier jour, par exemple 31/12/2026."}))
		}
	}
	err = h.Structures.Withdraw(r.Context(), httpx.Actor(r), p.ID, notice)
	return answered(err, func(refusal *fault.Error) error { return showEnd(w, r, v, refusal) }, func() error {
		httpx.Flash(r, ui.Good, "C’est fait\u00a0: "+p.Name+" est prévenue. Ce qu’elle a déjà accepté reste payé.")
		return httpx.SeeOther(w, r, urls.Agreements())
	})
}

func showEnd(w http.ResponseWriter, r *http.Request, v endView, refusal *fault.Error) error {
	page, status := formPage(r, "Mettre fin à un agrément", refusal)
	v.Errors = page.Errors
	return httpx.Render(w, r, status, agreementEndPage(page, v))
}

// formPage is a page of the structures' room, with the refusal of its form.
func formPage(r *http.Request, title string, refusal *fault.Error) (ui.Page, int) {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.Agreements()}, {Label: title}}
	if refusal == nil {
		return page, http.StatusOK
	}
	page.Errors = ui.ErrorsFrom(refusal)
	return page, httpx.Status(refusal.Kind)
}

type affiliationView struct {
	structure.Affiliation
	Rows   []ui.SummaryRow
	Reason string
	Errors ui.Errors
}

func (h *AgreementHandlers) asked(r *http.Request) (structure.Affiliation, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return structure.Affiliation{}, err
	}
	list, err := h.Structures.AffiliationRequests(r.Context(), httpx.Actor(r))
	for _, a := range list {
		if *a.RequestID == id {
			return a, err
		}
	}
	if err == nil {
		err = structure.ErrNoRequest
	}
	return structure.Affiliation{}, err
}

func (h *AgreementHandlers) request(w http.ResponseWriter, r *http.Request) error {
	a, err := h.asked(r)
	if err != nil {
		return err
	}
	return showRequest(w, r, a, "", nil)
}

func (h *AgreementHandlers) refuse(w http.ResponseWriter, r *http.Request) error {
	a, err := h.asked(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	reason := form.Get("motif")
	err = h.Structures.RefuseRequest(r.Context(), httpx.Actor(r), *a.RequestID, reason)
	return answered(err, func(refusal *fault.Error) error { return showRequest(w, r, a, reason, refusal) }, func() error {
		httpx.Flash(r, ui.Good, "La demande est refusée. "+a.Structure+" reçoit votre motif.")
		return httpx.SeeOther(w, r, urls.Agreements())
	})
}

func showRequest(w http.ResponseWriter, r *http.Request, a structure.Affiliation, reason string, refusal *fault.Error) error {
	page, status := formPage(r, a.Structure+" demande à être agréée", refusal)
	message := a.Message
	if message == "" {
		message = "Sans message"
	}
	rows := []ui.SummaryRow{{Key: "Commune", Value: a.Town}, {Key: "Lieux", Value: format.Count(a.Places, "lieu affiché", "lieux affichés")},
		{Key: "Demandé", Value: "le " + format.Date(*a.AskedAt) + ", par " + a.AskedByName}, {Key: "Message", Value: message}}
	return httpx.Render(w, r, status, agreementRequestPage(page, affiliationView{Affiliation: a, Rows: rows, Reason: reason, Errors: page.Errors}))
}
