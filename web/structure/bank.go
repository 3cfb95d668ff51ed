package structure

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func (h *Handlers) bankForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderBank(w, r, http.StatusOK, nil, nil)
}

// renderBank shows the accounts, with what was typed when it was refused.
func (h *Handlers) renderBank(w http.ResponseWriter, r *http.Request, code int, typed *structure.BankForm, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	d, err := h.Structures.Dossier(r.Context(), actor)
	if err != nil {
		return err
	}
	accounts, err := h.Structures.Accounts(r.Context(), actor)
	if err != nil {
		return err
	}
	v := newBankView(accounts, actor.AccountID, h.Structures.Clock())
	v.Open = v.Current == nil && d.State.Open()
	switch first, waits := structure.Pending(accounts); {
	case typed != nil:
		v.Form = *typed
	case v.Current == nil && waits:
		v.Form = structure.BankForm{Holder: first.AccountHolder, IBAN: first.IBAN.Grouped(), BIC: first.BIC}
	case v.Current == nil:
		v.Form.Holder = d.Name
	default:
		v.Form = structure.BankForm{Holder: v.Current.AccountHolder, IBAN: v.Current.IBAN.Grouped(), BIC: v.Current.BIC}
	}
	return httpx.Render(w, r, code, bankPage(filePage(r, "Compte bancaire", refusal), v))
}

func (h *Handlers) saveBank(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	before, err := h.Structures.Accounts(r.Context(), actor)
	if err != nil {
		return err
	}
	form := structure.BankForm{Holder: v.Get("titulaire"), IBAN: v.Get("iban"), BIC: v.Get("bic"), Password: v.Raw("mot_de_passe")}
	err = h.Structures.SaveBank(r.Context(), actor, form)
	if refusal, ok := fault.ForForm(err); ok {
		form.Password = ""
		return h.renderBank(w, r, httpx.Status(refusal.Kind), &form, refusal)
	}
	if err != nil {
		return err
	}
	if _, paid := structure.InForce(before); !paid {
		httpx.Flash(r, ui.Good, "Le compte bancaire est enregistré.")
		return httpx.SeeOther(w, r, urls.Structure())
	}
	httpx.Flash(r, ui.Good, "C’est enregistré. Tous les responsables de la structure sont prévenus par courriel.")
	return httpx.SeeOther(w, r, urls.Qualification("banque"))
}

func (h *Handlers) confirmAccount(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Structures.ConfirmAccount(r.Context(), httpx.Actor(r), id, v.Raw("confirmation"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderBank(w, r, httpx.Status(refusal.Kind), nil, confirmation(refusal))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Vous avez confirmé ce compte. Il prend effet dès que le délai de 72 heures est passé.")
	return httpx.SeeOther(w, r, urls.Qualification("banque"))
}

// confirmation names the password's field as the confirmation's form does: the
// page may hold both.
func confirmation(refusal *fault.Error) *fault.Error {
	renamed := *refusal
	renamed.Fields = nil
	for _, f := range refusal.Fields {
		if f.Field == "mot_de_passe" {
			f.Field = "confirmation"
		}
		renamed.Fields = append(renamed.Fields, f)
	}
	return &renamed
}

func (h *Handlers) refuseAccount(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	do := func() error { return h.Structures.RefuseAccount(r.Context(), httpx.Actor(r), id, v.Get("motif")) }
	return h.act(w, r, do, "Le changement de compte est refusé. Le compte précédent reste en vigueur, et les responsables sont prévenus.", urls.Structure())
}
