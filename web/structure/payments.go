package structure

import (
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// PaymentHandlers shows a structure what it is owed and what it was paid.
type PaymentHandlers struct {
	Payments *settlement.Service
}

// Routes mounts the screens under /structure.
func (h *PaymentHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PaymentRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		get("/paiements", h.payments)
		get("/paiements/a-payer.csv", h.waitingSheet)
		get("/paiements/annees/{year}", h.year)
		get("/paiements/annees/{year}/{paper}", h.yearPaper)
		r.Method(http.MethodPost, "/paiements/rythme", httpx.Handler(h.chooseRhythm))
		get("/paiements/{line}", h.payment)
		get("/paiements/{line}/bordereau", h.bordereau)
		get("/paiements/{line}/releve", h.statement)
		get("/paiements/{line}/cheques.csv", h.sheet)
	})
}

// payments shows the chèques to be paid, or with « vue=payes » the payments.
func (h *PaymentHandlers) payments(w http.ResponseWriter, r *http.Request) error {
	return h.showPayments(w, r, nil)
}

// showPayments also tells the refusal of a choice just made there.
func (h *PaymentHandlers) showPayments(w http.ResponseWriter, r *http.Request, refusal *fault.Error) error {
	position, err := h.Payments.OwnPosition(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := newPaymentsView(position, h.Payments.Today(), httpx.Query(r).Get("vue") == viewPaid)
	if v.Paid {
		err = h.fillPaid(r, &v)
	} else {
		err = h.fillWaiting(r, &v)
	}
	if err != nil {
		return err
	}
	if v.Years, err = h.Payments.OwnYears(r.Context(), httpx.Actor(r)); err != nil {
		return err
	}
	if len(v.Years) > 0 {
		v.Tabs = append(v.Tabs, ui.Tab{Label: "Documents de l’année", Href: urls.StructurePaymentYear(v.Years[0])})
	}
	page, status := httpx.Page(r, "Paiements"), http.StatusOK
	if page.Errors = ui.ErrorsFrom(refusal); refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	if v.Terms, err = h.newTermsView(r, page.Errors); err != nil {
		return err
	}
	return httpx.Render(w, r, status, paymentsTemplate(page, v))
}

func (h *PaymentHandlers) fillWaiting(r *http.Request, v *paymentsView) error {
	cheques, more, err := h.Payments.OwnWaiting(r.Context(), httpx.Actor(r), paymentCursor(r))
	if err != nil {
		return err
	}
	v.Table, v.Pager = paymentWaiting(cheques), httpx.Pager(r, more, paymentCursorAfter(cheques))
	return nil
}

func (h *PaymentHandlers) fillPaid(r *http.Request, v *paymentsView) error {
	var after *settlement.PaidKey
	var key, last settlement.PaidKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	lines, more, err := h.Payments.OwnLines(r.Context(), httpx.Actor(r), after)
	if err != nil {
		return err
	}
	if n := len(lines); n > 0 {
		last = settlement.PaidKey{To: lines[n-1].PeriodTo, ID: lines[n-1].ID}
	}
	v.Table, v.Pager = paymentLines(lines), httpx.Pager(r, more, last)
	return nil
}

func (h *PaymentHandlers) payment(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "line")
	if err != nil {
		return err
	}
	l, err := h.Payments.OwnLine(r.Context(), httpx.Actor(r), id, paymentCursor(r))
	if err != nil {
		return err
	}
	why, err := h.Payments.OwnExplanation(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Paiement "+l.SettlementNumber)
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.StructurePayments()}, {Label: l.SettlementNumber}}
	return httpx.Render(w, r, http.StatusOK, paymentTemplate(page, newPaymentView(l, why, httpx.Pager(r, l.More, paymentCursorAfter(l.Cheques)))))
}

func (h *PaymentHandlers) statement(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "line")
	if err != nil {
		return err
	}
	name, pdf, err := h.Payments.OwnStatement(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func (h *PaymentHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "line")
	if err != nil {
		return err
	}
	name, write, err := h.Payments.OwnSheet(r.Context(), httpx.Actor(r), id)
	return sendPaymentSheet(w, name, write, err)
}

func (h *PaymentHandlers) waitingSheet(w http.ResponseWriter, r *http.Request) error {
	name, write, err := h.Payments.OwnWaitingSheet(r.Context(), httpx.Actor(r))
	return sendPaymentSheet(w, name, write, err)
}

func sendPaymentSheet(w http.ResponseWriter, name string, write func(io.Writer) error, err error) error {
	if err != nil {
		return err
	}
	return httpx.CSV(w, name, func(w http.ResponseWriter) error { return write(w) })
}

func paymentCursor(r *http.Request) *settlement.ChequeKey {
	var key settlement.ChequeKey
	if !httpx.Cursor(r, &key) || key.ID == uuid.Nil {
		return nil
	}
	return &key
}

func paymentCursorAfter(cheques []settlement.Cheque) settlement.ChequeKey {
	if len(cheques) == 0 {
		return settlement.ChequeKey{}
	}
	last := cheques[len(cheques)-1]
	return settlement.ChequeKey{At: last.At, ID: last.ID}
}
