// Package structure is a structure's own space: its file, its places. It
// refuses to decide anything: screens read, call, answer.
package structure

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/internal/registry"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/internal/workshop"
	"passnum/web/httpx"
)

// Handlers serves the structure's file to its members.
type Handlers struct {
	Structures *structure.Service
	Files      *qualification.Service
	// Registry fills forms in from a SIRET; nil asks nobody.
	Registry *registry.Client
	// Payments may be nil: the home then shows the places only.
	Payments *settlement.Service
	// Workshops may be nil: the home then shows no atelier.
	Workshops *workshop.Service
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
		get(r, "/qualification/historique", h.history)
		get(r, "/qualification/historique.csv", h.historySheet)
		post(r, "/qualification/changements/{id}/retirer", h.withdrawAmendment)
		get(r, "/qualification/role", h.roleForm)
		post(r, "/qualification/role", h.saveRole)
		get(r, "/qualification/organisation", h.bodyForm)
		post(r, "/qualification/organisation", h.saveBody)
		get(r, "/qualification/coordonnees", h.contactForm)
		post(r, "/qualification/coordonnees", h.saveContact)
		get(r, "/qualification/eligibilite", h.eligibilityForm)
		post(r, "/qualification/eligibilite", h.saveEligibility)
		get(r, "/qualification/offre", h.offerForm)
		post(r, "/qualification/offre", h.saveOffer)
		get(r, "/qualification/charte", h.charterForm)
		post(r, "/qualification/charte", h.acceptCharter)
		get(r, "/qualification/banque", h.bankForm)
		post(r, "/qualification/banque", h.saveBank)
		post(r, "/qualification/banque/{id}/confirmer", h.confirmAccount)
		post(r, "/qualification/envoyer", h.submit)
		post(r, "/qualification/reprendre", h.takeBack)
	})
}
