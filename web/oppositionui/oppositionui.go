// Package oppositionui is the screens of lost and stolen carnets, the same for
// the counter, the commanditaire and the operator: declaring after a preview,
// confirming, lifting, replacing, and the history. It refuses to show where a
// chèque was spent to a side that is no party to it.
package oppositionui

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/opposition"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Side is one audience: its addresses and what it calls things.
type Side struct {
	Origin opposition.Origin
	Prefix string // of the audience, as the router mounts it: « /commanditaire »
	List   string
	New    string
	Of     func(id uuid.UUID, act ...string) string
	// Tabs places the pages in a hub; nil for none.
	Tabs func(current string) []ui.Tab
	// Crumb leads to the list.
	Crumb string
}

// Handlers serves the screens of one side.
type Handlers struct {
	Oppositions *opposition.Service
	Side        Side
}

var (
	reads = map[opposition.Origin]identity.Permission{
		opposition.ByCounter: identity.StockRead, opposition.ByCommanditaire: identity.OrderRead, opposition.ByOperator: identity.PlatformRead}
	declares = map[opposition.Origin]identity.Permission{
		opposition.ByCounter: identity.HandOver, opposition.ByCommanditaire: identity.OrderWrite, opposition.ByOperator: identity.PlatformDecide}
	confirms = map[opposition.Origin]identity.Permission{
		opposition.ByCounter: identity.HandOver, opposition.ByCommanditaire: identity.OrderWrite, opposition.ByOperator: identity.PlatformFunds}
)

// Routes mounts the screens under the audience's prefix.
func (h *Handlers) Routes(r chi.Router) {
	path := func(address string) string { return address[len(h.Side.Prefix):] }
	one := path(h.Side.List) + "/{id}"
	if h.Side.New == urls.Lost() {
		one = path(h.Side.New) + "/{id}"
	}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(declares[h.Side.Origin]))
		r.Method(http.MethodGet, path(h.Side.New), httpx.Handler(h.form))
		r.Method(http.MethodPost, path(h.Side.New), httpx.Handler(h.preview))
		r.Method(http.MethodPost, path(h.Side.New)+"/valider", httpx.Handler(h.declare))
		r.Method(http.MethodPost, one+"/lever", httpx.Handler(h.lift))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(confirms[h.Side.Origin]))
		r.Method(http.MethodPost, one+"/confirmer", httpx.Handler(h.confirm))
		r.Method(http.MethodPost, one+"/refuser", httpx.Handler(h.refuse))
		r.Method(http.MethodPost, one+"/levees/{levee}/confirmer", h.decideLifting(true))
		r.Method(http.MethodPost, one+"/levees/{levee}/refuser", h.decideLifting(false))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(reads[h.Side.Origin]))
		r.Method(http.MethodGet, path(h.Side.List), httpx.Handler(h.list))
		r.Method(http.MethodGet, path(h.Side.List)+".csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, one, httpx.Handler(h.show))
	})
	h.replacementRoutes(r, one)
}

func (h *Handlers) replacementRoutes(r chi.Router, one string) {
	switch h.Side.Origin {
	case opposition.ByCommanditaire:
		r.With(httpx.Need(identity.OrderWrite)).Method(http.MethodPost, one+"/remplacement", httpx.Handler(h.askReplacement))
	case opposition.ByOperator:
		r.Group(func(r chi.Router) {
			r.Use(httpx.Need(identity.PlatformOrders))
			r.Method(http.MethodPost, one+"/remplacer", httpx.Handler(h.replace))
			r.Method(http.MethodPost, one+"/expedier", httpx.Handler(h.ship))
			r.Method(http.MethodPost, one+"/carnets.pdf", httpx.Handler(h.print))
		})
	}
}

// page prepares a page under the side's list.
func (h *Handlers) page(r *http.Request, title string) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = []ui.Crumb{{Label: h.Side.Crumb, Href: h.Side.List}, {Label: title}}
	return p
}
