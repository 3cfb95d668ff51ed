// Package structure is a structure's own space: its file, its places. It
// refuses to decide anything: screens read, call, answer.
package structure

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/web/httpx"
)

// Handlers serves the structure's file and places to its members.
type Handlers struct {
	Structures *structure.Service
	Files      *qualification.Service
	// Payments may be nil: the home then shows the places only.
	Payments *settlement.Service
}

// Routes mounts the screens under /structure.
func (h *Handlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.TeamRead))
		get(r, "/", h.home)
		post(r, "/qualification/banque/{id}/refuser", h.refuseAccount)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StructureWrite))
		get(r, "/qualification", h.qualification)
		get(r, "/qualification/presentation", h.presentationForm)
		post(r, "/qualification/presentation", h.savePresentation)
		get(r, "/qualification/charte", h.charterForm)
		post(r, "/qualification/charte", h.acceptCharter)
		get(r, "/qualification/banque", h.bankForm)
		post(r, "/qualification/banque", h.saveBank)
		post(r, "/qualification/banque/{id}/confirmer", h.confirmAccount)
		post(r, "/qualification/envoyer", h.submit)
		post(r, "/qualification/reprendre", h.takeBack)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlaceWrite))
		get(r, "/lieux", h.places)
		get(r, "/lieux/nouveau", h.newPlace)
		post(r, "/lieux/nouveau", h.addPlace)
		get(r, "/lieux/{id}", h.editPlace)
		post(r, "/lieux/{id}", h.savePlace)
		post(r, "/lieux/{id}/afficher", h.publish(true))
		post(r, "/lieux/{id}/masquer", h.publish(false))
	})
}
