package incidentui

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// StructureHandlers shows a structure what was corrected on its payments.
type StructureHandlers struct{ Incidents *incident.Service }

// Routes mounts the screen under /structure.
func (h *StructureHandlers) Routes(r chi.Router) {
	r.With(httpx.Need(identity.PaymentRead)).Method(http.MethodGet, "/incidents", httpx.Handler(h.list))
}

type listView struct {
	Title, Lead string
	Figures     []ui.Figure
	Notice      string // a negative balance; empty when there is none
	Table       ui.TableArgs
	Pager       ui.Pagination
}

func (h *StructureHandlers) list(w http.ResponseWriter, r *http.Request) error {
	after := incident.Key{}
	httpx.Cursor(r, &after)
	found, b, more, err := h.Incidents.Own(r.Context(), httpx.Actor(r), after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Corrections")
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.StructurePayments()}, {Label: "Corrections"}}
	v := listView{Title: "Corrections", Lead: "Ce qui a été payé n’est jamais modifié. Une correction figure sur le paiement suivant, avec son motif.", Table: Table(found, ForStructure),
		Figures: []ui.Figure{
			{Label: "Corrections en attente", Value: b.OpenCents.String(), Note: "au prochain paiement"},
			{Label: "Chèques en attente", Value: b.ChequesCents.String(), Note: "encaissés, pas encore payés"},
			{Label: "Votre solde", Value: b.PayableCents.String(), Note: "tout ce qui vous est dû"},
		}}
	if b.PayableCents < 0 {
		v.Notice = "Vous devez " + money.Cents(-b.PayableCents).String() + ". Cette somme est reportée et sera retenue sur vos prochains chèques. Vous pouvez aussi la rembourser par virement sur le compte dédié\u00a0: écrivez à l’opérateur."
	}
	v.Pager = pager(r, found, more)
	return httpx.Render(w, r, http.StatusOK, listPage(page, v))
}

func pager(r *http.Request, found []incident.Incident, more bool) ui.Pagination {
	if len(found) == 0 {
		return ui.Pagination{}
	}
	last := found[len(found)-1]
	return httpx.Pager(r, more, incident.Key{At: last.ProposedAt, ID: last.ID})
}

// OrderHandlers shows a commanditaire what was corrected on its orders.
type OrderHandlers struct{ Incidents *incident.Service }

// Routes mounts the screen under /commanditaire.
func (h *OrderHandlers) Routes(r chi.Router) {
	r.With(httpx.Need(identity.OrderRead)).Method(http.MethodGet, "/incidents", httpx.Handler(h.list))
}

func (h *OrderHandlers) list(w http.ResponseWriter, r *http.Request) error {
	after := incident.Key{}
	httpx.Cursor(r, &after)
	order, _ := httpx.Query(r).UUID("commande")
	found, totals, more, err := h.Incidents.OfOrders(r.Context(), httpx.Actor(r), order, after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Corrections")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.Finances()}, {Label: "Corrections"}}
	v := listView{Title: "Corrections", Lead: "Des chèques payés à tort aux structures\u00a0: leur valeur vous est rendue. Un geste commercial est payé par l’opérateur, sans rien vous coûter.",
		Table: Table(found, ForCommanditaire), Pager: pager(r, found, more),
		Figures: []ui.Figure{
			{Label: "Corrections", Value: format.Number(totals.Incidents), Note: "décidées"},
			{Label: "Repris aux structures", Value: totals.TakenCents.String(), Note: "avant annulations"},
		}}
	if order != uuid.Nil && len(found) > 0 {
		v.Lead = "Commande " + found[0].OrderNumber + ". " + v.Lead
	}
	return httpx.Render(w, r, http.StatusOK, listPage(page, v))
}
