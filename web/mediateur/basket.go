package mediateur

import (
	"encoding/json"
	"slices"
	"time"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/redemption"
)

// basketLife is how long a basket may wait on a screen.
const basketLife = 12 * time.Hour

// item is one chèque of a basket. Counted tells whether the button promised to
// redeem it: nothing else is ever sent.
type item struct {
	Code    string `json:"c"`
	Counted bool   `json:"v,omitempty"`
}

// clear is the code alone, when there is one: what tells two chèques apart.
func (i item) clear() string {
	if c, err := code.Parse(i.Code); err == nil {
		return c.Clear()
	}
	return i.Code
}

// basket is the chèques scanned for a séance.
type basket []item

// purpose binds a basket to the person who filled it.
func purpose(actor identity.Actor) string {
	return "panier:" + actor.OrganisationID.String() + ":" + actor.AccountID.String()
}

// seal hides the basket in the page.
func (h *Handlers) seal(actor identity.Actor, b basket) string {
	if len(b) == 0 {
		return ""
	}
	plain, _ := json.Marshal(b) // strings and booleans always encode
	return h.Seal.Seal(purpose(actor), h.Now().Add(basketLife), plain)
}

// open reads the page's basket; one that is not ours or too old is empty.
func (h *Handlers) open(actor identity.Actor, sealed string) basket {
	plain, ok := h.Seal.Open(purpose(actor), h.Now(), sealed)
	var b basket
	if !ok || json.Unmarshal(plain, &b) != nil {
		return nil
	}
	return b
}

// add puts codes in the basket, once each, up to its size. It tells whether
// some were there already, and whether some did not fit.
func (b basket) add(codes []string) (filled basket, twice, full bool) {
	filled = slices.Clone(b)
	for _, typed := range codes {
		added := item{Code: typed}
		switch {
		case slices.ContainsFunc(filled, func(i item) bool { return i.clear() == added.clear() }):
			twice = true
		case len(filled) == redemption.MaxCodes:
			full = true
		default:
			filled = append(filled, added)
		}
	}
	return filled, twice, full
}

// without takes the n-th chèque out.
func (b basket) without(n int) basket {
	if n < 0 || n >= len(b) {
		return b
	}
	return slices.Delete(slices.Clone(b), n, n+1)
}

func (b basket) codes() []string {
	codes := make([]string, len(b))
	for i, item := range b {
		codes[i] = item.Code
	}
	return codes
}

// counted is the codes the button promised to redeem.
func (b basket) counted() []string {
	return slices.DeleteFunc(slices.Clone(b), func(i item) bool { return !i.Counted }).codes()
}
