package account

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type invitationView struct {
	Token, Organisation, By, Role, Email, Name string
	// SignedIn accepts with one click; AccountExists asks to sign in first.
	SignedIn, AccountExists bool
}

func (h *Handlers) invitation(w http.ResponseWriter, r *http.Request) error {
	return h.renderInvitation(w, r, http.StatusOK, "", nil)
}

func (h *Handlers) renderInvitation(w http.ResponseWriter, r *http.Request, status int, name string, refusal *fault.Error) error {
	token, actor := chi.URLParam(r, "token"), httpx.Actor(r)
	offer, err := h.People.Invitation(r.Context(), token)
	if err != nil {
		return err
	}
	if actor.SignedIn() && actor.Email != offer.Email {
		return identity.ErrInvitationOther
	}
	page := httpx.Page(r, "Rejoindre "+offer.OrganisationName)
	page.Errors = ui.ErrorsFrom(refusal)
	hideLink(w, &page)
	return httpx.Render(w, r, status, invitationPage(page, invitationView{
		Token: token, Organisation: offer.OrganisationName, By: offer.InvitedByName, Role: offer.Role.Label(),
		Email: offer.Email, Name: name, SignedIn: actor.SignedIn(), AccountExists: offer.AccountExists,
	}))
}

func (h *Handlers) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	token, actor := chi.URLParam(r, "token"), httpx.Actor(r)
	if actor.SignedIn() {
		offer, err := h.People.Accept(r.Context(), actor, token)
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, "Vous faites maintenant partie de "+offer.OrganisationName+".")
		return h.workFor(w, r, actor.AccountID, offer.OrganisationID, "")
	}
	account, offer, err := h.People.AcceptAsNew(r.Context(), actor, token, form.Get("name"), form.Raw("password"))
	if refusal, ok := fault.As(err); ok && refusal.Kind == fault.KindInvalid {
		return h.renderInvitation(w, r, http.StatusUnprocessableEntity, form.Get("name"), refusal)
	}
	if err != nil {
		return err
	}
	if err := httpx.SignIn(r, account.ID); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Bienvenue. Vous faites maintenant partie de "+offer.OrganisationName+".")
	return h.workFor(w, r, account.ID, offer.OrganisationID, "")
}

// signInToAccept leads to the sign-in form and back to the invitation.
func (v invitationView) signInToAccept() string {
	return urls.SignInThen(urls.AcceptInvitation(v.Token))
}
