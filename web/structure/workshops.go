package structure

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/sheet"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// WorkshopHandlers serves the ateliers of a structure: planning them, who is
// expected, who came.
type WorkshopHandlers struct {
	Workshops *workshop.Service
}

// Routes mounts the screens under /structure.
func (h *WorkshopHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.WorkshopWrite))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
		get("/ateliers", h.list)
		get("/ateliers.csv", h.export)
		get("/ateliers/nouveau", h.newForm)
		post("/ateliers/nouveau", h.plan)
		get("/ateliers/{id}", h.show)
		get("/ateliers/{id}/modifier", h.editForm)
		post("/ateliers/{id}/modifier", h.edit)
		get("/ateliers/{id}/annuler", h.cancelForm)
		post("/ateliers/{id}/annuler", h.cancel)
		post("/ateliers/{id}/presence", h.attend)
		post("/ateliers/{id}/reservations/{booking}/retirer", h.withdraw)
	})
}

func workshopPage(r *http.Request, title string) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Ateliers", Href: urls.StructureWorkshops()}, {Label: title}}
	return page
}

// workshopFilter reads what the address asks for; nonsense narrows nothing.
func workshopFilter(q httpx.Values) workshop.Filter {
	place, _ := q.UUID("lieu")
	return workshop.Filter{Past: q.Get("quand") == "passes", PlaceID: place}
}

// workshopsView is the list of a structure's ateliers.
type workshopsView struct {
	Tabs      []ui.Tab
	Places    []ui.Option
	Rows      []ui.Row
	Pager     ui.Pagination
	Empty     ui.EmptyArgs
	Past      bool
	CSV       string
	MayPlan   bool
	Calendars []calendarLink
}

type calendarLink struct{ Place, Href string }

func (h *WorkshopHandlers) list(w http.ResponseWriter, r *http.Request) error {
	q := httpx.Query(r)
	filter := workshopFilter(q)
	var after workshop.Cursor
	httpx.Cursor(r, &after)
	list, next, err := h.Workshops.List(r.Context(), httpx.Actor(r), filter, after)
	if err != nil {
		return err
	}
	places, err := h.Workshops.Places(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := newWorkshopsView(list, places, filter, h.Workshops.Now())
	v.Pager = httpx.Pager(r, !next.At.IsZero(), next)
	page := httpx.Page(r, "Ateliers")
	return httpx.Render(w, r, http.StatusOK, workshopsPage(page, v))
}

func newWorkshopsView(list []workshop.Workshop, places []workshop.Place, f workshop.Filter, now time.Time) workshopsView {
	v := workshopsView{Past: f.Past, MayPlan: len(places) > 0, Places: []ui.Option{{Label: "Tous les lieux"}}}
	chosen, when := "", ""
	if f.PlaceID != uuid.Nil {
		chosen = f.PlaceID.String()
	}
	if f.Past {
		when = "passes"
	}
	for _, p := range places {
		v.Places = append(v.Places, ui.Option{Value: p.ID.String(), Label: p.Name})
		if p.Published {
			v.Calendars = append(v.Calendars, calendarLink{p.Name, urls.PlaceCalendar(p.ID)})
		}
	}
	v.Places = ui.Selected(v.Places, chosen)
	v.Tabs = []ui.Tab{
		{Label: "À venir", Href: urls.With(urls.StructureWorkshops(), "lieu", chosen), Current: !f.Past},
		{Label: "Passés", Href: urls.With(urls.StructureWorkshops(), "lieu", chosen, "quand", "passes"), Current: f.Past},
	}
	v.CSV = urls.With(urls.StructureWorkshopsCSV(), "lieu", chosen, "quand", when)
	for _, w := range list {
		v.Rows = append(v.Rows, workshopRow(w, now))
	}
	v.Empty = ui.EmptyArgs{Title: "Aucun atelier annoncé", Body: "Annoncez un atelier\u00a0: il paraît sur la page du lieu, dans la liste des lieux et sur les lettres d’orientation.", Action: "Annoncer un atelier", ActionHref: urls.NewWorkshop()}
	switch {
	case f.Past:
		v.Empty = ui.EmptyArgs{Title: "Aucun atelier passé"}
	case len(places) == 0:
		v.Empty = ui.EmptyArgs{Title: "Pas encore de lieu", Body: "Un atelier se donne dans un de vos lieux. Ajoutez-en un d’abord.", Action: "Ajouter un lieu", ActionHref: urls.StructurePlaces()}
	}
	return v
}

func workshopRow(w workshop.Workshop, now time.Time) ui.Row {
	v := workshopui.New(w, now)
	seats := format.Number(w.Taken) + " sur " + format.Number(w.Seats)
	if w.Waiting > 0 {
		seats += ", " + format.Number(w.Waiting) + " en attente"
	}
	return ui.NewRow(ui.TwoLines(ui.Link(w.Title, urls.StructureWorkshop(w.ID)), v.Place), ui.TwoLines(ui.Text(v.Day), v.Hours), ui.Text(seats), structureState(w, now))
}

func (h *WorkshopHandlers) export(w http.ResponseWriter, r *http.Request) error {
	filter := workshopFilter(httpx.Query(r))
	return httpx.CSV(w, "ateliers.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Début", "Durée (min)", "Atelier", "Lieu", "Forme", "Places", "Réservées", "En attente", "Chèques demandés", "Langue", "Niveau", "Annulé le", "Motif"); err != nil {
			return err
		}
		var after workshop.Cursor
		for {
			list, next, err := h.Workshops.List(r.Context(), httpx.Actor(r), filter, after)
			if err != nil {
				return err
			}
			for _, a := range list {
				if err := out.Row(workshopCells(a)...); err != nil {
					return err
				}
			}
			if after = next; next.At.IsZero() {
				return out.Flush()
			}
		}
	})
}

func workshopCells(a workshop.Workshop) []sheet.Cell {
	cancelled := sheet.Cell{}
	if a.CancelledAt != nil {
		cancelled = sheet.Time(*a.CancelledAt)
	}
	return []sheet.Cell{sheet.Time(a.StartsAt), sheet.Int(a.Minutes), sheet.Text(a.Title), sheet.Text(a.Place), sheet.Text(workshopui.ModeWord(a.Mode)), sheet.Int(a.Seats),
		sheet.Int(a.Taken), sheet.Int(a.Waiting), sheet.Int(a.Cheques), sheet.Text(workshop.LanguageLabel(a.Language)), sheet.Text(workshopui.LevelWord(a.Level)), cancelled, sheet.Text(a.CancelReason)}
}

func (h *WorkshopHandlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	booking, err := httpx.PathUUID(r, "booking")
	if err != nil {
		return err
	}
	if err := h.Workshops.Withdraw(r.Context(), httpx.Actor(r), id, booking); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La réservation est retirée. Si un guichet l’avait faite, il est prévenu par courriel.")
	return httpx.SeeOther(w, r, urls.StructureWorkshop(id))
}

func (h *WorkshopHandlers) attend(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Workshops.Attend(r.Context(), httpx.Actor(r), id, form.UUIDs("present"))
	if refusal, ok := fault.ForForm(err); ok {
		httpx.Flash(r, ui.Bad, refusal.Sentence)
		return httpx.SeeOther(w, r, urls.StructureWorkshop(id))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est noté.")
	return httpx.SeeOther(w, r, urls.StructureWorkshop(id))
}
