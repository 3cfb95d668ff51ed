package commanditaire

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/redemption/dispute"
	"passnum/web/disputeui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// DisputeHandlers shows a commanditaire the disputes on its own chèques: each one
// that is open holds back the end of its order. The operator decides.
type DisputeHandlers struct {
	Disputes *dispute.Service
	Now      func() time.Time
}

// Routes mounts the screens under /commanditaire.
func (h *DisputeHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/carnets/litiges", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/carnets/litiges.csv", httpx.Handler(h.lists().Export))
		r.Method(http.MethodGet, "/carnets/litiges/{id}", httpx.Handler(h.show))
	})
}

func (h *DisputeHandlers) lists() disputeui.Lists {
	return disputeui.Lists{Disputes: h.Disputes, Side: dispute.ForCommanditaire, Now: h.Now, Address: urls.CarnetDisputes(), Sheet: urls.CarnetDisputesCSV(),
		Lead: "Structure", First: func(d dispute.Dispute) templ.Component { return ui.Link(d.Structure, urls.CarnetDispute(d.ID)) }}
}

func (h *DisputeHandlers) list(w http.ResponseWriter, r *http.Request) error {
	view, err := h.lists().Read(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, disputesPage(httpx.Page(r, "Litiges"), view))
}

func (h *DisputeHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	d, err := h.Disputes.One(r.Context(), httpx.Actor(r), dispute.ForCommanditaire, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litige, "+d.Structure)
	page.Crumbs = []ui.Crumb{{Label: "Carnets", Href: urls.Carnets()}, {Label: "Litiges", Href: urls.CarnetDisputes()}, {Label: d.Structure}}
	return httpx.Render(w, r, http.StatusOK, disputePage(page, d))
}
