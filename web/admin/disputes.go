package admin

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
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DisputeHandlers shows the operator what was scanned without network and
// refused, and settles it.
type DisputeHandlers struct {
	Disputes *dispute.Service
	Now      func() time.Time
}

// Routes mounts the screens under /admin.
func (h *DisputeHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/litiges", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/litiges.csv", httpx.Handler(h.lists().Export))
		r.Method(http.MethodGet, "/litiges/{id}", httpx.Handler(h.show))
		r.Method(http.MethodPost, "/litiges/{id}/accepter", httpx.Handler(h.accept))
		r.Method(http.MethodPost, "/litiges/{id}/rejeter", httpx.Handler(h.reject))
	})
}

func (h *DisputeHandlers) lists() disputeui.Lists {
	return disputeui.Lists{Disputes: h.Disputes, Side: dispute.ForOperator, Now: h.Now, Address: urls.AdminDisputes(), Sheet: urls.AdminDisputesCSV(),
		Lead: "Structure", First: func(d dispute.Dispute) templ.Component { return ui.Link(d.Structure, urls.AdminDispute(d.ID)) }}
}

func (h *DisputeHandlers) list(w http.ResponseWriter, r *http.Request) error {
	view, err := h.lists().Read(r)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litiges")
	page.Crumbs = []ui.Crumb{{Label: "À traiter", Href: urls.AdminHome()}, {Label: "Litiges"}}
	return httpx.Render(w, r, http.StatusOK, disputesTemplate(page, view))
}

type disputeView struct {
	dispute.Dispute
	MayDecide bool
	Decision  string
	Together  bool
	Errors    ui.Errors
}

// together offers to settle at once the chèques of the séance refused for the
// same reason.
func (v disputeView) together() string {
	if v.Siblings == 1 {
		return "Décider aussi de l’autre chèque de cette séance refusé pour la même raison"
	}
	return "Décider aussi des " + format.Number(v.Siblings) + " autres chèques de cette séance refusés pour la même raison"
}

func (h *DisputeHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.render(w, r, id, httpx.Values{}, nil)
}

// render shows a dispute, with what was typed when it was refused.
func (h *DisputeHandlers) render(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	d, err := h.Disputes.One(r.Context(), actor, dispute.ForOperator, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litige, "+d.Structure)
	page.Crumbs = []ui.Crumb{{Label: "À traiter", Href: urls.AdminHome()}, {Label: "Litiges", Href: urls.AdminDisputes()}, {Label: d.Structure}}
	status := http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, disputeTemplate(page, disputeView{
		Dispute: d, MayDecide: d.State == dispute.Open && actor.Can(identity.PlatformPayments),
		Decision: typed.Get("motif"), Together: typed.Bool("ensemble"), Errors: page.Errors,
	}))
}

func (h *DisputeHandlers) accept(w http.ResponseWriter, r *http.Request) error {
	return h.decide(w, r, func(id uuid.UUID, form httpx.Values) (string, error) {
		done, err := h.Disputes.Accept(r.Context(), httpx.Actor(r), id, form.Get("motif"), form.Bool("ensemble"))
		return "Litige accepté\u00a0: " + format.Count(done.Cheques, "chèque encaissé", "chèques encaissés") + " (" + done.Amount.String() + "). La structure est prévenue.", err
	})
}

func (h *DisputeHandlers) reject(w http.ResponseWriter, r *http.Request) error {
	return h.decide(w, r, func(id uuid.UUID, form httpx.Values) (string, error) {
		n, err := h.Disputes.Reject(r.Context(), httpx.Actor(r), id, form.Get("motif"), form.Bool("ensemble"))
		return "Litige rejeté\u00a0: " + format.Count(n, "chèque ne sera pas payé", "chèques ne seront pas payés") + ". La structure est prévenue.", err
	})
}

func (h *DisputeHandlers) decide(w http.ResponseWriter, r *http.Request, do func(uuid.UUID, httpx.Values) (string, error)) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	done, err := do(id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, id, form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.AdminDispute(id))
}
