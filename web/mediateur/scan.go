package mediateur

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

var (
	errNothing   = fault.Field("codes", "Scannez ou tapez le code d’un chèque.")
	errNoCheque  = fault.Field("codes", "Ajoutez au moins un chèque valable au panier avant d’encaisser.")
	errFull      = fault.Field("codes", "Le panier est plein\u00a0: 200 chèques au plus par séance. Encaissez-le, puis commencez une nouvelle séance.")
	errTwice     = fault.Field("codes", "Ce chèque est déjà dans le panier.")
	errThrottled = fault.New(fault.KindTooMany, carnet.TooManyAttempts.Sentence())
)

// scanner shows an empty basket.
func (h *Handlers) scanner(w http.ResponseWriter, r *http.Request) error {
	form := newForm()
	form.place, form.atelier = r.URL.Query().Get("lieu"), r.URL.Query().Get("atelier")
	if err := h.prepare(r, &form); err != nil {
		return err
	}
	return h.show(w, r, form, sitting{}, nil)
}

// scan does what the pressed button says.
func (h *Handlers) scan(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	held := h.open(httpx.Actor(r), form.sealed)
	// A code still in the field was promised by no button: it is shown first.
	if form.act == actRedeem && len(splitCodes(form.typed)) == 0 {
		return h.redeem(w, r, form, held)
	}
	s, refusal, err := h.fill(r, form, held.without(form.remove))
	if err != nil {
		return err
	}
	return h.show(w, r, form, s, refusal)
}

// redeem takes what the button promised, and shows the receipt.
func (h *Handlers) redeem(w http.ResponseWriter, r *http.Request, form scanForm, held basket) error {
	receipt, err := h.take(r, form, held)
	if receipt.Throttled {
		err = errThrottled
	}
	if f, ok := fault.ForForm(err); ok { // the person can act on it from this form
		if f == redemption.ErrKeyReused {
			form.key = uuid.NewString()
		}
		s, err := h.judge(r, form, held)
		if err != nil {
			return err
		}
		if !s.throttled {
			s.basket = h.keep(&s)
		}
		return h.show(w, r, form, s, f)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.Receipt(receipt.ID))
}

func (h *Handlers) take(r *http.Request, form scanForm, held basket) (redemption.Receipt, error) {
	codes := held.counted()
	if len(codes) == 0 {
		return redemption.Receipt{}, errNoCheque
	}
	request, err := form.request(codes)
	if err != nil {
		return redemption.Receipt{}, err
	}
	return h.Redemptions.Redeem(r.Context(), httpx.Actor(r), request)
}

// sitting is a basket and what is thought of each of its chèques.
type sitting struct {
	basket    basket
	results   []redemption.Result // one per chèque of the basket, unless throttled
	notes     map[int]string      // where the carnet of a chèque stands on its parcours
	rejected  []rejection         // texts that name no chèque, told once
	throttled bool
}

// rejection tells what was scanned or typed instead of a chèque.
type rejection struct{ Word, Sentence string }

// fill adds what was typed to the basket and judges all of it. A code that
// names no chèque is not kept: judging it again would count as another guess.
func (h *Handlers) fill(r *http.Request, form scanForm, held basket) (sitting, *fault.Error, error) {
	codes := splitCodes(form.typed)
	filled, twice, full := held.add(codes)
	s, err := h.judge(r, form, filled)
	if err != nil {
		return sitting{}, nil, err
	}
	if s.throttled {
		return sitting{basket: held, throttled: true}, errThrottled, nil
	}
	s.basket = h.keep(&s)
	switch {
	case full:
		return s, errFull, nil
	case twice:
		return s, errTwice, nil
	case form.act == actAdd && len(codes) == 0 && form.search == "" && form.price == "":
		return s, errNothing, nil
	default:
		return s, nil, nil
	}
}

// judge asks for the verdict of each chèque, for the chosen place and services.
func (h *Handlers) judge(r *http.Request, form scanForm, b basket) (sitting, error) {
	if len(b) == 0 {
		return sitting{}, nil
	}
	results, err := h.check(r, b.codes(), form.placeID(), form.entries)
	if err != nil {
		return sitting{}, err
	}
	return sitting{basket: b, results: results, throttled: results[0].Reason == carnet.TooManyAttempts}, nil
}

// keep drops the texts that name no chèque and marks what may be redeemed.
func (h *Handlers) keep(s *sitting) basket {
	var kept basket
	var judged []redemption.Result
	for i, result := range s.results {
		if result.Reason == carnet.Unknown || result.Reason == carnet.Malformed {
			typed := s.basket[i].Code
			s.rejected = append(s.rejected, rejection{h.verdictWord(typed, result), h.verdictSentence(typed, result)})
			continue
		}
		kept = append(kept, item{Code: s.basket[i].clear(), Counted: result.Status == redemption.Valid})
		judged = append(judged, result)
	}
	s.results = judged
	return kept
}

// renumbered are verdicts by their place in the basket that was kept.
func renumbered(results []redemption.Result) []redemption.Result {
	list := slices.Clone(results)
	for i := range list {
		list[i].Index = i
	}
	return list
}

// show draws the scanner, with a refusal at its status if there is one.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, form scanForm, s sitting, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	desk, err := h.Redemptions.Desk(r.Context(), actor, valueOr(form.placeID()))
	if err != nil {
		return err
	}
	if s.notes, err = h.progressNotes(r, s.basket.codes(), renumbered(s.results)); err != nil {
		return err
	}
	page := httpx.Page(r, "Encaisser des chèques")
	if actor.DeviceID == uuid.Nil { // a device has no day of its own to go back to
		page.Back = wayBack(r)
	}
	status := http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	page.Scripts = append(page.Scripts, "waiting.js", "scanner.js")
	httpx.AllowCamera(w)
	w.Header().Set("Cache-Control", "no-store")
	view := newScanView(form, s, desk, h.seal(actor, s.basket))
	view.facts, view.waiting = h.facts(actor, desk), waitingOf(actor)
	if view.expected, err = h.expected(r, form, s); err != nil {
		return err
	}
	return httpx.Render(w, r, status, scanPage(page, view))
}

func valueOr(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
