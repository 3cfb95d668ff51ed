package mediateur

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// home is the day: what was taken, what can be undone, and the way to the
// scanner.
func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	view := homeView{lead: "Nous sommes le " + format.LongDate(h.Now()) + ".", scans: actor.Can(identity.Redeem)}
	if actor.Can(identity.Redeem) || actor.Can(identity.PaymentRead) {
		day, err := h.Redemptions.Today(r.Context(), actor)
		if err != nil {
			return err
		}
		view.fill(day, h.Now(), actor.Can(identity.Redeem))
	}
	if h.Endings != nil {
		endings, err := h.Endings.Structure(r)
		if err != nil {
			return err
		}
		view.endings = endings
	}
	if err := h.addAteliers(r, &view); err != nil {
		return err
	}
	page := httpx.Page(r, "Aujourd’hui")
	view.waiting = withQueue(&page, actor)
	return httpx.Render(w, r, http.StatusOK, homePage(page, view))
}

type homeView struct {
	lead    string
	scans   bool
	figures []ui.Figure
	lines   []ui.Line
	more    bool
	undoTip string
	// disputes says how many chèques wait for the operator; empty when none does.
	disputes string
	waiting  waiting
	endings  templ.Component
	ateliers []ui.Line
	plans    bool // may announce ateliers
}

func (v *homeView) fill(day redemption.Page, now time.Time, undoes bool) {
	v.figures = []ui.Figure{
		{Label: "Séances", Value: money.Count(int64(day.Totals.Seances)), Note: "aujourd’hui"},
		{Label: "Chèques", Value: money.Count(int64(day.Totals.Cheques)), Note: "encaissés aujourd’hui"},
		{Label: "Montant", Value: day.Totals.Amount.String(), Note: "payé le mois prochain"},
	}
	if day.Disputed > 0 {
		v.disputes = format.Count(day.Disputed, "chèque en litige", "chèques en litige") + " (" + day.DisputedAmount.String() + ")"
	}
	v.more = !day.Next.At.IsZero()
	for _, t := range day.Takings {
		line := takenLine(t, urls.Mediateur(), now)
		if t.Live() {
			line.Detail = format.Time(t.At) + " · " + t.Place
		}
		if !undoes {
			line.Action = nil
		}
		if t.UndoUntil.After(now) && undoes {
			v.undoTip = "Une erreur\u00a0? L’annulation est possible jusqu’à minuit, encore " + format.Left(t.UndoUntil.Sub(now)) + "."
		}
		v.lines = append(v.lines, line)
	}
}
