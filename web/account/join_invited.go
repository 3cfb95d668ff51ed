package account

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/organisation"
	"passnum/internal/proposal"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Invitations are the links by which a commanditaire invites a structure.
type Invitations interface {
	Invitation(ctx context.Context, token string) (proposal.Invitation, error)
	Registered(ctx context.Context, token string, organisation uuid.UUID) error
}

// invited shows the form filled in with what the invitation knows. A link that
// is no longer good leads to the form as anybody finds it.
func (h *JoinHandlers) invited(w http.ResponseWriter, r *http.Request, token string) error {
	if h.Invitations == nil {
		return httpx.SeeOther(w, r, urls.Join())
	}
	found, err := h.Invitations.Invitation(r.Context(), token)
	if fault.Is(err, fault.KindNotFound) {
		httpx.Flash(r, ui.Info, "Cette invitation a déjà servi, ou elle a expiré. Vous pouvez vous inscrire quand même.")
		return httpx.SeeOther(w, r, urls.Join())
	}
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Rejoindre Passnum")
	page.NoIndex = true
	view := joinView{SignedIn: httpx.Actor(r).SignedIn(), Invitation: token, Found: invitedNotice(found.Commanditaire), Form: organisation.JoinForm{
		SIRET: found.SIRET, Name: found.Name, Person: found.ContactName, Email: found.Email, Capacities: []string{string(organisation.Structure)}}}
	return httpx.Render(w, r, http.StatusOK, joinPage(page, view))
}

// registered tells who invited that the organisation is there.
func (h *JoinHandlers) registered(r *http.Request, token string, joined organisation.Joined) error {
	if token == "" || h.Invitations == nil {
		return nil
	}
	return h.Invitations.Registered(r.Context(), token, joined.OrganisationID)
}
