package public

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/reporting/finder"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// placesShown is how many places a page lists.
const placesShown = 20

// FinderHandlers finds places: in a list, on a map, in another site's frame, and
// for search engines.
type FinderHandlers struct {
	Places   *finder.Service
	Communes *territory.Index
	Geocode  Geocode // nil: addresses are understood by their commune
	Cheques  *redemption.Service
	Seal     *seal.Sealer
	Secure   bool // cookies over https only
	Now      func() time.Time
	BaseURL  string
	Tenants  Tenants
}

// Routes mounts the screens.
func (h *FinderHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	get(urls.PublicPlaces(), h.places)
	get(urls.PlacesMap(), h.mapData)
	get(urls.Outline("{code}"), h.outline)
	get(urls.EmbeddedPlaces(), h.embedded)
	get(urls.PublicPlaces()+"/{id}", h.place)
	r.Method(http.MethodPost, urls.PlacesForCheque(), httpx.Handler(h.narrow))
	get("/sitemap.xml", h.sitemap)
	get("/robots.txt", h.robots)
}

// placesFound is what a search gave.
type placesFound struct {
	query  placesQuery
	order  *finder.Order // of the chèque presented
	narrow bool          // to where it is accepted
	search finder.Search
	list   []finder.Place
	more   bool
	points []finder.Point // for the drawing of the map
}

func (h *FinderHandlers) places(w http.ResponseWriter, r *http.Request) error {
	if moved, err := withoutCode(w, r, r.URL.Path); moved || err != nil {
		return err
	}
	httpx.AllowPosition(w)
	q := h.readPlacesQuery(r.Context(), r.URL.Query())
	if _, known := h.presented(r); r.URL.Query().Has(misplaced) && !known {
		return h.show(w, again(r, q), q, fault.Field("code", codeElsewhere))
	}
	return h.show(w, r, q, nil)
}

// show answers a search; refusal is what was wrong with the chèque just typed.
func (h *FinderHandlers) show(w http.ResponseWriter, r *http.Request, q placesQuery, refusal *fault.Error) error {
	found, err := h.find(r, q)
	if err != nil {
		return err
	}
	if found.order != nil {
		w.Header().Set("Cache-Control", "no-store")
	}
	p := page(r, placesTitle(q), "Trouvez un lieu qui accepte le Pass numérique près de chez vous.")
	p.Scripts = append(p.Scripts, "around.js", "search-code.js")
	if q.Map {
		p.Scripts = append(p.Scripts, ui.MapScript)
	}
	status := http.StatusOK
	if refusal == nil {
		refusal = q.Refusal
	}
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	v := h.newPlacesView(found)
	v.CodeError = p.Errors.For("code")
	v.fillPager(r, found)
	return httpx.Render(w, r, status, placesPage(p, v))
}

// find searches, unless where to look is not understood.
func (h *FinderHandlers) find(r *http.Request, q placesQuery) (placesFound, error) {
	f := placesFound{query: q}
	var reach *finder.Reach
	if order, ok := h.presented(r); ok && q.base == urls.PublicPlaces() && q.site == "" {
		var err error
		f.order, f.narrow = &order, !q.Everywhere
		if f.narrow {
			reach, err = h.Places.Reach(r.Context(), order)
		}
		if errors.Is(err, finder.ErrNoOrder) {
			f.order, f.narrow = nil, false
		} else if err != nil {
			return f, err
		}
	}
	f.query.Everywhere = q.Everywhere && f.order != nil
	f.search = h.search(q, reach)
	if q.Refusal != nil || len(q.Several) > 0 {
		return f, nil
	}
	httpx.Cursor(r, &f.search.After)
	var err error
	if f.list, f.more, err = h.Places.Near(r.Context(), f.search); err != nil || !q.Map {
		return f, err
	}
	f.points, err = h.Places.Points(r.Context(), mapSearch(f.search))
	return f, err
}

func (h *FinderHandlers) place(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	sheet, err := h.Places.Place(r.Context(), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, sheet.Name)
	p.Description = sheet.Name + ", " + sheet.Town + "\u00a0: un lieu qui accepte le Pass numérique."
	if !sheet.Accepts {
		p.Description = sheet.Name + ", " + sheet.Town + "\u00a0: un lieu de médiation numérique."
	}
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Lieux", Href: urls.PublicPlaces()}, {Label: sheet.Name}}
	v := placeui.New(sheet, h.Now())
	return httpx.Render(w, r, http.StatusOK, placePage(p, v, h.linked(sheet)))
}
