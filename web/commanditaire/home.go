package commanditaire

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// awaitingUs are the states that wait for the commanditaire; a shipped order waits
// for the counters, but it may confirm the delivery itself.
var awaitingUs = []order.State{order.Draft, order.Quoted, order.ProofProposed, order.Shipped, order.Delivered}

type homeView struct {
	Organisation string
	MayWrite     bool
	First        bool // nothing ordered yet
	Checklist    []ui.Task
	ToDo         []ui.Task
	Figures      templ.Component
	Endings      templ.Component // nil when nothing ends soon
	Recent       ui.TableArgs
	Funded       ui.TableArgs
}

func (h *OrderHandlers) home(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	v := homeView{Organisation: actor.OrganisationName, MayWrite: actor.Can(identity.OrderWrite)}
	if actor.Can(identity.OrderRead) {
		if err := h.ownOrders(r, &v); err != nil {
			return err
		}
	}
	if h.Figures != nil {
		figures, err := h.Figures.Overview(r.Context(), actor)
		if err != nil {
			return err
		}
		v.Figures = figures
	}
	if h.Endings != nil {
		endings, err := h.Endings.Commanditaire(r)
		if err != nil {
			return err
		}
		v.Endings = endings
	}
	funded, err := h.Orders.Funded(r.Context(), actor, order.Filter{Limit: 5})
	if err != nil && actor.Can(identity.FundedRead) {
		return err
	}
	v.Funded = fundedSummary(funded.Orders)
	return httpx.Render(w, r, http.StatusOK, homePage(httpx.Page(r, "Tableau de bord"), v))
}

func (h *OrderHandlers) ownOrders(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	recent, err := h.Orders.List(r.Context(), actor, order.Filter{Limit: 5})
	if err != nil {
		return err
	}
	v.First = len(recent.Orders) == 0
	v.Recent = ordersTable(recent.Orders, ui.EmptyArgs{})
	if v.First {
		points, err := h.Orders.Points(r.Context(), actor)
		v.Checklist = checklist(len(points) > 0)
		return err
	}
	waiting, err := h.Orders.List(r.Context(), actor, order.Filter{States: awaitingUs, Limit: 20})
	for _, o := range waiting.Orders {
		v.ToDo = append(v.ToDo, ui.Task{Title: orderTitle(o), Hint: orderui.Next(o.State, order.ByCommanditaire), Href: urls.Order(o.ID), Status: orderui.Tag(o.State)})
	}
	return err
}

func checklist(points bool) []ui.Task {
	todo := func(done bool) ui.Task {
		if done {
			return ui.Task{}
		}
		return ui.Task{Status: ui.Tag(ui.Warn, "à faire")}
	}
	steps := []ui.Task{todo(true), todo(points), todo(false)}
	steps[0].Title, steps[0].Hint = "Rejoindre Passnum", "Votre organisation est acceptée comme commanditaire."
	steps[1].Title, steps[1].Hint, steps[1].Href = "Signer une convention avec un guichet", "Une convention de mandat est signée avant toute livraison de carnets.", urls.Conventions()
	steps[2].Title, steps[2].Hint, steps[2].Href = "Préparer votre première commande", "Format, validité, territoire, livraison\u00a0: le brouillon s’enregistre à tout moment.", urls.NewOrder()
	return steps
}

func fundedSummary(orders []order.Summary) ui.TableArgs {
	t := ui.TableArgs{Caption: "Ce que vous cofinancez", HideCaption: true, Compact: true, Columns: ui.Columns("Commande", "Commanditaire", "#Votre part", "Étape")}
	for _, o := range orders {
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(orderTitle(o), urls.Order(o.ID)), ui.Text(o.Commanditaire), ui.Amount(o.Share), orderui.Tag(o.State)))
	}
	return t
}
