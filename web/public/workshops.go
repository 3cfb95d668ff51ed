package public

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/territory"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// WorkshopHandlers serves ateliers to everyone: finding one, booking a seat with
// a carnet's number, giving it back, and calendars.
type WorkshopHandlers struct {
	Workshops *workshop.Service
	Communes  *territory.Index
	Keeper    workshopui.Keeper
}

// visitor is whose code a visitor's cookie holds.
const visitor = "visiteur"

// Routes mounts the screens.
func (h *WorkshopHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.Workshops(), httpx.Handler(h.list))
	r.Method(http.MethodGet, urls.Workshops()+"/{id}", httpx.Handler(h.show))
	r.Method(http.MethodPost, urls.Workshops()+"/{id}", httpx.Handler(h.book))
	r.Method(http.MethodGet, urls.Workshops()+"/{id}/calendrier.ics", httpx.Handler(h.calendar))
	r.Method(http.MethodGet, urls.Workshops()+"/{id}/reservation", httpx.Handler(h.seat))
	r.Method(http.MethodPost, urls.Workshops()+"/{id}/reservation", httpx.Handler(h.present))
	r.Method(http.MethodPost, urls.Workshops()+"/{id}/reservation/annuler", httpx.Handler(h.leave))
	r.Method(http.MethodGet, urls.PublicPlaces()+"/{id}/ateliers.ics", httpx.Handler(h.feed))
}

// atelier finds the one that the address names.
func (h *WorkshopHandlers) atelier(r *http.Request) (workshop.Workshop, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return workshop.Workshop{}, err
	}
	return h.Workshops.Find(r.Context(), id)
}

// atelierView is an atelier and the form that books it.
type atelierView struct {
	workshopui.View
	ID    uuid.UUID
	Typed string
	Wait  bool
}

func (h *WorkshopHandlers) show(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	return h.render(w, r, http.StatusOK, a, "", nil)
}

func atelierPageOf(r *http.Request, title string) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Ateliers", Href: urls.Workshops()}, {Label: title}}
	return p
}

func (h *WorkshopHandlers) render(w http.ResponseWriter, r *http.Request, status int, a workshop.Workshop, typed string, refusal *fault.Error) error {
	days, err := h.Workshops.Following(r.Context(), []workshop.Workshop{a}, daysShown)
	if err != nil {
		return err
	}
	p := atelierPageOf(r, a.Title)
	p.Description = a.Title + ", " + workshop.When(a.StartsAt) + ", à " + a.Town + "."
	p.Errors = ui.ErrorsFrom(refusal)
	v := atelierView{View: workshopui.New(a, h.Workshops.Now()).On(days[a.ID]), ID: a.ID, Typed: typed, Wait: a.Left() == 0}
	return httpx.Render(w, r, status, atelierPage(p, v))
}

// book takes a seat for the carnet typed.
func (h *WorkshopHandlers) book(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	seat, err := h.Workshops.BookAlone(r.Context(), httpx.Actor(r).Address, a.ID, values.Get("carnet"), values.Get("attente") == "oui")
	if refusal, ok := fault.ForForm(err); ok {
		if again, err := h.atelier(r); err == nil { // it may be full by now
			a = again
		}
		return h.render(w, r, httpx.Status(refusal.Kind), a, values.Get("carnet"), refusal)
	}
	if err != nil {
		return err
	}
	h.Keeper.Keep(w, urls.Workshop(a.ID, "reservation"), visitor, workshopui.Kept{Workshop: a.ID, Code: seat.Code})
	return httpx.SeeOther(w, r, urls.Workshop(a.ID, "reservation"))
}

// seat shows the booking whose code is kept, or asks for a code.
func (h *WorkshopHandlers) seat(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	code, ok := h.Keeper.Read(r, visitor, a.ID)
	if !ok {
		return h.askCode(w, r, http.StatusOK, a, nil)
	}
	_, standing, err := h.Workshops.Standing(r.Context(), httpx.Actor(r).Address, a.ID, code)
	if refusal, known := fault.ForForm(err); known {
		return h.askCode(w, r, httpx.Status(refusal.Kind), a, refusal)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	p := seatPageOf(r, a)
	return httpx.Render(w, r, http.StatusOK, seatPage(p, workshopui.New(a, h.Workshops.Now()), workshopui.Seat(standing, code), urls.Workshop(a.ID, "reservation", "annuler")))
}

func seatPageOf(r *http.Request, a workshop.Workshop) ui.Page {
	p := atelierPageOf(r, "Ma réservation")
	p.NoIndex = true
	p.Crumbs = []ui.Crumb{{Label: "Ateliers", Href: urls.Workshops()}, {Label: a.Title, Href: urls.Workshop(a.ID)}, {Label: "Ma réservation"}}
	return p
}

func (h *WorkshopHandlers) askCode(w http.ResponseWriter, r *http.Request, status int, a workshop.Workshop, refusal *fault.Error) error {
	p := seatPageOf(r, a)
	p.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, askCodePage(p, workshopui.New(a, h.Workshops.Now()), urls.Workshop(a.ID, "reservation")))
}

// present takes the code typed, and leads to the booking without it.
func (h *WorkshopHandlers) present(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	code := strings.TrimSpace(values.Get("code"))
	if code == "" {
		return h.askCode(w, r, http.StatusUnprocessableEntity, a, fault.Field("code", "Tapez le code donné en réservant."))
	}
	_, _, err = h.Workshops.Standing(r.Context(), httpx.Actor(r).Address, a.ID, code)
	if refusal, ok := fault.ForForm(err); ok {
		return h.askCode(w, r, httpx.Status(refusal.Kind), a, refusal)
	}
	if err != nil {
		return err
	}
	h.Keeper.Keep(w, urls.Workshop(a.ID, "reservation"), visitor, workshopui.Kept{Workshop: a.ID, Code: code})
	return httpx.SeeOther(w, r, urls.Workshop(a.ID, "reservation"))
}

// leave gives the seat back.
func (h *WorkshopHandlers) leave(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	code, ok := h.Keeper.Read(r, visitor, a.ID)
	if !ok {
		return httpx.SeeOther(w, r, urls.Workshop(a.ID, "reservation"))
	}
	if err := h.Workshops.LeaveAlone(r.Context(), a.ID, code); err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	h.Keeper.Forget(w, urls.Workshop(a.ID, "reservation"))
	httpx.Flash(r, ui.Good, "La réservation est annulée. Merci de l’avoir dit\u00a0: la place sert à quelqu’un d’autre.")
	return httpx.SeeOther(w, r, urls.Workshop(a.ID))
}

const typeCalendar = "text/calendar; charset=utf-8"

func (h *WorkshopHandlers) calendar(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	return httpx.File(w, "atelier-"+a.Starts().Format("2006-01-02")+".ics", typeCalendar,
		workshop.Calendar("", []workshop.Workshop{a}, h.Workshops.Link, h.Workshops.Now()))
}

// feed is a place's calendar, which stays empty for a place that has none.
func (h *WorkshopHandlers) feed(w http.ResponseWriter, r *http.Request) error {
	place, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name, err := h.Workshops.PlaceName(r.Context(), place)
	if err != nil {
		return err
	}
	list, err := h.Workshops.OfPlace(r.Context(), place, true)
	if err != nil {
		return err
	}
	return httpx.Inline(w, "ateliers.ics", typeCalendar, workshop.Calendar("Ateliers, "+name, list, h.Workshops.Link, h.Workshops.Now()))
}
