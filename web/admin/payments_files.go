package admin

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// line shows what one structure is paid, chèque by chèque.
func (h *PaymentHandlers) line(w http.ResponseWriter, r *http.Request) error {
	batch, id, err := paymentLinePath(r)
	if err != nil {
		return err
	}
	return h.showLine(w, r, batch, id, format.Typed(h.Payments.Today()), nil)
}

func (h *PaymentHandlers) showLine(w http.ResponseWriter, r *http.Request, batch, id uuid.UUID, day string, refusal *fault.Error) error {
	var after *settlement.ChequeKey
	var key, last settlement.ChequeKey
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
	if n := len(l.Cheques); n > 0 {
		last = settlement.ChequeKey{At: l.Cheques[n-1].At, ID: l.Cheques[n-1].ID}
	}
	page := httpx.Page(r, l.StructureName+" – "+l.SettlementNumber)
	page.Crumbs = paymentCrumbs(ui.Crumb{Label: l.SettlementNumber, Href: urls.AdminPayment(batch)}, ui.Crumb{Label: l.StructureName})
	page.Errors = ui.ErrorsFrom(refusal)
	v := newPaymentLineView(l, httpx.Actor(r), day)
	v.Pager, v.Errors = httpx.Pager(r, l.More, last), page.Errors
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, paymentLineTemplate(page, v))
}

// executeLine confirms one transfer.
func (h *PaymentHandlers) executeLine(w http.ResponseWriter, r *http.Request) error {
	batch, id, err := paymentLinePath(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	on, ok := form.Date("date")
	err = errNoPaymentDay
	if ok {
		err = h.Payments.ExecuteLine(r.Context(), httpx.Actor(r), batch, id, on)
	}
	if f, refused := fault.ForForm(err); refused {
		return h.showLine(w, r, batch, id, form.Get("date"), f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le virement est confirmé. La structure lit sa date.")
	return httpx.SeeOther(w, r, urls.AdminPayment(batch))
}

// bankFilePart downloads one of the files for the bank.
func (h *PaymentHandlers) bankFilePart(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	part, err := strconv.Atoi(chi.URLParam(r, "part"))
	if err != nil {
		return settlement.ErrNoPart
	}
	name, content, err := h.Payments.BankFilePart(r.Context(), httpx.Actor(r), id, part)
	if f, ok := fault.ForForm(err); ok {
		return h.page(w, r, id, httpx.NewValues(nil), f)
	}
	if err != nil {
		return err
	}
	return httpx.File(w, name, httpx.TypeXML, content)
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

func (h *PaymentHandlers) bordereau(w http.ResponseWriter, r *http.Request) error {
	_, id, err := paymentLinePath(r)
	if err != nil {
		return err
	}
	name, pdf, err := h.Payments.Bordereau(r.Context(), httpx.Actor(r), id)
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
	if strings.HasSuffix(name, ".zip") {
		return httpx.File(w, name, "application/zip", content)
	}
	return httpx.File(w, name, httpx.TypeXML, content)
}
