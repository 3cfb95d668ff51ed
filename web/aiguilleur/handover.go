package aiguilleur

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// handOverView is the work screen, ready to be drawn.
type handOverView struct {
	point, pointName string
	others           bool // several points: one may have to change
	stock            string
	typed            string // what the field shows
	key              string
	card             *cardView
	done             *doneView
	categories       []ui.Option
	today            ui.TableArgs
	todayTitle       string
}

type cardView struct {
	ready   bool
	serial  string
	verdict ui.VerdictArgs
	terms   string // « 5 chèques de 10 € · jusqu’au 31 décembre 2026 »
	order   string
	public  string
	letter  string
	places  []ui.NumberedItem
	undo    *undoView
}

type undoView struct{ action, label, serial string }

type doneView struct {
	serial, terms, letterHref, pdfHref string
	undo                               *undoView
}

// handOver is the work screen: empty, showing a carnet, or saying it was given.
func (h *Handlers) handOver(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	view, point, err := h.workScreen(r, query.Get("point"))
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	if serial, err := carnet.ParseSerial(query.Get("carnet")); err == nil {
		card, err := h.Network.Look(r.Context(), httpx.Actor(r), point.ID, serial)
		if err != nil {
			return err
		}
		view.typed = card.Serial
		if view.card, err = h.cardOf(r, point, card); err != nil {
			return err
		}
	}
	if id, err := uuid.Parse(query.Get("faite")); err == nil {
		if view.done, err = h.doneOf(r, id); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, handOverPage(workPage(r), view))
}

func workPage(r *http.Request) ui.Page {
	p := httpx.Page(r, "Remettre un carnet")
	p.Back = &ui.Crumb{Label: "Guichet", Href: urls.Counter()}
	return p
}

// look reads what was typed or scanned. A serial number, which is public, goes
// to the address, so that the page can be reloaded; anything else stays here.
func (h *Handlers) look(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	view, point, err := h.workScreen(r, form.Get("point"))
	if err != nil {
		return err
	}
	card, err := h.Network.Look(r.Context(), httpx.Actor(r), point.ID, form.Get("carnet"))
	if err != nil {
		return err
	}
	if card.Serial != "" {
		return httpx.SeeOther(w, r, urls.HandOverOf(card.Serial, point.ID))
	}
	if card.Verdict != distribution.ChequeCode {
		view.typed = form.Get("carnet")
	}
	return h.refuse(w, r, view, card.Refusal())
}

// give hands the carnet over, then says so.
func (h *Handlers) give(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	view, point, err := h.workScreen(r, form.Get("point"))
	if err != nil {
		return err
	}
	given, err := h.Network.HandOver(r.Context(), httpx.Actor(r), distribution.Request{
		Key: form.Get("cle"), Serial: form.Get("carnet"), PointID: &point.ID, PublicCategory: form.Get("public"),
	})
	if _, ok := fault.ForForm(err); ok {
		if serial, unread := carnet.ParseSerial(form.Get("carnet")); unread == nil {
			view.typed = serial
		}
		return h.refuse(w, r, view, err)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.HandOverDone(given.ID, point.ID))
}

// refuse shows the work screen again with what is wrong.
func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request, view handOverView, err error) error {
	refusal, _ := fault.ForForm(err)
	p := workPage(r)
	p.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, httpx.Status(refusal.Kind), handOverPage(p, view))
}

func (h *Handlers) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, _, err := h.counter(r, form.Get("point"))
	if err != nil {
		return err
	}
	undone, err := h.Network.Undo(r.Context(), httpx.Actor(r), point.ID, id)
	if refusal, ok := fault.ForForm(err); ok {
		view, _, err := h.workScreen(r, form.Get("point"))
		if err != nil {
			return err
		}
		return h.refuse(w, r, view, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La remise du carnet "+undone.Serial+" est annulée. Il est de nouveau dans votre stock.")
	return httpx.SeeOther(w, r, urls.With(urls.HandOver(), "point", point.ID.String()))
}

// workScreen prepares what the work screen always shows.
func (h *Handlers) workScreen(r *http.Request, asked string) (handOverView, distribution.Point, error) {
	actor := httpx.Actor(r)
	point, open, err := h.counter(r, asked)
	if err != nil {
		return handOverView{}, point, err
	}
	stock, err := h.Network.InStock(r.Context(), actor, point.ID)
	if err != nil {
		return handOverView{}, point, err
	}
	given, err := h.Network.Today(r.Context(), actor, point.ID)
	if err != nil {
		return handOverView{}, point, err
	}
	view := handOverView{point: point.ID.String(), pointName: point.Name, others: len(open) > 1,
		stock: format.Count(stock, "carnet", "carnets"), key: uuid.NewString(), categories: categoryOptions("")}
	view.today, view.todayTitle = h.todayTable(given)
	return view, point, nil
}

func categoryOptions(chosen string) []ui.Option {
	options := make([]ui.Option, len(distribution.Categories))
	for i, c := range distribution.Categories {
		options[i] = ui.Option{Value: c.Key, Label: c.Label, Checked: c.Key == chosen}
	}
	return options
}

func (h *Handlers) cardOf(r *http.Request, point distribution.Point, card distribution.CarnetCard) (*cardView, error) {
	v := &cardView{ready: card.Ready(), serial: card.Serial, verdict: ui.VerdictArgs{Tone: tone(card.Verdict), Word: card.Word, Reason: card.Reason, Action: card.Advice}}
	if card.Terms != nil {
		v.terms = card.Terms.Format() + " · jusqu’au " + format.Date(card.UsableUntil)
		v.order = card.Terms.Commanditaire + ", «\u00a0" + card.Terms.Title + "\u00a0»"
		v.public = card.Terms.PublicCible
	}
	if card.Given != nil {
		v.undo = h.undoOf(*card.Given)
	}
	if !v.ready {
		return v, nil
	}
	places, err := h.Network.Preview(r.Context(), httpx.Actor(r), card)
	if err != nil {
		return nil, err
	}
	v.letter, v.places = letterIntro(len(places), point), placeItems(places)
	return v, nil
}

func tone(v distribution.Verdict) ui.Tone {
	switch v {
	case distribution.Ready:
		return ui.Good
	case distribution.OtherPoint, distribution.NotReceived, distribution.OrderNotActive:
		return ui.Warn
	default:
		return ui.Bad
	}
}

func letterIntro(places int, point distribution.Point) string {
	switch places {
	case 0:
		return "Aucun lieu proche n’accepte encore ces chèques. La lettre dira comment en trouver un."
	case 1:
		return "Un lieu proche " + format.Of(point.Town) + " accepte ces chèques\u00a0:"
	default:
		return fmt.Sprintf("%s lieux proches %s acceptent ces chèques\u00a0:", map[int]string{2: "Deux", 3: "Trois"}[places], format.Of(point.Town))
	}
}

func placeItems(places []distribution.NearPlace) []ui.NumberedItem {
	items := make([]ui.NumberedItem, len(places))
	for i, p := range places {
		items[i] = ui.NumberedItem{Title: p.Name, Detail: joined(p.Distance, p.Hours, phone(p.Phone))}
	}
	return items
}

// undoOf offers to take a hand-over back while it is possible.
func (h *Handlers) undoOf(given distribution.HandOver) *undoView {
	now := h.Network.Now()
	if !given.Undoable(now) {
		return nil
	}
	return &undoView{action: urls.UndoHandOver(given.ID), label: "Annuler (encore " + format.Left(given.Left(now)) + ")", serial: given.Serial}
}

func (h *Handlers) doneOf(r *http.Request, id uuid.UUID) (*doneView, error) {
	given, err := h.Network.Find(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return nil, err
	}
	if given.UndoneAt != nil {
		return nil, nil
	}
	return &doneView{serial: given.Serial, terms: "Ses chèques sont utilisables dès maintenant, jusqu’au " + format.Date(given.UsableUntil) + ".",
		letterHref: urls.Letter(given.ID), pdfHref: urls.LetterPDF(given.ID), undo: h.undoOf(given)}, nil
}

func joined(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += p
	}
	return out
}

func noPoint(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, noPointPage(httpx.Page(r, "Guichet"), pointMaker(r)))
}
