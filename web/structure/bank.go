package structure

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func (h *Handlers) bankForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.Structures.Dossier(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	form := structure.BankForm{Holder: d.AccountHolder, IBAN: identifier.IBAN(d.IBAN).Grouped(), BIC: d.BIC}
	if form.Holder == "" {
		form.Holder = d.Name
	}
	return httpx.Render(w, r, http.StatusOK, bankPage(filePage(r, "Compte bancaire", nil), form))
}

func (h *Handlers) saveBank(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := structure.BankForm{Holder: v.Get("titulaire"), IBAN: v.Get("iban"), BIC: v.Get("bic")}
	err = h.Structures.SaveBank(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return httpx.Render(w, r, httpx.Status(refusal.Kind), bankPage(filePage(r, "Compte bancaire", refusal), form))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le compte bancaire est enregistré.")
	return httpx.SeeOther(w, r, urls.Structure())
}
