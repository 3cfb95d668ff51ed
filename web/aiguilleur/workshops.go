package aiguilleur

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// WorkshopHandlers serves the ateliers near a counter: it books seats for the
// carnets of the people in front of it.
type WorkshopHandlers struct {
	Workshops *workshop.Service
	Network   *distribution.Service
	Keeper    workshopui.Keeper
}

// Routes mounts the screens under /aiguilleur.
func (h *WorkshopHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HandOver))
		r.Method(http.MethodGet, "/ateliers", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/ateliers/{id}", httpx.Handler(h.show))
		r.Method(http.MethodPost, "/ateliers/{id}", httpx.Handler(h.book))
		r.Method(http.MethodGet, "/ateliers/{id}/reservation", httpx.Handler(h.seat))
		r.Method(http.MethodPost, "/ateliers/{id}/reservations/{booking}/annuler", httpx.Handler(h.leave))
	})
}

// ateliersView is the ateliers near a counter, and what it booked.
type ateliersView struct {
	Lead    string
	Points  []ui.Option
	Service ui.ComboboxArgs
	Radii   []ui.Option
	Free    bool
	Serial  string
	List    []workshopui.View
	Pager   ui.Pagination
	Empty   ui.EmptyArgs
	Booked  []ui.Row
	Stopped []ui.Line
}

// bookedShown is how many bookings a counter sees at once.
const bookedShown = 5

// daysShown is how many days of a series follow its next one.
const daysShown = 4

var ateliersRadii = []int{10, 20, 40, 80}

func (h *WorkshopHandlers) list(w http.ResponseWriter, r *http.Request) error {
	q := httpx.Query(r)
	point, points, err := h.counter(r, q)
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	search := workshop.Search{Latitude: point.Latitude, Longitude: point.Longitude, Radius: 20, Free: q.Get("libre") == "oui", ByWeek: true}
	if km, ok := q.Int("rayon"); ok && slices.Contains(ateliersRadii, km) {
		search.Radius = float64(km)
	}
	asked := placeui.ReadAsked(r.URL.Query())
	search.Entries = asked.Numbers()
	httpx.Cursor(r, &search.After)
	list, next, err := h.Workshops.Coming(r.Context(), search)
	if err != nil {
		return err
	}
	days, err := h.Workshops.Following(r.Context(), list, daysShown)
	if err != nil {
		return err
	}
	booked, err := h.Workshops.Bookings(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := h.newAteliersView(search, point, points, list)
	v.Service, v.Serial = asked.Field(), q.Get("carnet")
	v.lead(list, days, point)
	v.Pager = httpx.Pager(r, !next.At.IsZero(), next)
	h.addBooked(&v, booked)
	page := httpx.Page(r, "Ateliers")
	page.Active = urls.Counter()
	page.Crumbs = []ui.Crumb{{Label: "Guichet", Href: urls.Counter()}, {Label: "Ateliers"}}
	return httpx.Render(w, r, http.StatusOK, ateliersPage(page, v))
}

func (h *WorkshopHandlers) counter(r *http.Request, q httpx.Values) (distribution.Point, []distribution.Point, error) {
	wanted, ok := q.UUID("point")
	if !ok {
		wanted = remembered(r)
	}
	return h.Network.Counter(r.Context(), httpx.Actor(r), wanted)
}

// lead adds the next days of the ateliers; their pages are those of the counter.
func (v *ateliersView) lead(list []workshop.Workshop, days map[uuid.UUID][]workshop.Session, point distribution.Point) {
	for i, a := range list {
		v.List[i] = v.List[i].On(days[a.ID]).Leading(func(id uuid.UUID) string {
			return urls.With(urls.CounterWorkshop(id), "point", point.ID.String(), "carnet", v.Serial)
		})
	}
}

func (h *WorkshopHandlers) newAteliersView(s workshop.Search, point distribution.Point, points []distribution.Point, list []workshop.Workshop) ateliersView {
	v := ateliersView{Lead: "Autour de " + point.Name + ", du plus proche dans le temps au plus lointain.", Free: s.Free}
	for _, p := range points {
		v.Points = append(v.Points, ui.Option{Value: p.ID.String(), Label: p.Name, Checked: p.ID == point.ID})
	}
	for _, km := range ateliersRadii {
		v.Radii = append(v.Radii, ui.Option{Value: strconv.Itoa(km), Label: strconv.Itoa(km) + "\u00a0km", Checked: float64(km) == s.Radius})
	}
	for _, a := range list {
		v.List = append(v.List, workshopui.New(a, h.Workshops.Now()).From(a, s.Latitude, s.Longitude))
	}
	v.Empty = ui.EmptyArgs{Title: "Aucun atelier annoncé ici", Body: "Élargissez la distance, ou proposez un lieu sur rendez-vous.", Action: "Orienter une personne", ActionHref: urls.Orientation()}
	return v
}

// addBooked lists what the counter booked, those to warn people about first.
func (h *WorkshopHandlers) addBooked(v *ateliersView, booked []workshop.Booked) {
	now := h.Workshops.Now()
	for _, b := range booked {
		a := workshopui.New(b.Workshop, now)
		if b.State != workshop.Ended && b.Cancelled() && b.StartsAt.After(now) {
			v.Stopped = append(v.Stopped, ui.Line{Tone: ui.Bad, Strong: "Carnet " + b.Serial, Title: " · " + b.Title + ", " + a.Day, Detail: b.CancelReason, Word: "annulé",
				Action: ui.Link("Voir", urls.Workshop(b.ID))})
			continue
		}
		if b.State == workshop.Ended && b.EndedBy != "structure" || b.Cancelled() || !b.StartsAt.After(now) {
			continue
		}
		state := map[workshop.State]ui.Tone{workshop.Reserved: ui.Good, workshop.OnHold: ui.Warn, workshop.Ended: ui.Bad}[b.State]
		word := map[workshop.State]string{workshop.Reserved: "réservée", workshop.OnHold: "liste d’attente", workshop.Ended: "retirée par la structure"}[b.State]
		leave := ui.Text("")
		if b.State != workshop.Ended {
			leave = ui.PostButton(urls.LeaveSeat(b.ID, b.BookingID), ui.ButtonArgs{Label: "Annuler", Hidden: "la réservation du carnet " + b.Serial, Kind: ui.Quiet, Once: true})
		}
		v.Booked = append(v.Booked, ui.NewRow(ui.Serial(b.Serial), ui.TwoLines(ui.Link(b.Title, urls.Workshop(b.ID)), a.Day+", "+a.Hours), ui.Text(a.Place), ui.Tag(state, word), leave))
	}
}

// bookView is an atelier in front of a counter, and the form that books it.
type bookView struct {
	workshopui.View
	Action string
	Serial string
	Points []ui.Option
	Wait   bool
}

func (h *WorkshopHandlers) atelier(r *http.Request) (workshop.Workshop, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return workshop.Workshop{}, err
	}
	return h.Workshops.Find(r.Context(), id)
}

func (h *WorkshopHandlers) show(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	return h.render(w, r, http.StatusOK, a, httpx.Query(r), nil)
}

func (h *WorkshopHandlers) render(w http.ResponseWriter, r *http.Request, status int, a workshop.Workshop, values httpx.Values, refusal *fault.Error) error {
	point, points, err := h.counter(r, values)
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	v := bookView{View: workshopui.New(a, h.Workshops.Now()).From(a, point.Latitude, point.Longitude), Action: urls.CounterWorkshop(a.ID), Serial: values.Get("carnet"), Wait: a.Left() == 0}
	for _, p := range points {
		v.Points = append(v.Points, ui.Option{Value: p.ID.String(), Label: p.Name, Checked: p.ID == point.ID})
	}
	page := atelierPageOf(r, a.Title)
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, bookPage(page, v))
}

func atelierPageOf(r *http.Request, title string) ui.Page {
	page := httpx.Page(r, title)
	page.Active = urls.Counter()
	page.Crumbs = []ui.Crumb{{Label: "Guichet", Href: urls.Counter()}, {Label: "Ateliers", Href: urls.CounterWorkshops()}, {Label: title}}
	return page
}

func (h *WorkshopHandlers) book(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, _ := values.UUID("point")
	seat, err := h.Workshops.Book(r.Context(), httpx.Actor(r), a.ID, point, values.Get("carnet"), values.Get("attente") == "oui")
	if refusal, ok := fault.ForForm(err); ok {
		if again, err := h.atelier(r); err == nil { // it may be full by now
			a = again
		}
		return h.render(w, r, httpx.Status(refusal.Kind), a, values, refusal)
	}
	if err != nil {
		return err
	}
	h.Keeper.Keep(w, urls.CounterWorkshop(a.ID, "reservation"), scopeOf(r), workshopui.Kept{Workshop: a.ID, Code: seat.Code})
	return httpx.SeeOther(w, r, urls.CounterWorkshop(a.ID, "reservation"))
}

// scopeOf is whose code a counter's cookie holds.
func scopeOf(r *http.Request) string { return "guichet " + httpx.Actor(r).OrganisationID.String() }

// seat shows the booking just made, to print or read aloud; without it, the
// atelier.
func (h *WorkshopHandlers) seat(w http.ResponseWriter, r *http.Request) error {
	a, err := h.atelier(r)
	if err != nil {
		return err
	}
	code, ok := h.Keeper.Read(r, scopeOf(r), a.ID)
	if !ok {
		return httpx.SeeOther(w, r, urls.CounterWorkshop(a.ID))
	}
	_, standing, err := h.Workshops.Standing(r.Context(), httpx.Actor(r).Address, a.ID, code)
	if _, known := fault.ForForm(err); known {
		return httpx.SeeOther(w, r, urls.CounterWorkshop(a.ID))
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	v := workshopui.New(a, h.Workshops.Now())
	return httpx.Render(w, r, http.StatusOK, bookedPage(atelierPageOf(r, "Place réservée"), v, workshopui.Seat(standing, code)))
}

func (h *WorkshopHandlers) leave(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	booking, err := httpx.PathUUID(r, "booking")
	if err != nil {
		return err
	}
	if err := h.Workshops.Leave(r.Context(), httpx.Actor(r), id, booking); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La réservation est annulée\u00a0: la place sert à quelqu’un d’autre.")
	return httpx.SeeOther(w, r, urls.CounterWorkshops())
}

// bookHref leads from a hand-over to the ateliers, its carnet already written
// when there is one only.
func bookHref(d doneView, point string) string {
	serial := ""
	if len(d.undo) == 1 {
		serial = d.undo[0].serial
	}
	return urls.With(urls.CounterWorkshops(), "point", point, "carnet", serial)
}
