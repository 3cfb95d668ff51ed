package structure

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/redemption/seal"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// PlaceHandlers lets a structure keep its places: what they give, when they are
// open, where they stop, and what visitors say of them.
type PlaceHandlers struct {
	Structures *structure.Service
}

// Routes mounts the screens under /structure.
func (h *PlaceHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlaceWrite))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, "/lieux"+path, f) }
		post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, "/lieux"+path, f) }
		get("", h.places)
		post("/confirmer", h.confirm)
		post("/apercu", h.preview)
		get("/nouveau", h.newPlace)
		post("/nouveau", h.addPlace)
		get("/recenses", h.known)
		get("/recenses/{id}", h.claimForm)
		post("/recenses/{id}", h.claim)
		get("/signalements", h.reports)
		post("/signalements/{id}", h.answerReport)
		get("/{id}", h.editPlace)
		post("/{id}", h.savePlace)
		post("/{id}/afficher", h.publish(true))
		post("/{id}/masquer", h.publish(false))
		get("/{id}/apercu", h.wholePreview)
		get("/{id}/tarifs", h.offers)
		post("/{id}/tarifs", h.saveOffers)
		get("/{id}/horaires", h.week)
		post("/{id}/horaires", h.saveWeek)
		get("/{id}/accueil", h.welcome)
		post("/{id}/accueil", h.saveWelcome)
		get("/{id}/etapes", h.stops)
		post("/{id}/etapes", h.addStop)
		get("/{id}/etapes/{etape}", h.editStop)
		post("/{id}/etapes/{etape}", h.saveStop)
		post("/{id}/etapes/{etape}/supprimer", h.removeStop)
	})
}

// confirmPurpose is what the link of a mail is sealed for.
const confirmPurpose = "lieux-a-confirmer"

// SealPlaces writes the end of the link by which a structure confirms its places.
func SealPlaces(s *seal.Sealer) func(uuid.UUID, time.Time) string {
	return func(structure uuid.UUID, until time.Time) string { return s.Seal(confirmPurpose, until, structure[:]) }
}

// ConfirmLinkHandlers serves the page that the link of a mail opens: whoever
// gets it may say that the places are right, signed in or not.
type ConfirmLinkHandlers struct {
	Structures *structure.Service
	Seal       *seal.Sealer
}

// Routes mounts the screen at the root of the site.
func (h *ConfirmLinkHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.ConfirmPlaces("")+"{sealed}", httpx.Handler(h.show))
	r.Method(http.MethodPost, urls.ConfirmPlaces("")+"{sealed}", httpx.Handler(h.confirm))
}
