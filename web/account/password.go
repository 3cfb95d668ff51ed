package account

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func (h *Handlers) forgottenForm(w http.ResponseWriter, r *http.Request) error {
	return renderForgotten(w, r, http.StatusOK, "", nil)
}

func renderForgotten(w http.ResponseWriter, r *http.Request, status int, email string, refusal *fault.Error) error {
	page := httpx.Page(r, "Mot de passe oublié")
	page.Errors = ui.ErrorsFrom(refusal)
	page.NoIndex = true
	return httpx.Render(w, r, status, forgottenPage(page, email))
}

func (h *Handlers) forgotten(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.People.RequestReset(r.Context(), httpx.Actor(r), form.Get("email"))
	if refusal, ok := fault.ForForm(err); ok {
		return renderForgotten(w, r, httpx.Status(refusal.Kind), form.Get("email"), refusal)
	}
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Courriel envoyé")
	page.NoIndex = true
	return httpx.Render(w, r, http.StatusOK, resetSentPage(page, form.Get("email")))
}

type newPasswordView struct{ Token, Email string }

func (h *Handlers) newPasswordForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderNewPassword(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderNewPassword(w http.ResponseWriter, r *http.Request, status int, refusal *fault.Error) error {
	token := chi.URLParam(r, "token")
	email, err := h.People.CheckReset(r.Context(), token)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Choisir un mot de passe")
	page.Errors = ui.ErrorsFrom(refusal)
	hideLink(w, &page)
	return httpx.Render(w, r, status, newPasswordPage(page, newPasswordView{Token: token, Email: email}))
}

func (h *Handlers) newPassword(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.People.ResetPassword(r.Context(), httpx.Actor(r), chi.URLParam(r, "token"), form.Raw("password"))
	if refusal, ok := fault.As(err); ok && refusal.Kind == fault.KindInvalid {
		return h.renderNewPassword(w, r, http.StatusUnprocessableEntity, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre mot de passe est changé. Connectez-vous.")
	return httpx.SeeOther(w, r, urls.SignIn())
}

// hideLink keeps the secret of the page's address from caches, search engines
// and the sites it links to.
func hideLink(w http.ResponseWriter, page *ui.Page) {
	page.NoIndex = true
	page.RequestPath = ""
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}
