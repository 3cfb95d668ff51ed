package structure

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type placeRow struct {
	ID                      uuid.UUID
	Name, Address, Services string
	Filled                  string
	Tag                     templ.Component
}

func placeRows(places []structure.Place, state structure.State) []placeRow {
	rows := make([]placeRow, len(places))
	for i, p := range places {
		rows[i] = placeRow{ID: p.ID, Name: p.Name, Address: p.Address(),
			Services: format.Count(len(p.Entries), "service", "services"), Tag: placeTag(p, state)}
	}
	return rows
}

func placeTag(p structure.Place, state structure.State) templ.Component {
	switch {
	case len(p.Entries) == 0:
		return ui.Tag(ui.Warn, "services à choisir")
	case p.Published:
		return ui.Tag(ui.Good, "affiché")
	case state == structure.Qualified:
		return ui.Tag(ui.Neutral, "masqué")
	default:
		return ui.Tag(ui.Neutral, "affiché dès la qualification")
	}
}

// placesView is the list of a structure's places and what waits there.
type placesView struct {
	Rows    []placeRow
	Due     []dueRow
	Reports string // how many wait; empty for none
}

// dueRow is a place to confirm.
type dueRow struct {
	ID    uuid.UUID
	Name  string
	Since string
}

func (h *PlaceHandlers) places(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	places, err := h.Structures.Places(r.Context(), actor)
	if err != nil {
		return err
	}
	d, err := h.Structures.Dossier(r.Context(), actor)
	if err != nil {
		return err
	}
	open, err := h.Structures.OpenReports(r.Context(), actor)
	if err != nil {
		return err
	}
	v := placesView{Rows: placeRows(places, d.State)}
	if open > 0 {
		v.Reports = format.Count(int(open), "erreur signalée sur vos lieux", "erreurs signalées sur vos lieux")
	}
	now := h.Structures.Clock()
	for _, p := range places {
		if p.Published && p.Due(now) {
			v.Due = append(v.Due, dueRow{p.ID, p.Name, "relu le " + format.Date(p.ConfirmedAt)})
		}
	}
	page := httpx.Page(r, "Vos lieux")
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux"})
	return httpx.Render(w, r, http.StatusOK, placesPage(page, v))
}

func placeCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}}, more...)
}

// confirm says that places are still right.
func (h *PlaceHandlers) confirm(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	n, err := h.Structures.Confirm(r.Context(), httpx.Actor(r), values.UUIDs("lieux"))
	if err != nil {
		return err
	}
	flashConfirmed(r, n)
	return httpx.SeeOther(w, r, urls.StructurePlaces())
}

func flashConfirmed(r *http.Request, n int) {
	if n == 0 {
		httpx.Flash(r, ui.Warn, "Cochez au moins un lieu.")
		return
	}
	httpx.Flash(r, ui.Good, "Merci. "+format.Count(n, "lieu est confirmé", "lieux sont confirmés")+" pour six mois.")
}

// publish shows or hides a place.
func (h *PlaceHandlers) publish(shown bool) httpx.Handler {
	sentence := map[bool]string{true: "Le lieu est affiché sur la carte publique.", false: "Le lieu n’est plus affiché. Vous pouvez l’afficher de nouveau à tout moment."}[shown]
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		err = h.Structures.Publish(r.Context(), httpx.Actor(r), id, shown)
		if refusal, ok := fault.ForForm(err); ok {
			httpx.Flash(r, ui.Warn, refusal.Sentence)
		} else if err != nil {
			return err
		} else {
			httpx.Flash(r, ui.Good, sentence)
		}
		return httpx.SeeOther(w, r, urls.StructurePlace(id))
	}
}
