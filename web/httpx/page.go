package httpx

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/web/ui"
)

// Page prepares what every layout needs: who is signed in, the navigation, the
// demo band and the message left by the act before. Call it once per page, and
// not for fragments: it consumes the message.
func Page(r *http.Request, title string) ui.Page {
	page := ui.Page{
		Title:       title,
		Demo:        shellOf(r).Demo,
		RequestPath: r.URL.Path,
		Flash:       popFlash(r),
	}
	actor := Actor(r)
	if !actor.SignedIn() {
		return page
	}
	page.NoIndex = true
	page.Actor = &ui.Actor{
		Name:         actor.Name,
		Organisation: placeLabel(actor),
		Role:         roleLabel(actor),
		Several:      actor.Several,
		Learns:       actor.AccountID != uuid.Nil && (actor.Can(identity.HandOver) || actor.Can(identity.Redeem)),
	}
	if actor.LockAfter > 0 {
		page.Actor.LockAfter = actor.LockAfter
		page.Scripts = append(page.Scripts, "lock.js")
	}
	page.Nav = navigation(actor, r.URL.Path)
	page.Active = current(page.Nav, section(r.URL.Path))
	return page
}

func placeLabel(actor identity.Actor) string {
	if actor.OrganisationID == uuid.Nil && actor.OperatorRole != "" {
		return "Opérateur"
	}
	return actor.OrganisationName
}

func roleLabel(actor identity.Actor) string {
	if actor.DeviceID != uuid.Nil {
		return actor.Name
	}
	if actor.OrganisationID == uuid.Nil && actor.OperatorRole != "" {
		return actor.OperatorRole.Label()
	}
	if actor.Role == "" {
		return ""
	}
	return actor.Role.Label()
}
