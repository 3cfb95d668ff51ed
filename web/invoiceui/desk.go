package invoiceui

import (
	"net/http"

	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Desk says what invoices ask of the operator.
type Desk struct {
	Invoices *invoicing.Service
}

// Operator answers one task for all that is due and was not billed.
func (d *Desk) Operator(r *http.Request) ([]ui.Task, error) {
	waiting, err := d.Invoices.ToBill(r.Context(), httpx.Actor(r))
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	var sum money.Cents
	for _, w := range waiting {
		sum += w.Total()
	}
	return []ui.Task{{Title: format.Count(len(waiting), "facture à émettre", "factures à émettre"), Hint: "Ce qui est dû et n’a pas encore de facture · " + sum.String(),
		Href: urls.AdminBills(), Status: ui.Tag(ui.Warn, "à\u00a0faire")}}, nil
}
