package account

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/web/httpx"
)

type choice struct {
	ID, Name, Detail string
	Current          bool
}

type choiceView struct {
	Choices []choice
	Next    string
}

func (h *Handlers) organisations(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	memberships, err := h.People.Memberships(r.Context(), actor.AccountID)
	if err != nil {
		return err
	}
	view := choiceView{Next: httpx.LocalPath(httpx.Query(r).Get("suite"))}
	if actor.OperatorRole != "" {
		view.Choices = append(view.Choices, choice{ID: uuid.Nil.String(), Name: "L’opérateur", Detail: actor.OperatorRole.Label(), Current: actor.OrganisationID == uuid.Nil})
	}
	for _, m := range memberships {
		view.Choices = append(view.Choices, choice{ID: m.OrganisationID.String(), Name: m.OrganisationName,
			Detail: m.Role.Label(), Current: m.OrganisationID == actor.OrganisationID})
	}
	return httpx.Render(w, r, http.StatusOK, choicePage(httpx.Page(r, "Choisir une organisation"), view))
}

func (h *Handlers) actFor(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	organisation, err := uuid.Parse(form.Get("organisation"))
	if err != nil {
		return identity.ErrNoOrganisation
	}
	actor := httpx.Actor(r)
	if organisation == uuid.Nil && actor.OperatorRole == "" {
		return identity.ErrNoOrganisation
	}
	return h.workFor(w, r, actor.AccountID, organisation, httpx.LocalPath(form.Get("suite")))
}
