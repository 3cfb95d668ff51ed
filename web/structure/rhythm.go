package structure

import (
	"net/http"
	"strconv"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// termsView is how the structure is paid, and whether the reader may choose.
type termsView struct {
	settlement.Terms
	May   bool
	Error string
}

// newTermsView reads how the structure is paid; a choice just refused is told.
func (h *PaymentHandlers) newTermsView(r *http.Request, errors ui.Errors) (termsView, error) {
	terms, err := h.Payments.OwnTerms(r.Context(), httpx.Actor(r))
	return termsView{Terms: terms, May: httpx.Actor(r).Can(identity.StructureWrite), Error: errors.For("rythme")}, err
}

// chooseRhythm says how often the structure wants to be paid.
func (h *PaymentHandlers) chooseRhythm(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	rhythm := settlement.Rhythm(form.Get("rythme"))
	err = h.Payments.ChooseRhythm(r.Context(), httpx.Actor(r), rhythm)
	if f, refused := fault.ForForm(err); refused {
		return h.showPayments(w, r, f)
	}
	if err != nil {
		return err
	}
	done := "Vous serez payé chaque mois."
	if rhythm == settlement.Weekly {
		done = "Vous serez payé chaque semaine."
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.StructurePayments())
}

// when says with which chèques one is paid next.
func (v termsView) when() string {
	if v.Rhythm == settlement.Weekly {
		return "Les chèques acceptés jusqu’au dimanche " + format.Date(v.Cutoff) + " sont payés ensemble dans la semaine qui suit."
	}
	return "Les chèques acceptés jusqu’au " + format.Date(v.Cutoff) + " sont payés ensemble dans les jours qui suivent."
}

// least says from which amount a transfer is made, empty when from any.
func (v termsView) least() string {
	if v.MinimumCents == 0 {
		return ""
	}
	return "En dessous de " + money.Cents(v.MinimumCents).Short() + ", la somme est reportée au paiement suivant, pendant " + strconv.Itoa(v.CarryMonths) + "\u00a0mois au plus."
}
