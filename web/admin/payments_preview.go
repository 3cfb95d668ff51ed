package admin

import (
	"net/http"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// preview shows what a day would pay, proposing the last cut-off of the rules.
func (h *PaymentHandlers) preview(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	v, err := h.newPreview(r, query)
	if err != nil {
		return err
	}
	if v.Typed == "" && !query.Has("date") {
		v.Typed = format.Typed(v.suggested())
	}
	cutoff, ok := httpx.NewValues(map[string][]string{"date": {v.Typed}}).Date("date")
	if !ok {
		return h.showPreview(w, r, v, errNoPaymentDay)
	}
	preview, err := h.Payments.Preview(r.Context(), httpx.Actor(r), v.Rhythm, cutoff)
	if f, refused := fault.ForForm(err); refused {
		return h.showPreview(w, r, v, f)
	}
	if err != nil {
		return err
	}
	v.fill(preview)
	return h.showPreview(w, r, v, nil)
}

// newPreview reads the form of the preview and the rules it would follow.
func (h *PaymentHandlers) newPreview(r *http.Request, form httpx.Values) (previewView, error) {
	rules, err := h.Payments.RulesInForce(r.Context(), httpx.Actor(r))
	v := previewView{
		Typed: form.Get("date"), Rhythm: settlement.Monthly, Rules: rules, Today: h.Payments.Today(), May: httpx.Actor(r).Can(identity.PlatformPayments),
	}
	if settlement.Rhythm(form.Get("rythme")) == settlement.Weekly {
		v.Rhythm = settlement.Weekly
	}
	return v, err
}

func (h *PaymentHandlers) showPreview(w http.ResponseWriter, r *http.Request, v previewView, refusal *fault.Error) error {
	page := httpx.Page(r, "Aperçu d’un contre-paiement")
	page.Crumbs = paymentCrumbs(ui.Crumb{Label: "Aperçu"})
	page.Errors = ui.ErrorsFrom(refusal)
	v.Error = page.Errors.For("date")
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, previewTemplate(page, v))
}

// previewSheet downloads the whole preview.
func (h *PaymentHandlers) previewSheet(w http.ResponseWriter, r *http.Request) error {
	v, err := h.newPreview(r, httpx.Query(r))
	if err != nil {
		return err
	}
	cutoff, ok := httpx.Query(r).Date("date")
	if !ok {
		return errNoPaymentDay
	}
	preview, err := h.Payments.Preview(r.Context(), httpx.Actor(r), v.Rhythm, cutoff)
	if err != nil {
		return err
	}
	return httpx.CSV(w, preview.Name(), func(w http.ResponseWriter) error { return preview.WriteSheet(w) })
}

func (h *PaymentHandlers) prepare(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v, err := h.newPreview(r, form)
	if err != nil {
		return err
	}
	cutoff, ok := form.Date("date")
	if !ok {
		return h.showPreview(w, r, v, errNoPaymentDay)
	}
	prepare := h.Payments.Prepare
	if v.Rhythm == settlement.Weekly {
		prepare = h.Payments.PrepareWeekly
	}
	id, err := prepare(r.Context(), httpx.Actor(r), cutoff)
	if f, refused := fault.ForForm(err); refused {
		return h.showPreview(w, r, v, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le contre-paiement est préparé. Une autre personne doit maintenant l’approuver.")
	return httpx.SeeOther(w, r, urls.AdminPayment(id))
}

// suggested is the day that the rules would cut now.
func (v previewView) suggested() time.Time {
	if v.Rhythm == settlement.Weekly {
		return settlement.LastSunday(v.Today)
	}
	return v.Rules.LastCutoff(v.Today)
}
