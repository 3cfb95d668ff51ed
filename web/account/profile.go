package account

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type profileView struct {
	Name, Email   string
	Organisations []identity.Membership
	Several       bool
	LockMinutes   int // zero without a code
}

func (h *Handlers) profile(w http.ResponseWriter, r *http.Request) error {
	return h.renderProfile(w, r, http.StatusOK, httpx.Actor(r).Name, nil)
}

func (h *Handlers) renderProfile(w http.ResponseWriter, r *http.Request, status int, name string, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	memberships, err := h.People.Memberships(r.Context(), actor.AccountID)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Mon compte")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, profilePage(page, profileView{Name: name, Email: actor.Email, Organisations: memberships,
		Several: actor.Several, LockMinutes: int(actor.LockAfter.Minutes())}))
}

func (h *Handlers) rename(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.People.Rename(r.Context(), httpx.Actor(r), form.Get("name"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderProfile(w, r, httpx.Status(refusal.Kind), form.Get("name"), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre nom est enregistré.")
	return httpx.SeeOther(w, r, urls.Account())
}

func (h *Handlers) changePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	err = h.People.ChangePassword(r.Context(), actor, form.Raw("current"), form.Raw("password"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderProfile(w, r, httpx.Status(refusal.Kind), actor.Name, refusal)
	}
	if err != nil {
		return err
	}
	if err := httpx.KeepSignedIn(r); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre mot de passe est changé. Les autres appareils sont déconnectés.")
	return httpx.SeeOther(w, r, urls.Account())
}
