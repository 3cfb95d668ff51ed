package account

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type memberView struct {
	ID          uuid.UUID
	Name, Email string
	Role, Seen  string
	Self        bool
}

type pendingView struct {
	ID                        uuid.UUID
	Email, Role, By, Deadline string
	Expired                   bool
}

type teamView struct {
	Members []memberView
	Pending []pendingView
	// Manages shows what only a responsable may do; Tokens links to API tokens.
	Manages, Tokens bool
}

func (h *Handlers) team(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	members, err := h.People.Members(r.Context(), actor)
	if err != nil {
		return err
	}
	pending, err := h.People.PendingInvitations(r.Context(), actor)
	if err != nil {
		return err
	}
	view := teamView{Manages: actor.Can(identity.TeamWrite), Tokens: actor.Can(identity.TokenWrite)}
	for _, m := range members {
		view.Members = append(view.Members, viewMember(m, actor))
	}
	now := h.People.Now()
	for _, i := range pending {
		view.Pending = append(view.Pending, pendingView{ID: i.ID, Email: i.Email, Role: i.Role.Label(), By: i.InvitedByName,
			Deadline: format.Date(i.ExpiresAt), Expired: i.Expired(now)})
	}
	return httpx.Render(w, r, http.StatusOK, teamPage(httpx.Page(r, "Équipe"), view))
}

func viewMember(m identity.Member, actor identity.Actor) memberView {
	view := memberView{ID: m.AccountID, Name: m.Name, Email: m.Email, Role: m.Role.Label(), Seen: "Jamais", Self: m.AccountID == actor.AccountID}
	if m.LastSignInAt != nil {
		view.Seen = format.Date(*m.LastSignInAt)
	}
	return view
}

type inviteView struct{ Email, Role string }

func (h *Handlers) inviteForm(w http.ResponseWriter, r *http.Request) error {
	return renderInvite(w, r, http.StatusOK, inviteView{Email: httpx.Query(r).Get("email")}, nil)
}

func renderInvite(w http.ResponseWriter, r *http.Request, status int, view inviteView, refusal *fault.Error) error {
	page := teamSubPage(r, "Inviter une personne")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, invitePage(page, view))
}

func teamSubPage(r *http.Request, title string) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Équipe", Href: urls.Team()}, {Label: title}}
	return page
}

func (h *Handlers) invite(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	view := inviteView{Email: form.Get("email"), Role: form.Get("role")}
	err = h.People.Invite(r.Context(), httpx.Actor(r), view.Email, identity.Role(view.Role))
	if refusal, ok := fault.ForForm(err); ok {
		return renderInvite(w, r, httpx.Status(refusal.Kind), view, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’invitation est envoyée à "+view.Email+".")
	return httpx.SeeOther(w, r, urls.Team())
}

func (h *Handlers) resend(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.People.Resend(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’invitation est envoyée à nouveau. L’ancien lien ne sert plus.")
	return httpx.SeeOther(w, r, urls.Team())
}

func (h *Handlers) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.People.Revoke(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’invitation est annulée.")
	return httpx.SeeOther(w, r, urls.Team())
}
