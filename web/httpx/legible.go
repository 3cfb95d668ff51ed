package httpx

import (
	"net/http"
	"net/url"
	"strings"
)

// Legible takes out of the address's query what no database takes as text: zero
// characters and bytes that are no letters. Nobody types them; a search that
// holds some is a search without them, not a failure of ours.
func Legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if query := r.URL.Query(); !legible(query) {
			clean(query)
			address := *r.URL
			address.RawQuery = query.Encode()
			r = r.WithContext(r.Context())
			r.URL = &address
		}
		next.ServeHTTP(w, r)
	})
}

func legible(values url.Values) bool {
	for name, list := range values {
		for _, text := range append(list, name) {
			if cleaned(text) != text {
				return false
			}
		}
	}
	return true
}

func clean(values url.Values) {
	for name, list := range values {
		for i, text := range list {
			list[i] = cleaned(text)
		}
		if readable := cleaned(name); readable != name {
			delete(values, name)
		}
	}
}

func cleaned(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
}
