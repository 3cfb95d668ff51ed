package commanditaire

import (
	"context"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/reporting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// DashboardHandlers shows what became of the carnets: of an order, of all of
// them, and what each figure means. It is the Figures of OrderHandlers.
type DashboardHandlers struct {
	Reports *reporting.Service
}

// Routes mounts the screens under /commanditaire.
func (h *DashboardHandlers) Routes(r chi.Router) {
	readers := httpx.Need(identity.OrderRead, identity.FundedRead, identity.PlatformRead)
	r.Group(func(r chi.Router) {
		r.Use(readers)
		r.Method(http.MethodGet, "/usages", httpx.Handler(h.all))
		r.Method(http.MethodGet, "/definitions", httpx.Handler(h.definitions))
		r.Method(http.MethodGet, "/commandes/{id}/usages", httpx.Handler(h.one))
		r.Method(http.MethodGet, "/commandes/{id}/usages/{kind}.csv", httpx.Handler(h.sheet))
	})
}

// Figures draws an order's figures for its own page: four figures, the chart,
// and the way to the rest.
func (h *DashboardHandlers) Figures(ctx context.Context, actor identity.Actor, o order.Order) (Usage, error) {
	f, err := h.Reports.OrderFigures(ctx, actor, o.CommanditaireID, o.ID)
	if err != nil {
		return Usage{}, err
	}
	v := newUsageView(f)
	return Usage{Cards: usageCards(v), Chart: usageChart(v)}, nil
}

// Overview draws the four figures of all the orders that the actor reads.
func (h *DashboardHandlers) Overview(ctx context.Context, actor identity.Actor) (templ.Component, error) {
	f, err := h.Reports.Overview(ctx, actor)
	if err != nil || f.Issued.Carnets == 0 {
		return nil, err
	}
	v := newUsageView(f)
	return ui.Figures([]ui.Figure{v.Cards[1], v.Cards[2], v.More[0], v.More[1]}), nil
}

func (h *DashboardHandlers) one(w http.ResponseWriter, r *http.Request) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	line := f.One()
	page := httpx.Page(r, "Distribution et usages – "+line.Title)
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: orderLabel(line), Href: urls.Order(line.ID)}, {Label: "Distribution et usages"}}
	return httpx.Render(w, r, http.StatusOK, usagePage(page, newUsageView(f)))
}

func (h *DashboardHandlers) all(w http.ResponseWriter, r *http.Request) error {
	f, err := h.Reports.Overview(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Distribution et usages")
	page.Crumbs = []ui.Crumb{{Label: "Tableau de bord", Href: urls.Commanditaire()}, {Label: "Distribution et usages"}}
	return httpx.Render(w, r, http.StatusOK, allUsagePage(page, newUsageView(f)))
}

func (h *DashboardHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	kind := reporting.ExportKind(chi.URLParam(r, "kind"))
	name := fmt.Sprintf("%s-%s.csv", kind, orderLabel(f.One()))
	switch kind {
	case reporting.ExportCarnets:
		return httpx.CSV(w, name, func(w http.ResponseWriter) error {
			return h.Reports.WriteCarnets(r.Context(), httpx.Actor(r), f.One(), w)
		})
	case reporting.ExportMonths, reporting.ExportEntries, reporting.ExportCommunes, reporting.ExportPoints:
		return httpx.CSV(w, name, func(w http.ResponseWriter) error { return reporting.WriteUsage(w, f, kind) })
	default:
		return httpx.ErrNotFound
	}
}

func (h *DashboardHandlers) definitions(w http.ResponseWriter, r *http.Request) error {
	page := httpx.Page(r, "D’où viennent ces chiffres\u00a0?")
	page.Crumbs = []ui.Crumb{{Label: "Distribution et usages", Href: urls.Usage()}, {Label: "Définitions"}}
	return httpx.Render(w, r, http.StatusOK, definitionsPage(page, reporting.Definitions))
}

func (h *DashboardHandlers) read(r *http.Request) (reporting.Figures, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return reporting.Figures{}, err
	}
	return h.Reports.OrderFigures(r.Context(), httpx.Actor(r), uuid.Nil, id)
}

func orderLabel(line reporting.Line) string {
	if line.Number == "" {
		return "Brouillon"
	}
	return line.Number
}
