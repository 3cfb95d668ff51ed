package public

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/referentiel"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// ReferenceHandlers shows the reference data that everyone may read: the
// services of the référentiel and the communes of France.
type ReferenceHandlers struct {
	Communes *territory.Index
}

// Routes mounts the screens.
func (h *ReferenceHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.Referentiel(), httpx.Handler(h.Referentiel))
	r.Method(http.MethodGet, urls.ProposeServices(), httpx.Handler(h.ProposeServices))
	r.Method(http.MethodGet, urls.Communes(), httpx.Handler(h.ProposeCommunes))
}

// Referentiel shows the 129 services by level and category, narrowed by « q »,
// « niveau » and « categorie ».
func (h *ReferenceHandlers) Referentiel(w http.ResponseWriter, r *http.Request) error {
	page := httpx.Page(r, "Les services du référentiel")
	page.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Services"}}
	page.Description = "Les 129 services de médiation numérique que paie le Pass numérique, par niveau et par catégorie."
	view := NewReferentielView(referentiel.Load(), readReferentielFilter(r.URL.Query()))
	return httpx.Render(w, r, http.StatusOK, referentielPage(page, view))
}

// ProposeServices answers the proposals of a service field for « q », as the
// fragment that ui.Combobox expects.
func (h *ReferenceHandlers) ProposeServices(w http.ResponseWriter, r *http.Request) error {
	const proposals = 8
	var options []ui.ComboboxOption
	for _, e := range referentiel.Load().Search(r.URL.Query().Get("q")) {
		if len(options) == proposals {
			break
		}
		options = append(options, ui.ComboboxOption{Value: strconv.Itoa(e.Number), Label: e.Label})
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return httpx.Render(w, r, http.StatusOK, ui.ComboboxOptions(options))
}

// ProposeCommunes answers the proposals of a commune field for « q », as the
// fragment that ui.Combobox expects.
func (h *ReferenceHandlers) ProposeCommunes(w http.ResponseWriter, r *http.Request) error {
	const proposals = 8
	var options []ui.ComboboxOption
	for _, c := range h.Communes.Search(r.URL.Query().Get("q"), proposals) {
		options = append(options, ui.ComboboxOption{Value: c.Code, Label: c.Label(), Detail: h.detail(c)})
	}
	// The same letters give the same answer until the next release.
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return httpx.Render(w, r, http.StatusOK, ui.ComboboxOptions(options))
}

// detail tells namesakes apart: the département, and the village that was
// typed when it has merged since.
func (h *ReferenceHandlers) detail(c territory.Commune) string {
	d, _ := h.Communes.Departement(c.Departement)
	if c.Former != "" {
		return d.Name + ", avec " + c.Former
	}
	return d.Name
}
