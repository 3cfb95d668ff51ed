package admin

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// line shows what one structure is paid, chèque by chèque.
func (h *PaymentHandlers) line(w http.ResponseWriter, r *http.Request) error {
	batch, id, err := paymentLinePath(r)
	if err != nil {
		return err
	}
	var after *settlement.ChequeKey
	var key settlement.ChequeKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	l, err := h.Payments.Line(r.Context(), httpx.Actor(r), id, after)
	if err != nil {
		return err
	}
	if l.SettlementID != batch {
		return settlement.ErrNotFound
	}
	var last settlement.ChequeKey
	if n := len(l.Cheques); n > 0 {
		last = settlement.ChequeKey{At: l.Cheques[n-1].At, ID: l.Cheques[n-1].ID}
	}
	page := httpx.Page(r, l.StructureName+" – "+l.SettlementNumber)
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.AdminPayments()}, {Label: l.SettlementNumber, Href: urls.AdminPayment(batch)}, {Label: l.StructureName}}
	v := paymentLineView{
		LinePage: l, Pager: httpx.Pager(r, l.More, last), Sums: paymentui.Subtotals(l),
		Table: paymentui.Cheques("Chèques payés", l.Cheques, ui.EmptyArgs{}),
	}
	return httpx.Render(w, r, http.StatusOK, paymentLineTemplate(page, v))
}

func paymentLinePath(r *http.Request) (batch, line uuid.UUID, err error) {
	if batch, err = httpx.PathUUID(r, "id"); err != nil {
		return batch, line, err
	}
	line, err = httpx.PathUUID(r, "line")
	return batch, line, err
}

func (h *PaymentHandlers) statement(w http.ResponseWriter, r *http.Request) error {
	_, id, err := paymentLinePath(r)
	if err != nil {
		return err
	}
	name, pdf, err := h.Payments.Statement(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func (h *PaymentHandlers) statements(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name, write, err := h.Payments.Statements(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	httpx.Attach(w, name, "application/zip")
	return write(w)
}

// bankFile downloads the file for the bank; a refusal is told on the page of the
// contre-paiement, where it can be acted on.
func (h *PaymentHandlers) bankFile(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name, content, err := h.Payments.BankFile(r.Context(), httpx.Actor(r), id)
	if f, ok := fault.ForForm(err); ok {
		return h.page(w, r, id, httpx.NewValues(nil), f)
	}
	if err != nil {
		return err
	}
	return httpx.File(w, name, httpx.TypeXML, content)
}
