package mediateur

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// undoReasons are why a chèque is given back, most often; the last one asks to
// be told.
var undoReasons = []string{
	"Chèque scanné par erreur",
	"Mauvais service ou mauvais lieu",
	"Service non rendu ou interrompu",
	"Trop de chèques pour ce service",
}

const otherReason = "autre"

var (
	errNoReason    = fault.Field("motif", "Dites pourquoi l’encaissement est annulé.")
	errOtherReason = fault.Field("precision", "Écrivez la raison.")
)

// askUndo shows what would be given back and asks why.
func (h *Handlers) askUndo(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	return h.showUndo(w, r, undoForm{back: httpx.LocalPath(query.Get("retour"))}, nil)
}

// undo gives back a chèque, or a whole séance, then returns where it was asked.
func (h *Handlers) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := undoForm{reason: values.Get("motif"), detail: values.Get("precision"), back: httpx.LocalPath(values.Get("retour"))}
	reason, err := form.sentence()
	if err == nil {
		var undone redemption.Undone
		if undone, err = h.Redemptions.Undo(r.Context(), httpx.Actor(r), id, reason); err == nil {
			httpx.Flash(r, ui.Good, "Annulé\u00a0: "+format.Count(undone.Cheques, "chèque peut", "chèques peuvent")+" à nouveau servir ("+undone.Amount.String()+").")
			return httpx.SeeOther(w, r, form.backTo(undone.SeanceID))
		}
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.showUndo(w, r, form, refusal)
	}
	return err
}

// undoForm is the form of an undo as sent.
type undoForm struct{ reason, detail, back string }

func (f undoForm) sentence() (string, error) {
	switch {
	case f.reason == "":
		return "", errNoReason
	case f.reason == otherReason && f.detail == "":
		return "", errOtherReason
	case f.reason == otherReason:
		return f.detail, nil
	case f.detail != "":
		return f.reason + "\u00a0: " + f.detail, nil
	default:
		return f.reason, nil
	}
}

func (f undoForm) backTo(seance uuid.UUID) string {
	if f.back != "" {
		return f.back
	}
	return urls.Receipt(seance)
}

func (h *Handlers) showUndo(w http.ResponseWriter, r *http.Request, form undoForm, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	found, err := h.Redemptions.ToUndo(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page, status := httpx.Page(r, "Annuler un encaissement"), http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	view := newUndoView(found, form, h)
	view.action = urls.UndoTaking(id)
	page.Back = &ui.Crumb{Label: "Revenir", Href: view.back}
	return httpx.Render(w, r, status, undoPage(page, view))
}

type undoView struct {
	lines   []ui.Line
	button  string // empty when nothing can be given back any more
	tooLate string
	action  string
	back    string
	reasons []ui.Option
	detail  string
}

func newUndoView(found []redemption.Taking, form undoForm, h *Handlers) undoView {
	v := undoView{back: form.backTo(found[0].SeanceID), detail: form.detail, tooLate: redemption.ErrDayOver.Sentence}
	count, amount := 0, money.Cents(0)
	for _, t := range found {
		line := takenLine(t, v.back, h.Now())
		line.Action = nil
		if t.UndoUntil.After(h.Now()) {
			count++
			amount += t.Amount
		}
		v.lines = append(v.lines, line)
		if t.Payment == redemption.PaymentUndone {
			v.tooLate = "C’est déjà annulé."
		}
	}
	if count > 0 {
		v.button = "Annuler " + format.Count(count, "chèque", "chèques") + " (" + amount.String() + ")"
	}
	for _, reason := range undoReasons {
		v.reasons = append(v.reasons, ui.Option{Value: reason, Label: reason})
	}
	v.reasons = ui.Selected(append(v.reasons, ui.Option{Value: otherReason, Label: "Autre raison"}), form.reason)
	return v
}
