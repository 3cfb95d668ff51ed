package admin

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// PaymentHandlers shows the contre-paiements to the operator, and its acts on them.
type PaymentHandlers struct {
	Payments *settlement.Service
}

// Routes mounts the screens under /admin.
func (h *PaymentHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
		get("/paiements", h.list)
		get("/paiements/preparer", h.preview)
		get("/paiements/{id}", h.show)
		get("/paiements/{id}/fichier-bancaire", h.bankFile)
		get("/paiements/{id}/releves", h.statements)
		get("/paiements/{id}/lignes/{line}", h.line)
		get("/paiements/{id}/lignes/{line}/releve", h.statement)
		post("/paiements", h.prepare)
		for name, act := range paymentActs {
			post("/paiements/{id}/"+name, h.post(act))
		}
	})
}

func (h *PaymentHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	var after *settlement.BatchKey
	var key settlement.BatchKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	batches, more, err := h.Payments.Batches(r.Context(), actor, after)
	if err != nil {
		return err
	}
	dues, err := h.Payments.Due(r.Context(), actor)
	if err != nil {
		return err
	}
	v := newPaymentsView(actor, batches, dues, h.Payments.Suggestion())
	if more {
		v.Pager = httpx.Pager(r, true, settlement.BatchKey{Cutoff: batches[len(batches)-1].Cutoff, ID: batches[len(batches)-1].ID})
	} else {
		v.Pager = httpx.Pager(r, false, nil)
	}
	return httpx.Render(w, r, http.StatusOK, paymentsTemplate(httpx.Page(r, "Paiements des structures"), v))
}

// preview shows what a day would pay, proposing the end of last month.
func (h *PaymentHandlers) preview(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	v := previewView{Typed: query.Get("date"), May: httpx.Actor(r).Can(identity.PlatformPayments)}
	if !query.Has("date") {
		v.Typed = format.Typed(h.Payments.Suggestion())
	}
	cutoff, ok := httpx.NewValues(map[string][]string{"date": {v.Typed}}).Date("date")
	if !ok {
		return h.showPreview(w, r, v, errNoPaymentDay)
	}
	v.Cutoff = cutoff
	preview, err := h.Payments.Preview(r.Context(), httpx.Actor(r), settlement.Monthly, cutoff)
	if f, refused := fault.ForForm(err); refused {
		return h.showPreview(w, r, v, f)
	}
	if err != nil {
		return err
	}
	v.fill(preview.Dues)
	return h.showPreview(w, r, v, nil)
}

var errNoPaymentDay = fault.Field("date", "Indiquez un jour, par exemple 31/10/2026.")

func (h *PaymentHandlers) showPreview(w http.ResponseWriter, r *http.Request, v previewView, refusal *fault.Error) error {
	page := httpx.Page(r, "Préparer un contre-paiement")
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.AdminPayments()}, {Label: "Préparer"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v.Error = page.Errors.For("date")
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, previewTemplate(page, v))
}

func (h *PaymentHandlers) prepare(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := previewView{Typed: form.Get("date"), May: true}
	cutoff, ok := form.Date("date")
	if !ok {
		return h.showPreview(w, r, v, errNoPaymentDay)
	}
	v.Cutoff = cutoff
	id, err := h.Payments.Prepare(r.Context(), httpx.Actor(r), cutoff)
	if f, refused := fault.ForForm(err); refused {
		return h.showPreview(w, r, v, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le contre-paiement est préparé. Une autre personne doit maintenant l’approuver.")
	return httpx.SeeOther(w, r, urls.AdminPayment(id))
}

// paymentAct is one thing done to a contre-paiement, from its page.
type paymentAct struct {
	done string
	do   func(ctx context.Context, s *settlement.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error
}

var paymentActs = map[string]paymentAct{
	"approuver": {"Le contre-paiement est approuvé. Envoyez le fichier à la banque.", func(ctx context.Context, s *settlement.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.Approve(ctx, a, id)
	}},
	"executer": {"L’exécution est enregistrée. Les structures lisent la date du virement.", func(ctx context.Context, s *settlement.Service, a identity.Actor, id uuid.UUID, form httpx.Values) error {
		on, ok := form.Date("date")
		if !ok {
			return errNoPaymentDay
		}
		return s.Execute(ctx, a, id, on)
	}},
	"abandonner": {"La préparation est abandonnée. Ses chèques attendent le prochain contre-paiement.", func(ctx context.Context, s *settlement.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.Discard(ctx, a, id)
	}},
}

// post runs an act; a refusal shows the page again with what was typed.
func (h *PaymentHandlers) post(a paymentAct) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		err = a.do(r.Context(), h.Payments, httpx.Actor(r), id, form)
		if f, ok := fault.ForForm(err); ok {
			err = h.page(w, r, id, form, f)
			if !errors.Is(err, settlement.ErrNotFound) {
				return err
			}
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, a.done)
		if r.URL.Path == urls.AdminPayment(id, "abandonner") {
			return httpx.SeeOther(w, r, urls.AdminPayments())
		}
		return httpx.SeeOther(w, r, urls.AdminPayment(id))
	}
}

func (h *PaymentHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, httpx.NewValues(nil), nil)
}

func (h *PaymentHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	var after *settlement.LineKey
	var key settlement.LineKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	d, err := h.Payments.Batch(r.Context(), httpx.Actor(r), id, after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Contre-paiement "+d.Number)
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.AdminPayments()}, {Label: d.Number}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newPaymentView(d, httpx.Actor(r), format.Typed(h.Payments.Today()), typed, page.Errors)
	var last settlement.LineKey
	if n := len(d.Page); n > 0 {
		last = settlement.LineKey{Name: d.Page[n-1].StructureName, ID: d.Page[n-1].ID}
	}
	v.Pager = httpx.Pager(r, d.More, last)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, paymentTemplate(page, v))
}
