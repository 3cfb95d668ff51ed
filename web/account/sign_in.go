package account

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type signInView struct {
	Email, Next string
	Demo        []ui.Row
}

func (h *Handlers) signInForm(w http.ResponseWriter, r *http.Request) error {
	next := httpx.LocalPath(httpx.Query(r).Get("suite"))
	if actor := httpx.Actor(r); actor.SignedIn() {
		return httpx.SeeOther(w, r, httpx.Home(actor))
	}
	return renderSignIn(w, r, http.StatusOK, signInView{Next: next}, nil)
}

func renderSignIn(w http.ResponseWriter, r *http.Request, status int, view signInView, refusal *fault.Error) error {
	page := httpx.Page(r, "Se connecter")
	page.Errors = ui.ErrorsFrom(refusal)
	page.NoIndex = true
	if page.Demo {
		view.Demo = demoAccounts()
	}
	return httpx.Render(w, r, status, signInPage(page, view))
}

func (h *Handlers) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	view := signInView{Email: form.Get("email"), Next: httpx.LocalPath(form.Get("suite"))}
	proved, err := h.People.SignIn(r.Context(), httpx.Actor(r), view.Email, form.Raw("password"))
	if refusal, ok := fault.ForForm(err); ok {
		return renderSignIn(w, r, httpx.Status(refusal.Kind), view, refusal)
	}
	if err != nil {
		return err
	}
	if err := httpx.SignIn(r, proved.Account.ID); err != nil {
		return err
	}
	return h.enter(w, r, proved.Account, view.Next)
}

// enter leads a person who has just signed in to where they work: straight
// there when there is only one place, else through the choice.
func (h *Handlers) enter(w http.ResponseWriter, r *http.Request, account identity.Account, next string) error {
	memberships, err := h.People.Memberships(r.Context(), account.ID)
	if err != nil {
		return err
	}
	operator := account.OperatorRole != ""
	if len(memberships) == 1 && !operator {
		return h.workFor(w, r, account.ID, memberships[0].OrganisationID, next)
	}
	if len(memberships) == 0 && operator {
		return h.workFor(w, r, account.ID, uuid.Nil, next)
	}
	return httpx.SeeOther(w, r, urls.With(urls.ChooseOrganisation(), "suite", next))
}

// workFor makes the session act for an organisation and shows its first page.
func (h *Handlers) workFor(w http.ResponseWriter, r *http.Request, account, organisation uuid.UUID, next string) error {
	actor, err := h.People.ActorOf(r.Context(), account, organisation)
	if err != nil {
		return err
	}
	if actor.OrganisationID != organisation {
		return identity.ErrNoOrganisation
	}
	if err := httpx.ActFor(r, organisation); err != nil {
		return err
	}
	if next == "" {
		next = httpx.Home(actor)
	}
	return httpx.SeeOther(w, r, next)
}

func (h *Handlers) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.SignOut(r); err != nil {
		return err
	}
	// The next person at this computer must not find pages with the back button.
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return httpx.SeeOther(w, r, urls.SignIn())
}
