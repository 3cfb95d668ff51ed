package mediateur

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// expectedView is the atelier that the scanner was opened for, and the carnets
// that booked.
type expectedView struct {
	id, title, when string
	asked           string
	carnets         []expectedCarnet
	roster          string
}

type expectedCarnet struct {
	serial, word string
	came, here   bool // a chèque was taken, is in the basket
}

// roster finds the atelier of a form; ok is false when there is none that one
// may see.
func (h *Handlers) roster(r *http.Request, form scanForm) (workshop.Roster, bool, error) {
	id, err := uuid.Parse(form.atelier)
	if err != nil || h.Workshops == nil {
		return workshop.Roster{}, false, nil
	}
	roster, err := h.Workshops.Roster(r.Context(), httpx.Actor(r), id)
	if fault.Is(err, fault.KindNotFound) || roster.Workshop.Cancelled() {
		return workshop.Roster{}, false, nil
	}
	return roster, err == nil, err
}

// prepare answers the scanner's questions as the atelier does.
func (h *Handlers) prepare(r *http.Request, form *scanForm) error {
	roster, ok, err := h.roster(r, *form)
	if !ok {
		form.atelier = ""
		return err
	}
	w := roster.Workshop
	form.place, form.entries, form.mode, form.duration = w.PlaceID.String(), w.Numbers(), w.Mode, strconv.Itoa(w.Minutes)
	return nil
}

func (h *Handlers) expected(r *http.Request, form scanForm, s sitting) (*expectedView, error) {
	roster, ok, err := h.roster(r, form)
	if !ok {
		return nil, err
	}
	here := map[string]bool{}
	for _, result := range s.results {
		here[result.Serial] = here[result.Serial] || result.Status == redemption.Valid
	}
	a := workshopui.New(roster.Workshop, h.Now())
	v := expectedView{id: roster.Workshop.ID.String(), title: a.Title, when: a.Day + ", " + a.Hours, asked: a.Asked}
	if httpx.Actor(r).Can(identity.WorkshopWrite) {
		v.roster = urls.StructureWorkshop(roster.Workshop.ID)
	}
	for _, b := range roster.Live() {
		c := expectedCarnet{serial: b.Serial, came: b.Came(), here: here[b.Serial], word: "attendu"}
		switch {
		case c.here:
			c.word = "scanné"
		case c.came:
			c.word = "venu"
		}
		v.carnets = append(v.carnets, c)
	}
	return &v, nil
}

// addAteliers brings the ateliers of the day.
func (h *Handlers) addAteliers(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	v.plans = h.Workshops != nil && actor.Can(identity.WorkshopWrite)
	if h.Workshops == nil || !actor.Can(identity.Check) {
		return nil
	}
	list, err := h.Workshops.Today(r.Context(), actor)
	if err != nil {
		return err
	}
	for _, w := range list {
		a := workshopui.New(w, h.Now())
		line := ui.Line{Tone: ui.Info, Strong: a.Hours, Title: " · " + a.Title, Detail: a.Place + " · " + strconv.Itoa(w.Taken) + " sur " + strconv.Itoa(w.Seats) + " places", Word: ""}
		if v.scans {
			line.Action = ui.Link("Scanner les chèques", urls.ScanWorkshop(w.ID))
		}
		v.ateliers = append(v.ateliers, line)
	}
	return nil
}
