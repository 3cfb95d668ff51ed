package structure

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/referentiel"
	"passnum/internal/structure"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type placeRow struct {
	ID                      uuid.UUID
	Name, Address, Services string
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

func (h *Handlers) places(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	places, err := h.Structures.Places(r.Context(), actor)
	if err != nil {
		return err
	}
	d, err := h.Structures.Dossier(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Vos lieux")
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Lieux"}}
	return httpx.Render(w, r, http.StatusOK, placesPage(page, placeRows(places, d.State)))
}

// placeView is a place's form.
type placeView struct {
	Title, Lead, Action string
	Form                structure.PlaceForm
	Groups              []entryGroup
	Modes               []ui.Option
	Hours               []structure.Hours
	Errors              ui.Errors
	// What follows is for a place that exists.
	ID             uuid.UUID
	Tag            templ.Component
	Shown, MayShow bool
	PublicHref     string
}

// entryGroup is a category of the référentiel, to choose from.
type entryGroup struct {
	Code, Title, Count string
	All                bool
	Choices            ui.Choices
}

func newPlaceView(form structure.PlaceForm, refusal *fault.Error) placeView {
	v := placeView{Form: form, Errors: ui.ErrorsFrom(refusal)}
	for i, category := range referentiel.Load().Categories() {
		v.Groups = append(v.Groups, newEntryGroup(category, form, i == 0))
	}
	for _, m := range structure.Modes {
		v.Modes = append(v.Modes, ui.Option{Value: m.Code, Label: m.Label})
	}
	v.Modes = ui.Selected(v.Modes, form.Modes...)
	v.Hours, _ = structure.ReadHours(hours.Read(form.OpeningHours))
	return v
}

func newEntryGroup(category referentiel.Category, form structure.PlaceForm, first bool) entryGroup {
	g := entryGroup{Code: category.Code, Title: category.Code + " " + category.Name, All: slices.Contains(form.Categories, category.Code)}
	options := make([]ui.Option, len(category.Entries))
	chosen := 0
	for i, e := range category.Entries {
		number := strconv.Itoa(e.Number)
		checked := g.All || slices.Contains(form.Entries, number)
		options[i] = ui.Option{Value: number, Label: e.Label, Checked: checked}
		if checked {
			chosen++
		}
	}
	g.Count = strconv.Itoa(chosen) + " sur " + strconv.Itoa(len(options))
	// The first group bears the name that the error summary links to.
	id := "services"
	if !first {
		id = "services-c" + strings.ReplaceAll(category.Code, ".", "")
	}
	g.Choices = ui.Choices{Name: "services", ID: id, Legend: g.Title, HideLegend: true, Small: true, Options: options}
	return g
}

func readPlace(v httpx.Values) structure.PlaceForm {
	return structure.PlaceForm{Name: v.Get("nom"), Referent: v.Get("referent"), Address: orgscreens.ReadAddress(v),
		Latitude: v.Get("latitude"), Longitude: v.Get("longitude"), Phone: v.Get("telephone"), Email: v.Get("courriel"), Website: v.Get("site"),
		OpeningHours: v.Get("horaires"), Access: v.Get("acces"), Transport: v.Get("transport"), Presentation: v.Get("presentation"), Entries: v.All("services"),
		Categories: v.All("categories"), Modes: v.All("modes"), NothingToPay: v.Bool("rien_a_payer")}
}

func renderPlace(w http.ResponseWriter, r *http.Request, code int, v placeView) error {
	page := httpx.Page(r, v.Title)
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Lieux", Href: urls.StructurePlaces()}, {Label: v.Title}}
	page.Errors = v.Errors
	page.Scripts = append(page.Scripts, "entries.js")
	return httpx.Render(w, r, code, placePage(page, v))
}

func newPlaceForm(form structure.PlaceForm, refusal *fault.Error) placeView {
	v := newPlaceView(form, refusal)
	v.Title, v.Action = "Ajouter un lieu", urls.NewPlace()
	v.Lead = "Une adresse où l’on vous trouve. Ce que vous écrivez ici est public dès que vous êtes qualifiés."
	return v
}

func (h *Handlers) newPlace(w http.ResponseWriter, r *http.Request) error {
	return renderPlace(w, r, http.StatusOK, newPlaceForm(structure.PlaceForm{Modes: []string{"individuel"}, NothingToPay: true}, nil))
}

func (h *Handlers) addPlace(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readPlace(values)
	_, err = h.Structures.AddPlace(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return renderPlace(w, r, httpx.Status(refusal.Kind), newPlaceForm(form, refusal))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le lieu est ajouté.")
	return httpx.SeeOther(w, r, urls.StructurePlaces())
}

func (h *Handlers) editPlace(w http.ResponseWriter, r *http.Request) error {
	place, state, err := h.readOwn(r)
	if err != nil {
		return err
	}
	return renderPlace(w, r, http.StatusOK, existingPlace(place, state, structure.FormOf(place), nil))
}

// readOwn finds the place of the address and the state of its structure.
func (h *Handlers) readOwn(r *http.Request) (structure.Place, structure.State, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return structure.Place{}, "", err
	}
	place, err := h.Structures.Place(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return structure.Place{}, "", err
	}
	d, err := h.Structures.Dossier(r.Context(), httpx.Actor(r))
	return place, d.State, err
}

func existingPlace(place structure.Place, state structure.State, form structure.PlaceForm, refusal *fault.Error) placeView {
	v := newPlaceView(form, refusal)
	v.ID, v.Title, v.Action = place.ID, place.Name, urls.StructurePlace(place.ID)
	v.Lead = place.Address() + ". Vos changements paraissent aussitôt."
	v.Tag, v.Shown = placeTag(place, state), place.Published
	v.MayShow = !place.Published && state == structure.Qualified && len(place.Entries) > 0
	if place.Published {
		v.PublicHref = urls.ID(urls.PublicPlaces(), place.ID)
	}
	return v
}

func (h *Handlers) savePlace(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	place, state, err := h.readOwn(r)
	if err != nil {
		return err
	}
	form := readPlace(values)
	saved, err := h.Structures.EditPlace(r.Context(), httpx.Actor(r), place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		return renderPlace(w, r, httpx.Status(refusal.Kind), existingPlace(place, state, form, refusal))
	}
	if err != nil {
		return err
	}
	sentence := "Le lieu est enregistré."
	if place.Published && !saved.Published {
		sentence += " Il n’est plus affiché\u00a0: il ne propose aucun service."
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, urls.StructurePlace(place.ID))
}

// publish shows or hides a place.
func (h *Handlers) publish(shown bool) httpx.Handler {
	sentence := map[bool]string{true: "Le lieu est affiché sur la carte publique.", false: "Le lieu n’est plus affiché. Vous pouvez l’afficher de nouveau à tout moment."}[shown]
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		do := func() error { return h.Structures.Publish(r.Context(), httpx.Actor(r), id, shown) }
		return h.act(w, r, do, sentence, urls.StructurePlace(id))
	}
}
