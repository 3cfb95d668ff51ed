package public

import (
	"context"
	"net/http"
	"strings"

	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Tenants tells in whose colours a frame is laid out; an error for an
// organisation that does not exist.
type Tenants func(ctx context.Context, slug string) (*ui.Tenant, error)

// embedded is the search for the frame of another site, framed by none but those
// that its commanditaire listed.
func (h *FinderHandlers) embedded(w http.ResponseWriter, r *http.Request) error {
	if moved, err := withoutCode(w, r, r.URL.Path); moved || err != nil {
		return err
	}
	q := h.readPlacesQuery(r.Context(), r.URL.Query())
	q.base, q.site = urls.EmbeddedPlaces(), r.URL.Query().Get("pour")
	origins, err := h.Places.OriginsOf(r.Context(), q.site)
	if err != nil {
		return err
	}
	httpx.FramedBy(w, origins)
	found, err := h.find(r, q)
	if err != nil {
		return err
	}
	p := httpx.Page(r, placesTitle(q))
	p.NoIndex = true
	p.Errors = ui.ErrorsFrom(q.Refusal)
	if h.Tenants != nil && len(origins) > 0 {
		if p.Tenant, err = h.Tenants(r.Context(), q.site); err != nil {
			return err
		}
	}
	if q.Map {
		p.Scripts = append(p.Scripts, ui.MapScript)
	}
	v := h.newPlacesView(found)
	v.fillPager(r, found)
	for i := range v.Places {
		v.Places[i].Target = "_top"
	}
	if !strings.HasPrefix(v.Empty.ActionHref, q.base) { // another page would not open in the frame
		v.Empty.Action, v.Empty.ActionHref = "", ""
	}
	status := http.StatusOK
	if q.Refusal != nil {
		status = httpx.Status(q.Refusal.Kind)
	}
	return httpx.Render(w, r, status, embeddedPage(p, v))
}
