package account

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func (h *Handlers) member(r *http.Request) (identity.Member, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return identity.Member{}, err
	}
	return h.People.Member(r.Context(), httpx.Actor(r), id)
}

func (h *Handlers) roleForm(w http.ResponseWriter, r *http.Request) error {
	m, err := h.member(r)
	if err != nil {
		return err
	}
	return renderRole(w, r, http.StatusOK, m, string(m.Role), nil)
}

func renderRole(w http.ResponseWriter, r *http.Request, status int, m identity.Member, role string, refusal *fault.Error) error {
	page := teamSubPage(r, "Changer un rôle")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, rolePage(page, viewMember(m, httpx.Actor(r)), role))
}

func (h *Handlers) changeRole(w http.ResponseWriter, r *http.Request) error {
	m, err := h.member(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	role := identity.Role(form.Get("role"))
	err = h.People.ChangeRole(r.Context(), httpx.Actor(r), m.AccountID, role)
	if refusal, ok := fault.ForForm(err); ok {
		return renderRole(w, r, httpx.Status(refusal.Kind), m, string(role), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, m.Name+" a maintenant le rôle « "+role.Label()+" ».")
	return httpx.SeeOther(w, r, urls.Team())
}

func (h *Handlers) removeForm(w http.ResponseWriter, r *http.Request) error {
	m, err := h.member(r)
	if err != nil {
		return err
	}
	return renderRemove(w, r, http.StatusOK, m, nil)
}

func renderRemove(w http.ResponseWriter, r *http.Request, status int, m identity.Member, refusal *fault.Error) error {
	page := teamSubPage(r, "Retirer une personne")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, removePage(page, viewMember(m, httpx.Actor(r))))
}

func (h *Handlers) remove(w http.ResponseWriter, r *http.Request) error {
	m, err := h.member(r)
	if err != nil {
		return err
	}
	err = h.People.EndMembership(r.Context(), httpx.Actor(r), m.AccountID)
	if refusal, ok := fault.ForForm(err); ok {
		return renderRemove(w, r, httpx.Status(refusal.Kind), m, refusal)
	}
	if err != nil {
		return err
	}
	if m.AccountID == httpx.Actor(r).AccountID {
		return httpx.SeeOther(w, r, urls.ChooseOrganisation())
	}
	httpx.Flash(r, ui.Good, m.Name+" ne fait plus partie de l’équipe.")
	return httpx.SeeOther(w, r, urls.Team())
}
