package httpx

import (
	"net/http"
	"strings"
)

// AllowCamera lets the one page that scans use the camera, and run the reader of
// QR codes that browsers without one need.
func AllowCamera(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(policy, "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 1))
	h.Set("Permissions-Policy", strings.Replace(permissions, "camera=()", "camera=(self)", 1))
}
