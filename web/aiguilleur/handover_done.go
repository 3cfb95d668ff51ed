package aiguilleur

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// undoOf offers to take a hand-over back while it is possible, and with it the
// others of its household.
func (h *Handlers) undoOf(given distribution.HandOver) []undoView {
	now := h.Network.Now()
	if !given.Undoable(now) {
		return nil
	}
	left := " (encore " + format.Left(given.Left(now)) + ")"
	undo := []undoView{{action: urls.UndoHandOver(given.ID), label: "Annuler" + left, serial: given.Serial}}
	if given.Together > 1 {
		undo = append(undo, undoView{action: undo[0].action, label: fmt.Sprintf("Annuler les %d", given.Together) + left, serial: given.Serial, household: yes})
	}
	return undo
}

// doneOf says that a hand-over was made, with its letter in a language.
func (h *Handlers) doneOf(r *http.Request, id uuid.UUID, language string) (*doneView, error) {
	given, err := h.Network.Find(r.Context(), httpx.Actor(r), id)
	if err != nil || given.UndoneAt != nil {
		return nil, err
	}
	household, err := h.Network.Household(r.Context(), httpx.Actor(r), given)
	if err != nil {
		return nil, err
	}
	done := &doneView{
		word: givenWords(household), terms: "Utilisable dès maintenant, jusqu’au " + format.Date(given.UsableUntil) + ".",
		letterHref: urls.With(urls.Letter(given.ID), "langue", languageSent(languageOf(language)), "imprimer", "1"),
		pdfHref:    urls.LetterPDF(given.ID),
	}
	undo := h.undoOf(given)
	if n := len(undo); n > 0 { // of a household, all at once; the list has each
		done.undo = undo[n-1:]
	}
	return done, nil
}

// givenWords says what was given: « Carnet C26-… remis ».
func givenWords(household []distribution.HandOver) string {
	h := household[0]
	sent := "remis"
	if h.Channel == distribution.ByPost {
		sent = "à poster"
	}
	switch {
	case len(household) > 1:
		return fmt.Sprintf("%d carnets %s au même foyer", len(household), sent)
	case !h.Whole():
		return fmt.Sprintf("%s (%s) du carnet %s %s", format.Count(len(h.Ranks), "chèque", "chèques"), distribution.SayRanks(h.Ranks), h.Serial, sent)
	default:
		return "Carnet " + h.Serial + " " + sent
	}
}

// undoneWords says what went back to the stock.
func undoneWords(undone ...distribution.HandOver) string {
	switch n := len(undone); {
	case n == 0:
		return ""
	case n > 1:
		var serials []string
		for _, h := range undone {
			serials = append(serials, h.Serial)
		}
		return "Les remises des carnets " + strings.Join(serials, ", ") + " sont annulées. Ils sont de nouveau dans votre stock."
	case !undone[0].Whole():
		return "La remise des chèques " + distribution.SayRanks(undone[0].Ranks) + " du carnet " + undone[0].Serial + " est annulée. Remettez-les avec le carnet."
	default:
		return "La remise du carnet " + undone[0].Serial + " est annulée. Il est de nouveau dans votre stock."
	}
}
