package structure

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/structure"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/ui"
	"passnum/web/urls"
)

// stopsView is where a place stops, and the form of one stop.
type stopsView struct {
	Place   uuid.UUID
	Rows    []stopRow
	Action  string
	Title   string
	Submit  string
	Editing bool
	Travels bool // said so, by a national file perhaps
	Form    structure.StopForm
	Errors  ui.Errors
}

type stopRow struct {
	ID            uuid.UUID
	Name, Address string
	Hours         string
}

func (h *PlaceHandlers) renderStops(w http.ResponseWriter, r *http.Request, code int, f placeFrame, v stopsView) error {
	stops, err := h.Structures.Stops(r.Context(), httpx.Actor(r), f.Place.ID)
	if err != nil {
		return err
	}
	v.Place, v.Travels = f.Place.ID, f.Place.Itinerant
	if !v.Editing {
		v.Action, v.Title, v.Submit = urls.StructurePlace(f.Place.ID, "etapes"), "Ajouter une étape", "Ajouter l’étape"
	}
	for _, s := range stops {
		v.Rows = append(v.Rows, stopRow{s.ID, s.Name, s.Address(), hours.Say(s.OpeningHours)})
	}
	return f.show(w, r, code, "Étapes", v.Errors, nil, stopsPage(v))
}

func readStop(v httpx.Values) structure.StopForm {
	return structure.StopForm{Name: v.Get("nom"), Address: orgscreens.ReadAddress(v), OpeningHours: v.Get("horaires")}
}

func (h *PlaceHandlers) stops(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "etapes")
	if err != nil {
		return err
	}
	return h.renderStops(w, r, http.StatusOK, f, stopsView{})
}

func (h *PlaceHandlers) addStop(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "etapes")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readStop(values)
	err = h.Structures.AddStop(r.Context(), httpx.Actor(r), f.Place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderStops(w, r, httpx.Status(refusal.Kind), f, stopsView{Form: form, Errors: ui.ErrorsFrom(refusal)})
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’étape est ajoutée.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "etapes"))
}

// oneStop finds the stop of the address.
func (h *PlaceHandlers) oneStop(r *http.Request) (placeFrame, structure.Stop, error) {
	f, err := h.frame(r, "etapes")
	if err != nil {
		return f, structure.Stop{}, err
	}
	id, err := httpx.PathUUID(r, "etape")
	if err != nil {
		return f, structure.Stop{}, err
	}
	stop, err := h.Structures.Stop(r.Context(), httpx.Actor(r), f.Place.ID, id)
	return f, stop, err
}

func editingStop(f placeFrame, s structure.Stop, form structure.StopForm, refusal *fault.Error) stopsView {
	return stopsView{Editing: true, Action: urls.PlaceStop(f.Place.ID, s.ID), Title: "Modifier l’étape «\u00a0" + s.Name + "\u00a0»", Submit: "Enregistrer l’étape",
		Form: form, Errors: ui.ErrorsFrom(refusal)}
}

func (h *PlaceHandlers) editStop(w http.ResponseWriter, r *http.Request) error {
	f, stop, err := h.oneStop(r)
	if err != nil {
		return err
	}
	return h.renderStops(w, r, http.StatusOK, f, editingStop(f, stop, structure.StopFormOf(stop), nil))
}

func (h *PlaceHandlers) saveStop(w http.ResponseWriter, r *http.Request) error {
	f, stop, err := h.oneStop(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readStop(values)
	err = h.Structures.EditStop(r.Context(), httpx.Actor(r), f.Place.ID, stop.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderStops(w, r, httpx.Status(refusal.Kind), f, editingStop(f, stop, form, refusal))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’étape est enregistrée.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "etapes"))
}

func (h *PlaceHandlers) removeStop(w http.ResponseWriter, r *http.Request) error {
	f, stop, err := h.oneStop(r)
	if err != nil {
		return err
	}
	if err := h.Structures.RemoveStop(r.Context(), httpx.Actor(r), f.Place.ID, stop.ID); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’étape «\u00a0"+stop.Name+"\u00a0» est retirée.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "etapes"))
}
