package commanditaire

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type signView struct {
	Order     order.Order
	Terms     order.Terms
	Signature order.Signature
	Quote     order.Document
	Printed   bool
}

func (h *OrderHandlers) signForm(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	terms, err := h.Orders.Terms(r.Context(), actor)
	if err != nil {
		return err
	}
	return h.signPage(w, r, http.StatusOK, order.Signature{Name: actor.Name, ServiceCode: terms.ServiceCode}, nil)
}

func (h *OrderHandlers) signPage(w http.ResponseWriter, r *http.Request, status int, typed order.Signature, refusal *fault.Error) error {
	o, err := h.readOwn(r, identity.OrderSign)
	if err != nil {
		return err
	}
	if o.State != order.Quoted && refusal == nil {
		return httpx.SeeOther(w, r, urls.Order(o.ID))
	}
	v := signView{Order: o, Signature: typed}
	if v.Terms, err = h.Orders.Terms(r.Context(), httpx.Actor(r)); err != nil {
		return err
	}
	v.Quote, v.Printed = o.QuoteDocument()
	page := orderPage(r, o, "Signer le devis")
	page.Errors = ui.ErrorsFrom(refusal)
	if !v.Printed && refusal == nil {
		page.RefreshSeconds = 3
	}
	return httpx.Render(w, r, status, signTemplate(page, v))
}

func (h *OrderHandlers) sign(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := order.Signature{
		Name: form.Get("nom"), Title: form.Get("qualite"), EngagementNumber: form.Get("engagement"),
		ServiceCode: form.Get("code_service"), Agreed: form.Bool("accord"),
	}
	err = h.Orders.Sign(r.Context(), httpx.Actor(r), id, typed)
	if f, ok := fault.ForForm(err); ok {
		return h.signPage(w, r, httpx.Status(f.Kind), typed, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le devis est signé. L’opérateur vous propose une date pour la réunion de cadrage.")
	return httpx.SeeOther(w, r, urls.Order(id))
}
