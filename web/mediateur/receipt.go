package mediateur

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/web/disputeui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// receipt shows what became of each chèque of a séance.
func (h *Handlers) receipt(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	seance, err := h.Redemptions.Receipt(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Reçu")
	page.Back = wayBack(r)
	view := newReceiptView(seance, h.Now())
	view.waiting = withQueue(&page, httpx.Actor(r))
	return httpx.Render(w, r, http.StatusOK, receiptPage(page, view))
}

type receiptView struct {
	verdict  ui.VerdictArgs
	taken    []ui.Line
	refused  []ui.Line
	disputed []ui.Line
	answers  []ui.SummaryRow
	note     string // no change given
	undoAll  string // address; empty when there is nothing left to undo at once
	undoTip  string
	waiting  waiting
}

func newReceiptView(s redemption.Seance, now time.Time) receiptView {
	v := receiptView{verdict: receiptVerdict(s)}
	undoable := 0
	for _, t := range s.Taken {
		v.taken = append(v.taken, takenLine(t, urls.Receipt(s.ID), now))
		if t.UndoUntil.After(now) {
			undoable++
			v.undoTip = "Une erreur\u00a0? L’annulation est possible jusqu’à minuit, encore " + format.Left(t.UndoUntil.Sub(now)) + "."
		}
	}
	if undoable > 1 {
		v.undoAll = urls.With(urls.UndoTaking(s.ID), "retour", urls.Receipt(s.ID))
	}
	for _, r := range s.Refused {
		if r.Status == redemption.Disputed {
			v.disputed = append(v.disputed, disputedLine(r, s.Disputes[r.Dispute]))
			continue
		}
		line := basketLine(0, r)
		line.Action = nil
		v.refused = append(v.refused, line)
	}
	if len(s.Taken) > 0 {
		v.answers, v.note = receiptAnswers(s)
	}
	return v
}

func receiptVerdict(s redemption.Seance) ui.VerdictArgs {
	where := s.Place + ", le " + format.DateTime(s.At) + "."
	switch live := s.Live(); {
	case live > 0:
		return ui.VerdictArgs{Tone: ui.Good, Word: format.Count(live, "chèque encaissé", "chèques encaissés") + " · " + s.Amount().String(), Reason: where}
	case len(s.Taken) > 0:
		return ui.VerdictArgs{Tone: ui.Warn, Word: "Séance annulée", Reason: where, Action: "Les chèques peuvent à nouveau servir."}
	case slices.ContainsFunc(s.Refused, func(r redemption.Result) bool { return r.Status == redemption.Disputed }):
		return ui.VerdictArgs{Tone: ui.Warn, Word: "Aucun chèque encaissé, litige ouvert", Reason: where, Action: "La raison est dite pour chaque chèque ci-dessous."}
	default:
		return ui.VerdictArgs{Tone: ui.Bad, Word: "Aucun chèque encaissé", Reason: where, Action: "La raison est dite pour chaque chèque ci-dessous."}
	}
}

func takenLine(t redemption.Taking, back string, now time.Time) ui.Line {
	line := ui.Line{Tone: ui.Good, Strong: t.Amount.String(), Title: " · " + chequeName(t.Serial, t.Rank), Detail: t.Commanditaire, Word: "encaissé"}
	if !t.Live() {
		line.Tone, line.Word = ui.Neutral, "annulé"
		line.Detail = "Annulé à " + format.Time(*t.UndoneAt)
		if t.UndoneReason != "" {
			line.Detail += ", " + t.UndoneReason
		}
		return line
	}
	if t.UndoUntil.After(now) {
		line.Action = undoButton(t.ID, back, chequeName(t.Serial, t.Rank))
	}
	return line
}

// disputedLine is a chèque scanned without network that waits for the operator,
// or was settled since.
func disputedLine(r redemption.Result, state dispute.State) ui.Line {
	name := chequeName(r.Serial, r.Rank)
	return ui.Line{
		Tone: disputeui.Tone(state), Strong: disputeui.Word(r.Reason), Title: " · " + name, Detail: r.Message,
		Word: "litige " + disputeui.StateWord(state), Action: ui.Link("Voir le litige", urls.Dispute(r.Dispute)),
	}
}

func receiptAnswers(s redemption.Seance) (rows []ui.SummaryRow, note string) {
	rows = []ui.SummaryRow{
		{Key: "Services", Body: serviceList(strings.Split(serviceNames(s.Entries), "\n"))},
		{Key: "Forme", Value: modeWord(s.Mode)},
	}
	if s.At.Sub(s.GivenAt) > time.Hour {
		rows = append(rows, ui.SummaryRow{Key: "Service rendu", Value: "le " + format.DateTime(s.GivenAt)})
	}
	if s.DurationMinutes > 0 {
		rows = append(rows, ui.SummaryRow{Key: "Durée", Value: durationWords(s.DurationMinutes)})
	}
	if s.FirstVisit != nil {
		rows = append(rows, ui.SummaryRow{Key: "Première venue", Value: map[bool]string{true: "Oui", false: "Non"}[*s.FirstVisit]})
	}
	if s.Price != nil {
		var price []ui.SummaryRow
		price, note = priceRows(*s.Price, s.Amount())
		rows = append(rows, price...)
	}
	return rows, note
}
