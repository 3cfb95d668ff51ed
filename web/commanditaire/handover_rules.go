package commanditaire

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func ownOptions() []ui.Option {
	options := make([]ui.Option, len(order.OwnRules))
	for i, r := range order.OwnRules {
		options[i] = ui.Option{Value: string(r), Label: r.Label()}
	}
	return options
}

type handOverRulesView struct {
	orderForm
	ID      uuid.UUID
	Order   string
	Settled bool // the rule of own hand-overs no longer changes
	Errors  ui.Errors
}

func (h *OrderHandlers) handOverRules(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	return showHandOverRules(w, r, o, formOf(o.Specification), nil)
}

func (h *OrderHandlers) saveHandOverRules(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	f := orderForm{Own: v.Get("remise_propre"), Documents: v.Get("documents"), Unannounced: v.Bool("discrete")}
	rules := order.HandOverRules{Own: order.OwnHandovers(f.Own), Documents: f.Documents, Unannounced: f.Unannounced}
	err = h.Orders.SetHandOverRules(r.Context(), httpx.Actor(r), o.ID, rules)
	if refusal, ok := fault.ForForm(err); ok {
		return showHandOverRules(w, r, o, f, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est enregistré.")
	return httpx.SeeOther(w, r, urls.Order(o.ID))
}

func showHandOverRules(w http.ResponseWriter, r *http.Request, o order.Order, f orderForm, refusal *fault.Error) error {
	page := httpx.Page(r, "Remettre et demander")
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: o.Name(), Href: urls.Order(o.ID)}, {Label: "Remettre et demander"}}
	status := http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	view := handOverRulesView{orderForm: f, ID: o.ID, Order: o.Name(), Settled: o.State.Reached(order.Active), Errors: page.Errors}
	return httpx.Render(w, r, status, handOverRulesPage(page, view))
}
