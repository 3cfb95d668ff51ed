package aiguilleur

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// handOver is the work screen: empty, showing carnets, or saying they were given.
func (h *Handlers) handOver(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	point, open, err := h.counter(r, query.Get("point"))
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	view, err := h.workScreen(r, readDesk(query, point.ID), choices{language: languageOf(query.Get("langue"))}, point, open)
	if err != nil {
		return err
	}
	if id, err := uuid.Parse(query.Get("faite")); err == nil {
		if view.done, err = h.doneOf(r, id, query.Get("langue")); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, handOverPage(workPage(r), view))
}

func workPage(r *http.Request) ui.Page {
	p := httpx.Page(r, "Remettre un carnet")
	p.Back = &ui.Crumb{Label: "Guichet", Href: urls.Counter()}
	p.Scripts = append(p.Scripts, "counter.js")
	return p
}

// look reads what was typed or scanned. A serial number, which is public, goes
// to the address, so that the page can be reloaded; anything else stays here. A
// new carnet begins again, unless more are scanned for the same household.
func (h *Handlers) look(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, open, err := h.counter(r, form.Get("point"))
	if err != nil {
		return err
	}
	card, err := h.Network.Look(r.Context(), httpx.Actor(r), point.ID, form.Get("carnet"))
	if err != nil {
		return err
	}
	d := desk{point: point.ID}
	refusal := card.Refusal()
	if form.Get("foyer") == yes {
		d, refusal = h.joined(form, point, card)
	} else if card.Serial != "" {
		return httpx.SeeOther(w, r, urls.HandOverOf(card.Serial, point.ID))
	}
	if refusal == nil {
		return httpx.SeeOther(w, r, d.href())
	}
	view, err := h.workScreen(r, d, choices{}, point, open)
	if err != nil {
		return err
	}
	if card.Verdict != distribution.ChequeCode {
		view.typed = form.Get("carnet")
	}
	return refuse(w, r, view, refusal)
}

// joined is the household's desk with one more carnet, or why it cannot join.
func (h *Handlers) joined(form httpx.Values, point distribution.Point, card distribution.CarnetCard) (desk, error) {
	d := readDesk(form.Without("carnet"), point.ID)
	d.together = true
	if err := card.Refusal(); err != nil {
		return d, err
	}
	switch {
	case card.Started:
		return d, errStartedInHousehold
	case len(d.serials) >= distribution.MaxHousehold:
		return d, distribution.ErrTooManyCarnets
	}
	d.add(card.Serial)
	return d, nil
}

var errStartedInHousehold = fault.Field("carnet", "Ce carnet est entamé au guichet\u00a0: remettez ses chèques à part.")

// give hands the carnets over, then says so; by post, it answers with the letter,
// whose address is kept nowhere.
func (h *Handlers) give(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, open, err := h.counter(r, form.Get("point"))
	if err != nil {
		return err
	}
	d, typed := readDesk(form, point.ID), readChoices(form)
	destination, given, err := h.send(r, form, d, typed)
	if _, ok := fault.ForForm(err); ok {
		view, missing := h.workScreen(r, d, typed, point, open)
		if missing != nil {
			return missing
		}
		return refuse(w, r, view, err)
	}
	if err != nil {
		return err
	}
	if d.post {
		return h.postSheet(w, r, given, destination, typed.language)
	}
	return httpx.SeeOther(w, r, urls.HandOverDone(given.ID, point.ID, languageSent(typed.language)))
}

// send asks for the hand-over; what is wrong with an address is told before
// anything is given.
func (h *Handlers) send(r *http.Request, form httpx.Values, d desk, typed choices) (destination address, given distribution.HandOver, err error) {
	request := distribution.Request{
		Key: form.Get("cle"), Serial: form.Get("carnet"), PointID: &d.point, PublicCategory: typed.category, Channel: distribution.AtCounter,
		Entries: d.services, PathwayID: d.pathway,
	}
	if len(d.serials) > 1 {
		request.Household = d.serials[1:]
	}
	if d.part {
		request.Ranks = append([]int{}, typed.ranks...)
	}
	if d.post {
		if destination, err = readAddress(typed.address); err != nil {
			return nil, given, err
		}
		request.Channel = distribution.ByPost
	}
	given, err = h.Network.HandOver(r.Context(), httpx.Actor(r), request)
	return destination, given, err
}

// refuse shows the work screen again with what is wrong.
func refuse(w http.ResponseWriter, r *http.Request, view handOverView, err error) error {
	refusal, _ := fault.ForForm(err)
	p := workPage(r)
	p.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, httpx.Status(refusal.Kind), handOverPage(p, view))
}

// undo takes back one hand-over, or all those of its household.
func (h *Handlers) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, open, err := h.counter(r, form.Get("point"))
	if err != nil {
		return err
	}
	said, err := h.takeBack(r, point.ID, id, form.Get("foyer") == yes)
	if refusal, ok := fault.ForForm(err); ok {
		view, err := h.workScreen(r, desk{point: point.ID}, choices{}, point, open)
		if err != nil {
			return err
		}
		return refuse(w, r, view, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, said)
	return httpx.SeeOther(w, r, urls.With(urls.HandOver(), "point", point.ID.String()))
}

func (h *Handlers) takeBack(r *http.Request, point, id uuid.UUID, household bool) (said string, err error) {
	if household {
		undone, err := h.Network.UndoGroup(r.Context(), httpx.Actor(r), point, id)
		return undoneWords(undone...), err
	}
	undone, err := h.Network.Undo(r.Context(), httpx.Actor(r), point, id)
	return undoneWords(undone), err
}
