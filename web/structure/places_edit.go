package structure

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
	"passnum/internal/structure"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// placeView is a place's main form.
type placeView struct {
	frame       placeFrame // of a place that exists
	Title, Lead string
	Action      string
	Form        structure.PlaceForm
	Groups      []entryGroup
	Modes       []ui.Option
	Families    string // what the national data say of its services
	Others      []ui.Option
	Copied      string // the place whose services were just ticked
	Picker      ui.PlacePickerArgs
	Position    string
	Preview     previewView
	Errors      ui.Errors
}

// entryGroup is a category of the référentiel, to choose from.
type entryGroup struct {
	Code, Title, Count string
	All                bool
	Choices            ui.Choices
}

func newPlaceView(form structure.PlaceForm, refusal *fault.Error) placeView {
	v := placeView{Form: form, Errors: ui.ErrorsFrom(refusal), Picker: ui.PlacePickerArgs{Latitude: "latitude", Longitude: "longitude"}}
	for i, category := range referentiel.Load().Categories() {
		v.Groups = append(v.Groups, newEntryGroup(category, form, i == 0))
	}
	for _, m := range structure.Modes {
		v.Modes = append(v.Modes, ui.Option{Value: m.Code, Label: m.Label})
	}
	v.Modes = ui.Selected(v.Modes, form.Modes...)
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
		Categories: v.All("categories"), Modes: v.All("modes"), NothingToPay: v.Bool("rien_a_payer"), DetailsOf: v.Get("details_de")}
}

// renderPlace shows the main form, with the structure's other places to copy from.
func (h *PlaceHandlers) renderPlace(w http.ResponseWriter, r *http.Request, code int, v placeView, id uuid.UUID) error {
	if err := h.copyFrom(r, &v, id); err != nil {
		return err
	}
	page := httpx.Page(r, v.Title)
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: v.Title})
	page.Errors = v.Errors
	page.Scripts = append(page.Scripts, "entries.js", ui.MapScript)
	return httpx.Render(w, r, code, placePage(page, v))
}

// copyFrom ticks the services of another place, when the address asks for it,
// and lists the places one may copy.
func (h *PlaceHandlers) copyFrom(r *http.Request, v *placeView, id uuid.UUID) error {
	places, err := h.Structures.Places(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	wanted := httpx.Query(r).Get("copier")
	for _, p := range places {
		if p.ID == id || len(p.Entries) == 0 {
			continue
		}
		chosen := p.ID.String() == wanted
		v.Others = append(v.Others, ui.Option{Value: p.ID.String(), Label: p.Name + " (" + format.Count(len(p.Entries), "service", "services") + ")", Checked: chosen})
		if !chosen || r.Method != http.MethodGet {
			continue
		}
		from := structure.FormOf(p)
		form := v.Form
		form.Entries, form.Modes, form.DetailsOf = append(slices.Clone(form.Entries), from.Entries...), from.Modes, wanted
		groups := newPlaceView(form, nil)
		v.Form, v.Groups, v.Modes, v.Copied = form, groups.Groups, groups.Modes, p.Name
	}
	return nil
}

func (h *PlaceHandlers) newPlace(w http.ResponseWriter, r *http.Request) error {
	return h.renderNew(w, r, http.StatusOK, structure.PlaceForm{Modes: []string{"individuel"}, NothingToPay: true}, nil)
}

func (h *PlaceHandlers) renderNew(w http.ResponseWriter, r *http.Request, code int, form structure.PlaceForm, refusal *fault.Error) error {
	v := newPlaceView(form, refusal)
	v.Title, v.Action = "Ajouter un lieu", urls.NewPlace()
	v.Lead = "Une adresse où l’on vous trouve. Ce que vous écrivez ici est public dès que vous êtes qualifiés."
	v.Position = "Sans précision, le lieu est placé à son adresse quand le service national la trouve, sinon au centre de la commune."
	place, err := h.Structures.PreviewPlace(r.Context(), httpx.Actor(r), uuid.Nil, form)
	if err != nil {
		return err
	}
	v.Preview = h.previewOf(r, place, nil)
	return h.renderPlace(w, r, code, v, uuid.Nil)
}

func (h *PlaceHandlers) addPlace(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readPlace(values)
	added, err := h.Structures.AddPlace(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderNew(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le lieu est ajouté."+roughly(added)+" Complétez maintenant sa page\u00a0: horaires, prix, accueil.")
	return httpx.SeeOther(w, r, urls.StructurePlace(added.ID))
}

// roughly says that a place is only placed by its commune.
func roughly(p structure.Place) string {
	if p.Positioned != structure.ByCommune {
		return ""
	}
	return " Son adresse n’a pas pu être située\u00a0: il est placé au centre de la commune. Montrez-le sur la carte."
}

func (h *PlaceHandlers) editPlace(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "")
	if err != nil {
		return err
	}
	return h.renderPlace(w, r, http.StatusOK, existingPlace(f, structure.FormOf(f.Place), nil), f.Place.ID)
}

func existingPlace(f placeFrame, form structure.PlaceForm, refusal *fault.Error) placeView {
	v := newPlaceView(form, refusal)
	v.frame, v.Title, v.Action, v.Preview = f, f.Place.Name, urls.StructurePlace(f.Place.ID), f.Preview
	p := f.Place
	v.Picker.Departement = p.Departement()
	if p.Latitude != nil && p.Longitude != nil {
		v.Picker.Around = strconv.FormatFloat(*p.Latitude, 'f', 5, 64) + "," + strconv.FormatFloat(*p.Longitude, 'f', 5, 64)
	}
	v.Position = map[structure.Positioned]string{
		structure.ByHand:    "Vous avez placé ce lieu vous-même. Videz les deux cases pour revenir à son adresse.",
		structure.ByAddress: "Ce lieu est placé à son adresse. Montrez-le sur la carte si elle se trompe.",
		structure.ByImport:  "Ce lieu est placé d’après les données nationales. Montrez-le sur la carte si elles se trompent.",
	}[p.Positioned]
	if v.Position == "" {
		v.Position = "Ce lieu est placé au centre de la commune. Montrez-le sur la carte, à un angle de rue près."
	}
	if len(p.Entries) == 0 && len(p.Families) > 0 {
		v.Families = format.List(p.Families)
	}
	return v
}

func (h *PlaceHandlers) savePlace(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readPlace(values)
	saved, err := h.Structures.EditPlace(r.Context(), httpx.Actor(r), f.Place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderPlace(w, r, httpx.Status(refusal.Kind), existingPlace(f, form, refusal), f.Place.ID)
	}
	if err != nil {
		return err
	}
	sentence := "Le lieu est enregistré." + roughly(saved)
	if f.Place.Published && !saved.Published {
		sentence += " Il n’est plus affiché\u00a0: il ne propose aucun service."
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID))
}

// submitLabel names the button of the main form.
func (v placeView) submitLabel() string {
	if v.Action == urls.NewPlace() {
		return "Ajouter le lieu"
	}
	return "Enregistrer le lieu"
}

// previewing has the preview follow what is typed; without script it shows what
// is saved.
func (v placeView) previewing() templ.Attributes {
	address := urls.PlacePreview()
	if v.frame.Place.ID != uuid.Nil {
		address = urls.With(address, "lieu", v.frame.Place.ID.String())
	}
	return templ.Attributes{"hx-post": address, "hx-trigger": "input delay:700ms, change delay:300ms", "hx-target": "#apercu", "hx-swap": "innerHTML"}
}
