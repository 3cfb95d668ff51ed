package public

import (
	"net/http"
	"net/url"

	"passnum/internal/carnet/code"
	"passnum/web/httpx"
)

// misplaced is the query's name for « a chèque's code was typed in the search »,
// once the code is out of the address.
const misplaced = "code"

const codeElsewhere = "Le code d’un chèque est secret\u00a0: il ne se tape pas dans la recherche. Tapez-le ici."

// withoutCode leads to the same search, on a page of places, when it holds a chèque's code: a code
// stays in no address, which browsers remember and others read.
func withoutCode(w http.ResponseWriter, r *http.Request, path string) (moved bool, err error) {
	values := r.URL.Query()
	if !dropCodes(values) {
		return false, nil
	}
	values.Set(misplaced, "ici")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return true, httpx.SeeOther(w, r, path+"?"+values.Encode())
}

// dropCodes takes chèques' codes out of values; false when there is none.
func dropCodes(values url.Values) (dropped bool) {
	for name, list := range values {
		for _, text := range list {
			if _, err := code.Parse(text); err == nil {
				values.Del(name)
				dropped = true
			}
		}
	}
	return dropped
}
