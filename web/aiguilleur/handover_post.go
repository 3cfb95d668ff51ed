package aiguilleur

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// postView is the letter to post: the address shows in the envelope's window.
type postView struct {
	to     address
	sender []string
	what   string
	letter letterView
	undo   []undoView
	point  string
}

// postSheet answers with the letter of a hand-over by post. It is the answer to
// the form, not a page of its own: the address was in the form, and is nowhere
// afterwards.
func (h *Handlers) postSheet(w http.ResponseWriter, r *http.Request, given distribution.HandOver, to address, language string) error {
	letter, err := h.Network.Letter(r.Context(), httpx.Actor(r), given.ID)
	if err != nil {
		return err
	}
	household, err := h.Network.Household(r.Context(), httpx.Actor(r), given)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Lettre à poster")
	p.Scripts = append(p.Scripts, "letter.js", "counter.js")
	p.Back = &ui.Crumb{Label: "Remise suivante", Href: urls.With(urls.HandOver(), "point", given.PointID.String())}
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, http.StatusOK, postPage(p, postView{
		to: to, sender: []string{letter.Point.Name, letter.Point.Street, letter.Point.PostalCode + " " + letter.Point.Town},
		what: givenWords(household), letter: newLetterView(letter, language),
		undo: h.undoOf(given), point: given.PointID.String(),
	}))
}
