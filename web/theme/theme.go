// Package theme serves what makes a page an organisation's own: its logo and
// the style sheet of its colour. It refuses to serve any other document.
package theme

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/organisation"
	"passnum/web/httpx"
	"passnum/web/ui"
	palette "passnum/web/ui/theme"
	"passnum/web/urls"
)

// Handlers serves logos and style sheets to everyone.
type Handlers struct {
	Organisations *organisation.Service
}

// Routes mounts them at the root of the site.
func (h *Handlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, "/t/{slug}/theme.{hash}.css", httpx.Handler(h.stylesheet))
	r.Method(http.MethodGet, "/logos/{id}", httpx.Handler(h.logo))
}

// Tenant is how a page in an organisation's colours is laid out. Without a
// colour the page keeps the house's.
func Tenant(o organisation.Organisation) *ui.Tenant {
	tenant := &ui.Tenant{Name: o.Name}
	if o.LogoID != nil {
		tenant.LogoURL = urls.Logo(*o.LogoID)
	}
	if colours, err := palette.Derive(o.Colour); err == nil {
		tenant.Stylesheet = urls.Theme(o.Slug, colours.Hash())
	}
	return tenant
}

const forever = "public, max-age=31536000, immutable"

// stylesheet answers today's colours. An address of other colours is answered
// too, but not kept: a page in someone's hands must not lose its style.
func (h *Handlers) stylesheet(w http.ResponseWriter, r *http.Request) error {
	colour, err := h.Organisations.Colour(r.Context(), chi.URLParam(r, "slug"))
	if err != nil {
		return err
	}
	colours, err := palette.Derive(colour)
	if err != nil {
		return httpx.ErrNotFound
	}
	w.Header().Set("Cache-Control", "no-cache")
	if colours.Hash() == chi.URLParam(r, "hash") {
		w.Header().Set("Cache-Control", forever)
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = fmt.Fprint(w, colours.CSS()) // a reader who left is not a failure
	return nil
}

// logo never changes: a new one has a new identifier.
func (h *Handlers) logo(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	logo, err := h.Organisations.Logo(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", forever)
	w.Header().Set("Content-Type", logo.MediaType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(logo.Content) // a reader who left is not a failure
	return nil
}
