package public

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"passnum/internal/fault"
	"passnum/internal/redemption"
	"passnum/internal/reporting/finder"
	"passnum/web/httpx"
	"passnum/web/urls"
)

const (
	reachCookie  = "passnum_lieux"
	reachPurpose = "lieux"
	// reachLife is how long a search remembers for which chèque it is.
	reachLife = 30 * time.Minute
)

// narrow reads a chèque's code and leads back to the search, narrowed to where
// it is accepted. What is kept is its order, sealed, never the code.
func (h *FinderHandlers) narrow(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	asked, _ := url.ParseQuery(values.Get("recherche"))
	dropCodes(asked)
	q := h.readPlacesQuery(r.Context(), asked)
	order, refusal, err := h.orderOf(r, values.Get("code"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if refusal != nil {
		return h.show(w, again(r, q), q, refusal)
	}
	h.keep(w, order)
	q.Everywhere = false
	return httpx.SeeOther(w, r, q.address())
}

// again is the request of a search, from a form that was sent for it: what the
// page leads to is a page of the search.
func again(r *http.Request, q placesQuery) *http.Request {
	search := r.Clone(r.Context())
	search.Method = http.MethodGet
	if address, err := url.Parse(q.address()); err == nil { // our own address is one
		search.URL = address
	}
	return search
}

// keep remembers for which chèques this browser looks for places.
func (h *FinderHandlers) keep(w http.ResponseWriter, order finder.Order) {
	plain, _ := json.Marshal(order) // identifiers and texts always encode
	http.SetCookie(w, &http.Cookie{
		Name: reachCookie, Value: h.Seal.Seal(reachPurpose, h.Now().Add(reachLife), plain),
		Path: urls.PublicPlaces(), MaxAge: int(reachLife.Seconds()), HttpOnly: true, Secure: h.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// KeepReach narrows the next searches of this browser to where a chèque is
// accepted, once its code was found to be good elsewhere on the site. A search
// that is not narrowed is no failure.
func (h *FinderHandlers) KeepReach(w http.ResponseWriter, r *http.Request, code string) {
	if order, err := h.Places.OrderOf(r.Context(), code); err == nil {
		h.keep(w, order)
	}
}

// orderOf is throttled as every presentation of a code is.
func (h *FinderHandlers) orderOf(r *http.Request, typed string) (order finder.Order, refusal *fault.Error, err error) {
	if strings.TrimSpace(typed) == "" {
		return order, fault.Field("code", "Tapez les 16 caractères imprimés sur le chèque."), nil
	}
	status, err := h.Cheques.PublicStatus(r.Context(), httpx.Actor(r).Address, typed)
	if err != nil {
		return order, nil, err
	}
	switch status.Kind {
	case redemption.PublicUsable:
		order, err = h.Places.OrderOf(r.Context(), typed)
		if errors.Is(err, finder.ErrNoOrder) {
			return order, fault.Field("code", unusable), nil
		}
		return order, nil, err
	case redemption.PublicThrottled:
		refusal = fault.Field("code", "Trop de codes essayés. Attendez dix minutes avant de recommencer.")
		refusal.Kind = fault.KindTooMany
		return order, refusal, nil
	default:
		return order, fault.Field("code", unusable), nil
	}
}

const unusable = "Ce chèque ne peut pas être utilisé. Vérifiez les 16 caractères, ou essayez un autre chèque du carnet."

// presented is the order of the chèque that this browser presented lately.
func (h *FinderHandlers) presented(r *http.Request) (order finder.Order, ok bool) {
	cookie, err := r.Cookie(reachCookie)
	if err != nil {
		return order, false
	}
	plain, ok := h.Seal.Open(reachPurpose, h.Now(), cookie.Value)
	return order, ok && json.Unmarshal(plain, &order) == nil
}
