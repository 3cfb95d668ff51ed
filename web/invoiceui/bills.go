package invoiceui

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// bills lists what is due and was not billed.
func (h *AdminHandlers) bills(w http.ResponseWriter, r *http.Request) error {
	waiting, err := h.Invoices.ToBill(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := listView{Waiting: true, Bills: billsTable(waiting)}
	v.tabs(len(waiting))
	return httpx.Render(w, r, http.StatusOK, billsPage(adminPage(r, "Factures à émettre", factures, ui.Crumb{Label: "À émettre"}), v))
}

type billKey struct{ order, payer, cause uuid.UUID }

func billOf(r *http.Request) (k billKey, err error) {
	for name, id := range map[string]*uuid.UUID{"order": &k.order, "payer": &k.payer, "cause": &k.cause} {
		if *id, err = httpx.PathUUID(r, name); err != nil {
			return k, err
		}
	}
	return k, nil
}

func (h *AdminHandlers) bill(w http.ResponseWriter, r *http.Request) error {
	k, err := billOf(r)
	if err != nil {
		return err
	}
	return h.showBill(w, r, k, httpx.NewValues(nil), nil)
}

func (h *AdminHandlers) showBill(w http.ResponseWriter, r *http.Request, k billKey, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	waiting, services, err := h.Invoices.Preview(r.Context(), actor, k.order, k.payer, k.cause)
	if err != nil {
		return err
	}
	page := adminPage(r, "Facturer "+waiting.Payer, factures, ui.Crumb{Label: "À émettre", Href: urls.AdminBills()}, ui.Crumb{Label: "Commande " + waiting.OrderNumber})
	page.Errors = ui.ErrorsFrom(refusal)
	v := billView{Waiting: waiting, Services: services, References: referenceFields(typed, waiting.References), Errors: page.Errors, May: actor.Can(identity.PlatformFunds)}
	v.fill()
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, billPage(page, v))
}

// issue keeps the buyer's references, then issues.
func (h *AdminHandlers) issue(w http.ResponseWriter, r *http.Request) error {
	k, err := billOf(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	err = h.Invoices.SetReferences(r.Context(), actor, k.order, k.payer, referenceFields(form, invoicing.References{}))
	var d invoicing.Document
	if err == nil {
		d, err = h.Invoices.Issue(r.Context(), actor, k.order, k.payer, k.cause)
	}
	if f, refused := fault.ForForm(err); refused {
		return h.showBill(w, r, k, form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La facture "+d.Number+" est émise. Transmettez-la maintenant à l’acheteur.")
	return httpx.SeeOther(w, r, urls.AdminInvoice(d.ID))
}
