package mediateur

import (
	"net/http"

	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// waiting is the line that the browser fills with what it has not sent yet.
type waiting struct {
	owner string
	// opens is set on the pages that fill the queue.
	opens bool
}

func waitingOf(actor identity.Actor) waiting {
	return waiting{owner: actor.OrganisationID.String(), opens: true}
}

// withQueue prepares a page that shows and sends the browser's queue.
func withQueue(page *ui.Page, actor identity.Actor) waiting {
	page.Scripts = append(page.Scripts, "waiting.js")
	return waiting{owner: actor.OrganisationID.String()}
}

// queue explains the queue that this browser keeps, and lets its script show it.
func (h *Handlers) queue(w http.ResponseWriter, r *http.Request) error {
	page := httpx.Page(r, "Chèques en attente d’envoi")
	page.Crumbs = []ui.Crumb{{Label: "Aujourd’hui", Href: urls.Mediateur()}, {Label: "En attente d’envoi"}}
	page.Scripts = append(page.Scripts, "waiting.js", "queue-page.js")
	view := queueView{waiting: waitingOf(httpx.Actor(r)), organisation: httpx.Actor(r).OrganisationName, leaving: r.URL.Query().Get("sortie") != ""}
	return httpx.Render(w, r, http.StatusOK, queuePage(page, view))
}

type queueView struct {
	waiting      waiting
	organisation string
	// leaving is set when the person wanted to sign out.
	leaving bool
}
