// Package aiguilleur is the screens of the counter: receiving parcels, handing
// carnets over, the letter, the points and their conventions. It refuses to ask
// a person's name, and to put anything but a public serial in an address.
package aiguilleur

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/training"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers serves /aiguilleur.
type Handlers struct {
	Network *distribution.Service
	Custody *custody.Service
	// Training may be nil: the home then offers no lesson.
	Training *training.Service
	// Endings may be nil: the home then warns of nothing that ends.
	Endings Endings
}

// Endings draws the warning of the carnets that end soon, or must not be given.
type Endings interface {
	Counter(r *http.Request) (templ.Component, error)
}

// Routes mounts the screens, without their prefix.
func (h *Handlers) Routes(r chi.Router) {
	conventions := h.conventionScreens()
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HandOver))
		r.Method(http.MethodGet, "/remise", httpx.Handler(h.handOver))
		r.Method(http.MethodPost, "/remise", httpx.Handler(h.look))
		r.Method(http.MethodPost, "/remise/valider", httpx.Handler(h.give))
		r.Method(http.MethodPost, "/remise/courrier", httpx.Handler(h.give))
		r.Method(http.MethodPost, "/remises/{id}/annuler", httpx.Handler(h.undo))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StockRead))
		r.Method(http.MethodGet, "/", httpx.Handler(h.home))
		r.Method(http.MethodGet, "/lettre/{id}", httpx.Handler(h.letter))
		r.Method(http.MethodGet, "/lettre/{id}/pdf", httpx.Handler(h.letterPDF))
		r.Method(http.MethodGet, "/remises", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/remises.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/stock", httpx.Handler(h.stock))
		r.Method(http.MethodGet, "/points", httpx.Handler(h.points))
		r.Method(http.MethodPost, "/points/{id}/choisir", httpx.Handler(h.choosePoint))
		r.Method(http.MethodGet, "/conventions", httpx.Handler(h.conventions))
		r.Method(http.MethodGet, "/conventions/{id}", httpx.Handler(conventions.Show))
		r.Method(http.MethodGet, "/conventions/{id}/pdf", httpx.Handler(conventions.PDF))
		r.Method(http.MethodPost, "/conventions/{id}/signer", httpx.Handler(conventions.Sign))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PointWrite))
		r.Method(http.MethodGet, "/points/nouveau", httpx.Handler(h.newPoint))
		r.Method(http.MethodPost, "/points/nouveau", httpx.Handler(h.addPoint))
		r.Method(http.MethodGet, "/points/{id}", httpx.Handler(h.point))
		r.Method(http.MethodPost, "/points/{id}", httpx.Handler(h.editPoint))
		r.Method(http.MethodPost, "/points/{id}/fermer", httpx.Handler(h.closePoint))
	})
}

// sessionPoint is where the session remembers the point one works at.
const sessionPoint = "aiguilleur.point"

// counter is the point one works at: the page's own, else the session's.
func (h *Handlers) counter(r *http.Request, asked string) (distribution.Point, []distribution.Point, error) {
	wanted, err := uuid.Parse(asked)
	if err != nil {
		wanted = remembered(r)
	}
	return h.Network.Counter(r.Context(), httpx.Actor(r), wanted)
}

func remembered(r *http.Request) uuid.UUID {
	if s := httpx.Sessions(r); s != nil {
		id, _ := uuid.Parse(s.GetString(r.Context(), sessionPoint))
		return id
	}
	return uuid.Nil
}

func (h *Handlers) choosePoint(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	point, err := h.Network.Point(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	if s := httpx.Sessions(r); s != nil {
		s.Put(r.Context(), sessionPoint, id.String())
	}
	httpx.Flash(r, ui.Good, "Vous travaillez maintenant au point «\u00a0"+point.Name+"\u00a0».")
	return httpx.SeeOther(w, r, urls.Counter())
}
