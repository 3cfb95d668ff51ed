package structure

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// LinkHandlers serves the page that an alert's link opens: whoever gets the mail
// can stop a change of account, signed in or not.
type LinkHandlers struct{ Structures *structure.Service }

// Routes mounts the screen at the root of the site.
func (h *LinkHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, "/changement-de-compte/{secret}", httpx.Handler(h.show))
	r.Method(http.MethodPost, "/changement-de-compte/{secret}", httpx.Handler(h.refuse))
}

func (h *LinkHandlers) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Structures.ChangeByLink(r.Context(), chi.URLParam(r, "secret"))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Changement de compte bancaire")
	page.NoIndex = true
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	state := ""
	if !c.Account.Waiting() {
		state = "Ce changement est déjà traité\u00a0: " + c.Account.StateLabel() + "."
	}
	return httpx.Render(w, r, http.StatusOK, linkedPage(page, c, state))
}

func (h *LinkHandlers) refuse(w http.ResponseWriter, r *http.Request) error {
	secret := chi.URLParam(r, "secret")
	err := h.Structures.RefuseByLink(r.Context(), httpx.Actor(r), secret)
	switch refusal, ok := fault.ForForm(err); {
	case errors.Is(err, structure.ErrNoAccount):
		return err
	case ok:
		httpx.Flash(r, ui.Warn, refusal.Sentence)
	case err != nil:
		return err
	default:
		httpx.Flash(r, ui.Good, "Le changement est refusé. Les responsables de la structure sont prévenus.")
	}
	return httpx.SeeOther(w, r, urls.RefuseAccountChange(secret))
}
