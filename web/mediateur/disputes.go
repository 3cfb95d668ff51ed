package mediateur

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/redemption/dispute"
	"passnum/web/disputeui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// DisputeHandlers shows a structure its disputes, which it explains or gives up.
type DisputeHandlers struct {
	Disputes *dispute.Service
	Now      func() time.Time
}

// Routes mounts the screens under /mediateur.
func (h *DisputeHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Redeem, identity.PaymentRead))
		r.Method(http.MethodGet, "/litiges", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/litiges.csv", httpx.Handler(h.lists().Export))
		r.Method(http.MethodGet, "/litiges/{id}", httpx.Handler(h.show))
		r.Method(http.MethodPost, "/litiges/{id}/expliquer", httpx.Handler(h.explain))
		r.Method(http.MethodPost, "/litiges/{id}/retirer", httpx.Handler(h.withdraw))
	})
}

func (h *DisputeHandlers) lists() disputeui.Lists {
	return disputeui.Lists{Disputes: h.Disputes, Side: dispute.ForStructure, Now: h.Now, Address: urls.Disputes(), Sheet: urls.DisputesCSV(),
		Lead: "Commanditaire", First: func(d dispute.Dispute) templ.Component { return ui.Link(d.Commanditaire, urls.Dispute(d.ID)) }}
}

func (h *DisputeHandlers) list(w http.ResponseWriter, r *http.Request) error {
	view, err := h.lists().Read(r)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litiges")
	page.Crumbs = []ui.Crumb{{Label: "Aujourd’hui", Href: urls.Mediateur()}, {Label: "Litiges"}}
	waiting := withQueue(&page, httpx.Actor(r))
	return httpx.Render(w, r, http.StatusOK, disputesPage(page, waiting, view))
}

type disputeView struct {
	dispute.Dispute
	mayAct  bool
	typed   string
	errors  ui.Errors
	receipt string
	waiting waiting
}

func (h *DisputeHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.render(w, r, id, nil, nil)
}

// render shows a dispute, with what was typed when it was refused.
func (h *DisputeHandlers) render(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed *string, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	d, err := h.Disputes.One(r.Context(), actor, dispute.ForStructure, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litige")
	page.Crumbs = []ui.Crumb{{Label: "Aujourd’hui", Href: urls.Mediateur()}, {Label: "Litiges", Href: urls.Disputes()}, {Label: "Litige"}}
	status := http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	view := disputeView{Dispute: d, mayAct: d.State == dispute.Open && actor.Can(identity.Redeem), typed: d.Explanation, errors: page.Errors, receipt: urls.Receipt(d.RequestID)}
	if d.SeanceID != nil {
		view.receipt = urls.Receipt(*d.SeanceID)
	}
	if typed != nil {
		view.typed = *typed
	}
	view.waiting = withQueue(&page, actor)
	return httpx.Render(w, r, status, disputePage(page, view))
}

func (h *DisputeHandlers) explain(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := form.Get("explication")
	err = h.Disputes.Explain(r.Context(), httpx.Actor(r), id, typed)
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, id, &typed, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre explication est enregistrée. L’opérateur la lira avant de décider.")
	return httpx.SeeOther(w, r, urls.Dispute(id))
}

func (h *DisputeHandlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Disputes.Withdraw(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le litige est retiré\u00a0: ce chèque ne sera pas payé.")
	return httpx.SeeOther(w, r, urls.Dispute(id))
}
