package commanditaire

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/referentiel"
	"passnum/internal/reporting/gap"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// GapHandlers shows where chèques have nowhere to be used.
type GapHandlers struct{ Gaps *gap.Service }

// Routes mounts the screens under /commanditaire.
func (h *GapHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/structures/manques", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/structures/manques/communes.csv", httpx.Handler(h.communes))
		r.Method(http.MethodGet, "/structures/manques/services.csv", httpx.Handler(h.services))
	})
}

func (h *GapHandlers) read(r *http.Request) (m gap.Map, q gap.Question, err error) {
	query := httpx.Query(r)
	q.Order, _ = query.UUID("commande")
	q.Entry, _ = query.Int("service")
	m, err = h.Gaps.Map(r.Context(), httpx.Actor(r), q)
	return m, q, err
}

func (h *GapHandlers) show(w http.ResponseWriter, r *http.Request) error {
	m, q, err := h.read(r)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Où manquent des lieux")
	return httpx.Render(w, r, http.StatusOK, gapsPage(p, newGapsView(m, q)))
}

// gapsShown is how many rows each list shows; the sheets hold them all.
const gapsShown = 10

type gapsView struct {
	Empty            bool // no live order
	Unknown          bool // no commune to look at
	Fallback         bool
	Orders, Services []ui.Option
	Figures          []ui.Figure
	Map              gapMap
	Carnets          ui.TableArgs
	Far              ui.TableArgs
	Lacking          ui.TableArgs
	MoreFar          bool
	MoreLacking      bool
	CommunesCSV      string
	ServicesCSV      string
}

func newGapsView(m gap.Map, q gap.Question) gapsView {
	order, entry := "", ""
	if m.Order != nil {
		order = m.Order.ID.String()
	}
	if m.Entry != nil {
		entry = strconv.Itoa(m.Entry.Number)
	}
	v := gapsView{Empty: len(m.Orders) == 0, Unknown: len(m.Communes) == 0, Fallback: m.Fallback, Map: newGapMap(m), Services: serviceOptions(entry),
		Orders:      []ui.Option{{Label: "Toutes celles en cours", Checked: order == ""}},
		CommunesCSV: urls.With(urls.GapsCSV("communes"), "commande", order, "service", entry), ServicesCSV: urls.With(urls.GapsCSV("services"), "commande", order)}
	for _, o := range m.Orders {
		v.Orders = append(v.Orders, ui.Option{Value: o.ID.String(), Label: o.Number + " · " + o.Title, Checked: o.ID == q.Order})
	}
	far := m.Far()
	v.Figures = gapFigures(m, far)
	v.Carnets, v.Far, v.MoreFar = communeTables(far)
	v.Lacking = ui.TableArgs{Caption: "Services sans lieu", HideCaption: true, Columns: ui.Columns("Service", "#Communes sans lieu", "#Habitants"),
		Empty: ui.EmptyArgs{Title: "Tous les services sont proposés partout", Body: "Chaque commune a chaque service à moins de 20 minutes."}}
	v.MoreLacking = len(m.Entries) > gapsShown
	for _, e := range m.Entries[:min(gapsShown, len(m.Entries))] {
		v.Lacking.Rows = append(v.Lacking.Rows, ui.NewRow(ui.TwoLines(ui.Link(e.Label, urls.With(urls.Gaps(), "commande", order, "service", strconv.Itoa(e.Number))), "n° "+strconv.Itoa(e.Number)),
			ui.Number(e.Without), ui.Number(e.People)))
	}
	return v
}

func serviceOptions(chosen string) []ui.Option {
	options := []ui.Option{{Label: "Tous", Checked: chosen == ""}}
	for _, c := range referentiel.Load().Categories() {
		for _, e := range c.Entries {
			number := strconv.Itoa(e.Number)
			options = append(options, ui.Option{Value: number, Label: number + ". " + e.Label, Checked: number == chosen})
		}
	}
	return options
}

func gapFigures(m gap.Map, far []gap.Commune) []ui.Figure {
	people, carnets, towns := 0, 0, 0
	for _, c := range far {
		people += c.People
		carnets += c.Carnets
		if c.Carnets > 0 {
			towns++
		}
	}
	return []ui.Figure{
		{Label: "Communes sans lieu proche", Value: format.Number(len(far)), Note: "sur " + format.Number(len(m.Communes))},
		{Label: "Habitants concernés", Value: format.Number(people), Note: "à plus de 20 minutes"},
		{Label: "Carnets remis loin d’un lieu", Value: format.Number(carnets), Note: "dans " + format.Count(towns, "commune", "communes")},
		{Label: "Services proposés nulle part", Value: format.Number(m.Nowhere()), Note: "sur " + format.Number(m.Asked)},
	}
}

// communeTables sets apart the communes where carnets were handed over.
func communeTables(far []gap.Commune) (carnets, others ui.TableArgs, more bool) {
	carnets = ui.TableArgs{Caption: "Communes où des carnets ont été remis, sans lieu proche", HideCaption: true, Columns: ui.Columns("Commune", "#Carnets remis", "Lieu le plus proche"),
		Empty: ui.EmptyArgs{Title: "Aucune", Body: "Partout où vos carnets ont été remis, un lieu est à moins de 20 minutes."}}
	others = ui.TableArgs{Caption: "Autres communes sans lieu proche", HideCaption: true, Columns: ui.Columns("Commune", "#Habitants", "Lieu le plus proche"),
		Empty: ui.EmptyArgs{Title: "Aucune", Body: "Les autres communes ont toutes un lieu à moins de 20 minutes."}}
	for _, c := range far {
		switch {
		case c.Carnets > 0 && len(carnets.Rows) < gapsShown:
			carnets.Rows = append(carnets.Rows, ui.NewRow(ui.Text(c.Name), ui.Number(c.Carnets), ui.Text(nearest(c))))
		case c.Carnets == 0 && len(others.Rows) < gapsShown:
			others.Rows = append(others.Rows, ui.NewRow(ui.Text(c.Name), ui.Number(c.People), ui.Text(nearest(c))))
		default:
			more = true
		}
	}
	return carnets, others, more
}

func nearest(c gap.Commune) string {
	if c.Km < 0 {
		return "aucun à moins de 100\u00a0km"
	}
	return fmt.Sprintf("%s, à environ %d\u00a0minutes", c.Nearest, c.Minutes())
}

func (h *GapHandlers) communes(w http.ResponseWriter, r *http.Request) error {
	m, _, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "communes-et-lieu-le-plus-proche.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Code Insee", "Commune", "Habitants", "Carnets remis", "À moins de 20 minutes", "Lieu le plus proche", "Minutes"); err != nil {
			return err
		}
		for _, c := range m.Communes {
			near, minutes := map[bool]string{true: "oui", false: "non"}[c.Reached], sheet.Cell{}
			if c.Km >= 0 {
				minutes = sheet.Int(int64(c.Minutes()))
			}
			if err := out.Row(sheet.Text(c.Code), sheet.Text(c.Name), sheet.Int(int64(c.People)), sheet.Int(int64(c.Carnets)), sheet.Text(near), sheet.Text(c.Nearest), minutes); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

func (h *GapHandlers) services(w http.ResponseWriter, r *http.Request) error {
	m, _, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "services-sans-lieu.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Numéro", "Service", "Communes sans lieu à 20 minutes", "Habitants"); err != nil {
			return err
		}
		for _, e := range m.Entries {
			if err := out.Row(sheet.Int(int64(e.Number)), sheet.Text(e.Label), sheet.Int(int64(e.Without)), sheet.Int(int64(e.People))); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
