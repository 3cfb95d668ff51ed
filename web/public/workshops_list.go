package public

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/territory"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// ateliersView is the list of ateliers to come, with its filters.
type ateliersView struct {
	Lead      string
	Commune   ui.Commune
	Radii     []ui.Option
	Located   bool
	Service   ui.ComboboxArgs
	Modes     []ui.Option
	Languages []ui.Option
	Free      bool
	More      bool // one of the less common criteria is set
	Reset     string
	List      []workshopui.View
	Pager     ui.Pagination
	Empty     ui.EmptyArgs
	Choices   []ui.NumberedItem
}

// ateliersQuery is what the address asks for; what makes no sense is ignored.
type ateliersQuery struct {
	workshop.Search
	meant
	placeui.Asked
	typed string
}

func (h *WorkshopHandlers) read(values url.Values) ateliersQuery {
	q := ateliersQuery{typed: strings.TrimSpace(values.Get("commune"))}
	q.Radius, q.ByWeek = usualRadius, true
	if km, err := strconv.Atoi(values.Get("rayon")); err == nil && slices.Contains(radii, km) {
		q.Radius = float64(km)
	}
	if code := values.Get("commune_code"); code != "" || q.typed != "" {
		q.find(h.Communes, code)
	}
	q.Free = values.Get("libre") == yes
	if mode := values.Get("accompagnement"); mode == workshop.ForOne || mode == workshop.ForSeveral {
		q.Mode = mode
	}
	if slices.ContainsFunc(workshop.Languages, func(l workshop.Language) bool { return l.Code == values.Get("langue") }) {
		q.Language = values.Get("langue")
	}
	q.Asked = placeui.ReadAsked(values)
	q.Entries = q.Numbers()
	return q
}

func (q *ateliersQuery) find(index *territory.Index, code string) {
	q.meant = meantBy(index, q.typed, code)
	if q.commune == nil {
		return
	}
	q.typed = q.commune.Label()
	if lat, lon, _, ok := index.Locate(q.commune.Code); ok {
		q.Latitude, q.Longitude = &lat, &lon
	}
}

func (q ateliersQuery) address(pairs ...string) string {
	values := map[string]string{"commune": q.typed, "apprendre": q.Words, "accompagnement": q.Mode, "langue": q.Language}
	if q.Entry > 0 {
		values["service"] = strconv.Itoa(q.Entry)
	}
	if q.Free {
		values["libre"] = yes
	}
	if q.Radius != usualRadius {
		values["rayon"] = strconv.Itoa(int(q.Radius))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	var flat []string
	for key, value := range values {
		flat = append(flat, key, value)
	}
	return urls.With(urls.Workshops(), flat...)
}

func (h *WorkshopHandlers) list(w http.ResponseWriter, r *http.Request) error {
	if moved, err := withoutCode(w, r, urls.PublicPlaces()); moved || err != nil {
		return err
	}
	q := h.read(r.URL.Query())
	httpx.Cursor(r, &q.After)
	var list []workshop.Workshop
	var next workshop.Cursor
	var err error
	if q.refusal == nil && len(q.several) == 0 {
		if list, next, err = h.Workshops.Coming(r.Context(), q.Search); err != nil {
			return err
		}
	}
	days, err := h.Workshops.Following(r.Context(), list, daysShown)
	if err != nil {
		return err
	}
	v := h.newAteliersView(q, list, days)
	v.Pager = httpx.Pager(r, !next.At.IsZero(), next)
	p := page(r, "Ateliers", "Les prochains ateliers numériques payés par les chèques Pass numérique, près de chez vous.")
	p.Errors = ui.ErrorsFrom(q.refusal)
	status := http.StatusOK
	if q.refusal != nil {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, ateliersPage(p, v))
}

// daysShown is how many days of a series follow its next one.
const daysShown = 4

func (h *WorkshopHandlers) newAteliersView(q ateliersQuery, list []workshop.Workshop, days map[uuid.UUID][]workshop.Session) ateliersView {
	v := ateliersView{Lead: "Des rendez-vous datés, d’une à deux heures, à payer avec vos chèques.", Located: q.commune != nil, Free: q.Free,
		More: q.Mode != "" || q.Language != "" || q.Free, Service: q.Field()}
	if v.More || v.Located || q.Words != "" || q.typed != "" {
		v.Reset = urls.Workshops()
	}
	v.Commune = ui.Commune{Field: ui.Field{Name: "commune", Label: "Près de", Value: q.typed, Error: ui.ErrorsFrom(q.refusal).For("commune")}}
	if q.commune != nil {
		v.Commune.Code, v.Lead = q.commune.Code, "Autour "+format.Of(q.commune.Name)+", du plus proche dans le temps au plus lointain."
	}
	v.fillFilters(q)
	for _, a := range list {
		v.List = append(v.List, workshopui.New(a, h.Workshops.Now()).From(a, q.Latitude, q.Longitude).On(days[a.ID]))
	}
	v.Choices = communeChoices(h.Communes, q.several, func(c territory.Commune) string { return q.address("commune", c.Label(), "commune_code", c.Code) })
	v.Empty = ui.EmptyArgs{Title: "Aucun atelier annoncé ici", Body: "Élargissez la recherche, ou appelez un lieu\u00a0: beaucoup accueillent aussi sans atelier, sur rendez-vous.", Action: "Voir les lieux", ActionHref: urls.PublicPlaces()}
	if q.Words != "" && len(q.Services()) == 0 {
		v.Empty.Title = "Aucun service ne correspond à «\u00a0" + q.Words + "\u00a0»"
		v.Empty.Body = "Essayez un autre mot, ou parcourez la liste de ce que l’on peut apprendre."
		v.Empty.Action, v.Empty.ActionHref = "Voir tous les services", urls.Referentiel()
	}
	return v
}

func (v *ateliersView) fillFilters(q ateliersQuery) {
	v.Radii = ui.Selected(radiusOptions(), strconv.Itoa(int(q.Radius)))
	v.Modes = ui.Selected([]ui.Option{{Label: "Peu importe"}, {Value: workshop.ForOne, Label: "Seul avec un médiateur"}, {Value: workshop.ForSeveral, Label: "En groupe"}}, q.Mode)
	v.Languages = []ui.Option{{Label: "Toutes"}}
	for _, l := range workshop.Languages {
		v.Languages = append(v.Languages, ui.Option{Value: l.Code, Label: l.Label})
	}
	v.Languages = ui.Selected(v.Languages, q.Language)
}
