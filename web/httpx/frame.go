package httpx

import (
	"net/http"
	"strings"
)

// AllowPosition lets a page ask the browser where it is, which the person then
// accepts or not.
func AllowPosition(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Permissions-Policy", strings.Replace(permissions, "geolocation=()", "geolocation=(self)", 1))
}

// FramedBy lets the sites at origins show a page in a frame; without any, it
// stays as every page is.
func FramedBy(w http.ResponseWriter, origins []string) {
	if len(origins) == 0 {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors "+strings.Join(origins, " "), 1))
	h.Del("X-Frame-Options")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
