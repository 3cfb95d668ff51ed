package account

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// lockedView is the screen of a shared computer that waits for its user.
type lockedView struct {
	Agents   []ui.Option
	Next     string
	Password string // where to use a password instead
}

// lock closes the screen at once.
func (h *Handlers) lock(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	if err := httpx.Lock(r); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.With(urls.Locked(), "suite", httpx.LocalPath(form.Get("suite"))))
}

// present tells that somebody types, without asking for a page: the form they
// fill must not be lost to the lock.
func (h *Handlers) present(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *Handlers) locked(w http.ResponseWriter, r *http.Request) error {
	next := httpx.LocalPath(httpx.Query(r).Get("suite"))
	if actor := httpx.Actor(r); actor.SignedIn() {
		return httpx.SeeOther(w, r, cmpOr(next, httpx.Home(actor)))
	}
	if !httpx.Locked(r) {
		return httpx.SeeOther(w, r, urls.SignInThen(next))
	}
	return renderLocked(w, r, http.StatusOK, "", next, nil)
}

func renderLocked(w http.ResponseWriter, r *http.Request, status int, chosen, next string, refusal *fault.Error) error {
	view := lockedView{Next: next, Password: urls.SignInThen(next)}
	for _, agent := range httpx.Agents(r) {
		view.Agents = append(view.Agents, ui.Option{Value: agent.ID.String(), Label: agent.Name})
	}
	if chosen == "" && len(view.Agents) > 0 {
		chosen = view.Agents[0].Value
	}
	view.Agents = ui.Selected(view.Agents, chosen)
	page := httpx.Page(r, "Écran verrouillé")
	page.Errors = ui.ErrorsFrom(refusal)
	page.NoIndex = true
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, status, lockedPage(page, view))
}

// unlock opens the screen for the one of its agents who types their code.
func (h *Handlers) unlock(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	next := httpx.LocalPath(form.Get("suite"))
	account, err := uuid.Parse(form.Get("agent"))
	if err != nil || !httpx.Locked(r) || !knows(r, account) {
		return httpx.SeeOther(w, r, urls.SignInThen(next))
	}
	if err = h.People.CheckPIN(r.Context(), account, form.Raw("pin")); err == nil {
		err = httpx.Unlock(r, account)
	}
	if errors.Is(err, identity.ErrPINLocked) {
		err = errors.Join(err, httpx.ForgetAgent(r, account))
	}
	if refusal, ok := fault.ForForm(err); ok {
		return renderLocked(w, r, httpx.Status(refusal.Kind), account.String(), next, refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, cmpOr(next, urls.Home()))
}

func knows(r *http.Request, account uuid.UUID) bool {
	for _, agent := range httpx.Agents(r) {
		if agent.ID == account {
			return true
		}
	}
	return false
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// savePIN chooses one's code, or gives it up.
func (h *Handlers) savePIN(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	actor, password := httpx.Actor(r), form.Raw("pin_password")
	done := "Votre code est enregistré : l’écran se verrouillera tout seul."
	if form.Get("action") == "retirer" {
		done = "Votre code est retiré : l’écran ne se verrouille plus."
		err = h.People.RemovePIN(r.Context(), actor, password)
	} else {
		minutes, _ := strconv.Atoi(form.Get("minutes"))
		err = h.People.SetPIN(r.Context(), actor, password, form.Raw("pin"), minutes)
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderProfile(w, r, httpx.Status(refusal.Kind), actor.Name, refusal)
	}
	if err != nil {
		return err
	}
	if err := httpx.KeepSignedIn(r); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.Account())
}

// lockDelays are the choices of the profile, in words.
func lockDelays(chosen int) []ui.Option {
	options := make([]ui.Option, len(identity.LockChoices))
	for i, minutes := range identity.LockChoices {
		label := strconv.Itoa(minutes) + " minutes"
		if minutes == 1 {
			label = "1 minute"
		}
		options[i] = ui.Option{Value: strconv.Itoa(minutes), Label: label}
	}
	return ui.Selected(options, strconv.Itoa(chosen))
}
