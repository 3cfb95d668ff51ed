package admin

import (
	"context"
	"errors"
	"net/http"
	"time"

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
		get("/paiements/preparer.csv", h.previewSheet)
		get("/paiements/regles", h.rules)
		post("/paiements/regles", h.decide)
		get("/paiements/{id}", h.show)
		get("/paiements/{id}/fichier-bancaire", h.bankFile)
		get("/paiements/{id}/fichier-bancaire/{part}", h.bankFilePart)
		get("/paiements/{id}/releves", h.statements)
		get("/paiements/{id}/lignes/{line}", h.line)
		get("/paiements/{id}/lignes/{line}/releve", h.statement)
		get("/paiements/{id}/lignes/{line}/bordereau", h.bordereau)
		post("/paiements/{id}/lignes/{line}/executer", h.executeLine)
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
	rules, err := h.Payments.RulesInForce(r.Context(), actor)
	if err != nil {
		return err
	}
	v := newPaymentsView(actor, batches, dues, rules.LastCutoff(h.Payments.Today()))
	if more {
		v.Pager = httpx.Pager(r, true, settlement.BatchKey{Cutoff: batches[len(batches)-1].Cutoff, ID: batches[len(batches)-1].ID})
	} else {
		v.Pager = httpx.Pager(r, false, nil)
	}
	page := httpx.Page(r, "Paiements des structures")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Paiements"}}
	return httpx.Render(w, r, http.StatusOK, paymentsTemplate(page, v))
}

var errNoPaymentDay = fault.Field("date", "Indiquez un jour, par exemple 31/10/2026.")

// paymentCrumbs leads back from a page of the payments to the finances.
func paymentCrumbs(here ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Paiements", Href: urls.AdminPayments()}}, here...)
}

// paymentTabs are the pages about paying structures.
func paymentTabs(current string) []ui.Tab {
	tabs := []ui.Tab{
		{Label: "Lots", Href: urls.AdminPayments()},
		{Label: "Aperçu", Href: urls.AdminPaymentPreview(time.Time{})},
		{Label: "Règles", Href: urls.AdminPaymentRules()},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
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
		if part, ok := form.Int("fichier"); ok {
			return s.ExecutePart(ctx, a, id, part, on)
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
	files, err := h.Payments.Files(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, d.Title())
	page.Crumbs = paymentCrumbs(ui.Crumb{Label: d.Number})
	page.Errors = ui.ErrorsFrom(refusal)
	v := newPaymentView(d, httpx.Actor(r), format.Typed(h.Payments.Today()), typed, page.Errors)
	v.addFiles(files)
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
