package structure

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
	"passnum/web/workshopui"
)

// structureState is where an atelier stands for who gives it.
func structureState(w workshop.Workshop, now time.Time) templ.Component {
	switch {
	case w.Cancelled():
		return ui.TagSign(ui.Bad, "annulé")
	case !w.Published:
		return ui.Tag(ui.Neutral, "masqué avec son lieu")
	case w.ClosedAt != nil:
		return ui.Tag(ui.Neutral, "présence notée")
	case !now.Before(w.Ends()):
		return ui.Tag(ui.Warn, "présence à noter")
	case !now.Before(w.StartsAt):
		return ui.Tag(ui.Info, "en cours")
	case w.Left() == 0:
		return ui.Tag(ui.Good, "complet")
	default:
		return ui.Tag(ui.Good, "ouvert")
	}
}

// rosterView is an atelier for who gives it.
type rosterView struct {
	Atelier   workshopui.View
	State     templ.Component
	Figures   []ui.Figure
	Seats     []seatRow
	Others    []seatRow // waiting, or cancelled
	Begun     bool
	MayScan   bool
	MayEdit   bool
	Shown     bool
	Closed    bool
	ID        string
	ScanHref  string
	EditHref  string
	CopyHref  string
	StopHref  string
	PresentTo string
}

// seatRow is one carnet expected.
type seatRow struct {
	ID, Serial, By, Booked string
	State                  templ.Component
	Came                   bool
	Scanned                string // « 1 chèque pris »
	Withdraw               string
}

func (h *WorkshopHandlers) show(w http.ResponseWriter, r *http.Request) error {
	roster, err := h.roster(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	page := workshopPage(r, roster.Workshop.Title)
	return httpx.Render(w, r, http.StatusOK, workshopPageOf(page, newRosterView(roster, h.Workshops.Now(), actor.Can(identity.Redeem))))
}

func newRosterView(r workshop.Roster, now time.Time, scans bool) rosterView {
	w := r.Workshop
	open := w.Open(now)
	v := rosterView{Atelier: workshopui.New(w, now), State: structureState(w, now), Begun: !now.Before(w.StartsAt) && !w.Cancelled(), MayEdit: open, Shown: w.Published, Closed: w.ClosedAt != nil,
		ID: w.ID.String(), ScanHref: urls.ScanWorkshop(w.ID), EditHref: urls.StructureWorkshop(w.ID, "modifier"), CopyHref: urls.With(urls.NewWorkshop(), "copie", w.ID.String()),
		StopHref: urls.StructureWorkshop(w.ID, "annuler"), PresentTo: urls.StructureWorkshop(w.ID, "presence")}
	v.MayScan = scans && !w.Cancelled() && !now.Before(w.Starts().Add(-time.Hour)) && now.Before(w.Ends().Add(12*time.Hour))
	came, scanned := 0, 0
	for _, b := range r.Bookings {
		row := newSeatRow(b, w, now)
		if b.State != workshop.Reserved {
			v.Others = append(v.Others, row)
			continue
		}
		v.Seats = append(v.Seats, row)
		scanned += b.Scanned
		if b.Came() {
			came++
		}
	}
	v.Figures = []ui.Figure{{Label: "Places réservées", Value: format.Number(w.Taken), Note: "sur " + format.Number(w.Seats)},
		{Label: "Liste d’attente", Value: format.Number(w.Waiting)}}
	if v.Begun {
		v.Figures = append(v.Figures, ui.Figure{Label: "Venus", Value: format.Number(came)}, ui.Figure{Label: "Chèques pris", Value: format.Number(scanned), Note: "des carnets attendus, ce jour-là"})
	}
	return v
}

func newSeatRow(b workshop.Booking, w workshop.Workshop, now time.Time) seatRow {
	row := seatRow{ID: b.ID.String(), Serial: b.Serial, By: "par la personne", Booked: format.DateTime(b.BookedAt), Came: b.Came()}
	if b.AtDesk {
		row.By = "par un guichet"
	}
	if b.Scanned > 0 {
		row.Scanned = format.Count(b.Scanned, "chèque pris", "chèques pris")
	}
	begun := !now.Before(w.StartsAt)
	switch {
	case b.State == workshop.Ended:
		row.State = ui.Tag(ui.Neutral, map[string]string{"personne": "annulée avec son code", "guichet": "annulée par le guichet", "structure": "retirée par vous"}[b.EndedBy])
	case b.State == workshop.OnHold:
		row.State = ui.Tag(ui.Warn, "liste d’attente")
	case b.Scanned > 0 || b.Present != nil && *b.Present:
		row.State = ui.Tag(ui.Good, "venu")
	case b.Present != nil:
		row.State = ui.Tag(ui.Bad, "absent")
	case begun:
		row.State = ui.Tag(ui.Warn, "attendu")
	default:
		row.State = ui.Tag(ui.Info, "réservée")
	}
	if b.State != workshop.Ended && !begun && !w.Cancelled() {
		row.Withdraw = urls.WithdrawSeat(w.ID, b.ID)
	}
	return row
}

// cancelView is the question asked before an atelier is called off.
type cancelView struct {
	Atelier   workshopui.View
	Action    string
	Back      string
	Reason    string
	Following string
	Whole     bool
	Booked    string
}

func (h *WorkshopHandlers) cancelForm(w http.ResponseWriter, r *http.Request) error {
	roster, err := h.roster(r)
	if err != nil {
		return err
	}
	if !roster.Workshop.Open(h.Workshops.Now()) {
		return workshop.ErrOver
	}
	return h.renderCancel(w, r, http.StatusOK, roster, "", false, nil)
}

func (h *WorkshopHandlers) renderCancel(w http.ResponseWriter, r *http.Request, status int, roster workshop.Roster, reason string, whole bool, refusal *fault.Error) error {
	id := roster.Workshop.ID
	v := cancelView{Atelier: workshopui.New(roster.Workshop, h.Workshops.Now()), Action: urls.StructureWorkshop(id, "annuler"), Back: urls.StructureWorkshop(id), Reason: reason,
		Following: following(roster.Others), Whole: whole}
	if n := roster.Workshop.Taken + roster.Workshop.Waiting; n > 0 {
		v.Booked = format.Count(n, "carnet a réservé", "carnets ont réservé") + ". Les guichets qui ont réservé sont prévenus par courriel\u00a0; la page publique de l’atelier le dit aux autres."
	}
	page := workshopPage(r, "Annuler l’atelier")
	page.Crumbs = []ui.Crumb{page.Crumbs[0], {Label: v.Atelier.Title, Href: v.Back}, page.Crumbs[1]}
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, cancelWorkshopPage(page, v))
}

func (h *WorkshopHandlers) cancel(w http.ResponseWriter, r *http.Request) error {
	roster, err := h.roster(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	whole := values.Get("portee") == "suivantes"
	n, err := h.Workshops.Cancel(r.Context(), httpx.Actor(r), roster.Workshop.ID, values.Get("motif"), whole)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderCancel(w, r, httpx.Status(refusal.Kind), roster, values.Get("motif"), whole, refusal)
	}
	if err != nil {
		return err
	}
	return h.done(w, r, roster.Workshop.ID, n, "est annulé", "sont annulés")
}
