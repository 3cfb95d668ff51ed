// Package mediateur is the screens of who gives services: scanning chèques,
// redeeming them, today's takings. It refuses to put a code in an address, a
// log or a session: between two requests a basket is sealed.
package mediateur

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers serves /mediateur.
type Handlers struct {
	Redemptions *redemption.Service
	Seal        *seal.Sealer
	// Guidance tells where carnets stand on their parcours; nil tells nothing.
	Guidance *guidance.Service
	// Host is this site's, as printed on its chèques: another host's chèque is
	// another operator's. Former are those that chèques taken over carry.
	Host   string
	Former []string
	// Now is the clock of the screens: the time left to undo.
	Now func() time.Time
	// Endings may be nil: the day then warns of nothing that ends.
	Endings Endings
	// Workshops may be nil: there are then no ateliers.
	Workshops *workshop.Service
}

// Endings draws the warning of the chèques that end soon.
type Endings interface {
	Structure(r *http.Request) (templ.Component, error)
}

// Routes mounts the screens, without their prefix.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Check))
		r.Method(http.MethodGet, "/scanner", httpx.Handler(h.scanner))
		r.Method(http.MethodPost, "/scanner", httpx.Handler(h.scan))
		r.Method(http.MethodGet, "/scanner/sw.js", httpx.Handler(h.worker))
		r.Method(http.MethodPost, "/scanner/verdicts", httpx.Handler(h.verdicts))
		r.Method(http.MethodGet, "/tester", httpx.Handler(h.test))
		r.Method(http.MethodPost, "/tester", httpx.Handler(h.tested))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Redeem))
		r.Method(http.MethodPost, "/scanner/encaisser", httpx.Handler(h.redeemNow))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Redeem, identity.PaymentRead, identity.Check))
		r.Method(http.MethodGet, "/", httpx.Handler(h.home))
		r.Method(http.MethodGet, "/file", httpx.Handler(h.queue))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Redeem, identity.PaymentRead))
		r.Method(http.MethodGet, "/recus/{id}", httpx.Handler(h.receipt))
		r.Method(http.MethodGet, "/encaissements", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/encaissements.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/encaissements/{id}/annuler", httpx.Handler(h.askUndo))
		r.Method(http.MethodPost, "/encaissements/{id}/annuler", httpx.Handler(h.undo))
	})
}

// wayBack leads out of a work screen: to the day, or to the scanner for a device,
// which may open nothing else.
func wayBack(r *http.Request) *ui.Crumb {
	if httpx.Actor(r).DeviceID != uuid.Nil {
		return &ui.Crumb{Label: "Scanner", Href: urls.Scanner()}
	}
	return &ui.Crumb{Label: "Aujourd’hui", Href: urls.Mediateur()}
}
