package structure

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// workshopForm is the form of an atelier, typed values kept.
type workshopForm struct {
	Title, Lead, Action, Submit string
	Back                        string
	Form                        workshop.Form
	Places                      []ui.Option
	Groups                      []workshopGroup
	Durations, Modes, Languages []ui.Option
	Levels, Rhythms             []ui.Option
	New                         bool
	Following                   string // « les 6 séances qui suivent »; empty when it is the last
	Whole                       bool   // the following ones are chosen
	Errors                      ui.Errors
	Booked                      string
}

// workshopGroup is a category of services that the structure gives.
type workshopGroup struct {
	Title, Count string
	Open         bool
	Choices      ui.Choices
}

func readWorkshop(v httpx.Values) workshop.Form {
	return workshop.Form{Title: v.Get("titre"), Place: v.Get("lieu"), Entries: v.All("services"), Day: v.Get("jour"), Hour: v.Get("heure"), Minutes: v.Get("duree"),
		Mode: v.Get("mode"), Seats: v.Get("places"), Cheques: v.Get("cheques"), Language: v.Get("langue"), Level: v.Get("niveau"), Note: v.Raw("note"),
		Every: v.Get("rythme"), Until: v.Get("fin")}
}

func (h *WorkshopHandlers) newForm(w http.ResponseWriter, r *http.Request) error {
	form := workshop.Form{Minutes: "120", Mode: workshop.ForSeveral, Seats: "8", Cheques: "1", Language: "fr", Level: "0"}
	if id, ok := httpx.Query(r).UUID("copie"); ok {
		roster, err := h.Workshops.Roster(r.Context(), httpx.Actor(r), id)
		if err != nil {
			return err
		}
		form = workshop.FormOf(roster.Workshop)
		form.Day = ""
	}
	return h.renderNew(w, r, http.StatusOK, form, nil)
}

func (h *WorkshopHandlers) renderNew(w http.ResponseWriter, r *http.Request, status int, form workshop.Form, refusal *fault.Error) error {
	places, err := h.Workshops.Places(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	if len(places) == 0 {
		return httpx.SeeOther(w, r, urls.StructureWorkshops())
	}
	v := newWorkshopForm(form, places, refusal)
	v.New, v.Title, v.Action, v.Submit = true, "Annoncer un atelier", urls.NewWorkshop(), "Annoncer l’atelier"
	v.Back = urls.StructureWorkshops()
	v.Lead = "Il paraît aussitôt sur la page du lieu, si celui-ci est affiché."
	return h.render(w, r, status, v)
}

func (h *WorkshopHandlers) render(w http.ResponseWriter, r *http.Request, status int, v workshopForm) error {
	page := workshopPage(r, v.Title)
	if v.Back != urls.StructureWorkshops() {
		page.Crumbs = []ui.Crumb{page.Crumbs[0], {Label: v.Lead, Href: v.Back}, page.Crumbs[1]}
	}
	page.Errors = v.Errors
	page.Scripts = append(page.Scripts, "entries.js")
	return httpx.Render(w, r, status, workshopFormPage(page, v))
}

func newWorkshopForm(form workshop.Form, places []workshop.Place, refusal *fault.Error) workshopForm {
	v := workshopForm{Form: form, Errors: ui.ErrorsFrom(refusal)}
	if len(places) > 1 {
		v.Places = []ui.Option{{Label: "Choisissez un lieu"}}
	}
	offered := map[int16]bool{}
	for _, p := range places {
		v.Places = append(v.Places, ui.Option{Value: p.ID.String(), Label: p.Name + ", " + p.Town})
		for _, e := range p.Entries {
			offered[e] = true
		}
	}
	v.Places = ui.Selected(v.Places, form.Place)
	v.addServices(offered)
	for _, m := range workshop.Durations {
		v.Durations = append(v.Durations, ui.Option{Value: strconv.Itoa(m), Label: workshop.DurationWords(m)})
	}
	v.Durations = ui.Selected(v.Durations, form.Minutes)
	v.Modes = ui.Selected([]ui.Option{{Value: workshop.ForSeveral, Label: "Collectif"}, {Value: workshop.ForOne, Label: "Individuel", Hint: "Une seule place"}}, form.Mode)
	for _, l := range workshop.Languages {
		v.Languages = append(v.Languages, ui.Option{Value: l.Code, Label: l.Label})
	}
	v.Languages = ui.Selected(v.Languages, form.Language)
	for level := range 4 {
		v.Levels = append(v.Levels, ui.Option{Value: strconv.Itoa(level), Label: capital(workshopui.LevelWord(level))})
	}
	v.Levels = ui.Selected(v.Levels, form.Level)
	v.Rhythms = ui.Selected([]ui.Option{
		{Value: workshop.Once, Label: "Une seule fois"},
		{Value: workshop.EveryWeek, Label: "Toutes les semaines"},
		{Value: workshop.EveryOtherWeeks, Label: "Une semaine sur deux"},
	}, form.Every)
	return v
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// addServices groups what the structure's places give, the categories that hold
// a choice open.
func (v *workshopForm) addServices(offered map[int16]bool) {
	for _, category := range referentiel.Load().Categories() {
		g := workshopGroup{Title: category.Code + " " + category.Name}
		chosen, id := 0, "services"
		for _, e := range category.Entries {
			number := strconv.Itoa(e.Number)
			checked := slices.Contains(v.Form.Entries, number)
			if !offered[int16(e.Number)] && !checked {
				continue
			}
			if checked {
				chosen++
			}
			g.Choices.Options = append(g.Choices.Options, ui.Option{Value: number, Label: e.Label, Checked: checked})
		}
		if len(g.Choices.Options) == 0 {
			continue
		}
		if len(v.Groups) > 0 { // the first one bears the name that errors lead to
			id = "services-c" + strings.ReplaceAll(category.Code, ".", "")
		}
		g.Choices.Name, g.Choices.ID, g.Choices.Legend, g.Choices.HideLegend, g.Choices.Small = "services", id, g.Title, true, true
		g.Count, g.Open = strconv.Itoa(chosen)+" sur "+strconv.Itoa(len(g.Choices.Options)), chosen > 0
		v.Groups = append(v.Groups, g)
	}
}

func (h *WorkshopHandlers) plan(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readWorkshop(values)
	done, err := h.Workshops.Plan(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderNew(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, plannedWords(done))
	return httpx.SeeOther(w, r, urls.StructureWorkshop(done.First))
}

func plannedWords(done workshop.Planned) string {
	if done.Sessions == 1 {
		return "L’atelier est annoncé."
	}
	said := format.Count(done.Sessions, "atelier est annoncé", "ateliers sont annoncés") + "."
	var days []string
	for _, d := range done.Skipped {
		days = append(days, "le "+format.Date(d.Day)+" ("+d.Name+")")
	}
	if len(days) > 0 {
		said += " Jours fériés laissés de côté\u00a0: " + format.List(days) + "."
	}
	return said
}

func (h *WorkshopHandlers) editForm(w http.ResponseWriter, r *http.Request) error {
	roster, err := h.roster(r)
	if err != nil {
		return err
	}
	if !roster.Workshop.Open(h.Workshops.Now()) {
		return workshop.ErrOver
	}
	return h.renderEdit(w, r, http.StatusOK, roster, workshop.FormOf(roster.Workshop), false, nil)
}

func (h *WorkshopHandlers) renderEdit(w http.ResponseWriter, r *http.Request, status int, roster workshop.Roster, form workshop.Form, whole bool, refusal *fault.Error) error {
	places, err := h.Workshops.Places(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := newWorkshopForm(form, places, refusal)
	v.Title, v.Action, v.Submit, v.Whole = "Modifier l’atelier", urls.StructureWorkshop(roster.Workshop.ID, "modifier"), "Enregistrer", whole
	v.Lead, v.Following, v.Back = roster.Workshop.Title, following(roster.Others), urls.StructureWorkshop(roster.Workshop.ID)
	if n := roster.Workshop.Taken; n > 0 {
		v.Booked = format.Count(n, "place est réservée", "places sont réservées") + ". Si la date ou le lieu change, les guichets qui ont réservé sont prévenus par courriel. Les personnes venues seules ne peuvent pas l’être."
	}
	return h.render(w, r, status, v)
}

func following(others int) string {
	switch others {
	case 0:
		return ""
	case 1:
		return "Celle-ci et la séance suivante"
	default:
		return "Celle-ci et les " + strconv.Itoa(others) + " séances suivantes"
	}
}

func (h *WorkshopHandlers) roster(r *http.Request) (workshop.Roster, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return workshop.Roster{}, err
	}
	return h.Workshops.Roster(r.Context(), httpx.Actor(r), id)
}

func (h *WorkshopHandlers) edit(w http.ResponseWriter, r *http.Request) error {
	roster, err := h.roster(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form, whole := readWorkshop(values), values.Get("portee") == "suivantes"
	n, err := h.Workshops.Edit(r.Context(), httpx.Actor(r), roster.Workshop.ID, form, whole)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderEdit(w, r, httpx.Status(refusal.Kind), roster, form, whole, refusal)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, roster.Workshop.ID, n, "est modifié", "sont modifiés")
}

func (h *WorkshopHandlers) done(w http.ResponseWriter, r *http.Request, id uuid.UUID, n int, one, many string) error {
	httpx.Flash(r, ui.Good, format.Count(n, "atelier "+one, "ateliers "+many)+".")
	return httpx.SeeOther(w, r, urls.StructureWorkshop(id))
}
