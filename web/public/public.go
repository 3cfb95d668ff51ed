package public

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/reporting"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers shows the home, the country's figures, the open data and
// the pages that a public service owes its readers.
type Handlers struct {
	Reports  *reporting.Service
	Communes *territory.Index
	Operator Operator
}

// Operator is who runs the installation, as the legal notice names it.
type Operator struct{ Name, SIRET, Address, Email, Phone string }

// Routes mounts the screens.
func (h *Handlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	get(urls.Home(), h.home)
	get(urls.Statistics(), h.statistics)
	get(urls.StatisticsCSV(), h.statisticsCSV)
	get(urls.Help(), h.help)
	get(urls.Accessibility(), h.accessibility)
	get(urls.LegalNotice(), h.legal)
	get(urls.Licence(), h.licence)
}

// page prepares a public page one step below the home.
func page(r *http.Request, title, description string) ui.Page {
	p := httpx.Page(r, title)
	p.Description = description
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: title}}
	return p
}

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	national, err := h.Reports.National(r.Context())
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Le Pass numérique")
	p.Description = "Le Pass numérique paie votre initiation au numérique dans un lieu près de chez vous. Trouvez où l’utiliser."
	return httpx.Render(w, r, http.StatusOK, homePage(p, newHomeView(national)))
}

func (h *Handlers) statistics(w http.ResponseWriter, r *http.Request) error {
	national, err := h.Reports.National(r.Context())
	if err != nil {
		return err
	}
	p := page(r, "Statistiques", "Combien de chèques, de séances et de lieux, et où est l’argent des chèques.")
	return httpx.Render(w, r, http.StatusOK, statisticsPage(p, newStatisticsView(national)))
}

func (h *Handlers) help(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, helpPage(page(r, "Aide", "Se servir du Pass numérique\u00a0: questions et réponses."), h.Operator))
}

func (h *Handlers) accessibility(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, accessibilityPage(page(r, "Accessibilité", "Déclaration d’accessibilité."), h.Operator))
}

func (h *Handlers) legal(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, legalPage(page(r, "Mentions légales", "Qui publie ce site."), h.Operator))
}

func (h *Handlers) licence(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, licencePage(page(r, "Licence", "Un logiciel libre, et ceux dont il se sert.")))
}
