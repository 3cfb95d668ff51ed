package httpx

import (
	"net/http"
	"strings"

	"passnum/internal/fault"
	"passnum/web/urls"
)

// policy lets a page load its own scripts, styles, images and fonts, and
// nothing else from anywhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// permissions lends no page any device.
const permissions = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

// Headers hardens every answer; secure adds what only https can promise.
func Headers(secure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", permissions)
			if secure {
				h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}

var errCrossOrigin = fault.New(fault.KindForbidden, "Cette demande vient d’un autre site ; elle a été refusée.")

// SameOrigin refuses what another site makes a browser send.
func SameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, errCrossOrigin)
	}))
	return protection.Handler(next)
}

// mostStatement is above what a bank file may weigh, which the treasury says.
const mostStatement = 60 << 20

// LimitBody cuts off bodies that no form of ours needs. The form of a logo takes
// more than it accepts, to refuse a heavy file with what else was typed kept.
func LimitBody(next http.Handler) http.Handler {
	ordinary, pictures, statements := http.MaxBytesHandler(next, 8<<20), http.MaxBytesHandler(next, MostPicture), http.MaxBytesHandler(next, mostStatement)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == urls.AdminBankImport() {
			statements.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == urls.Papers() || strings.HasSuffix(r.URL.Path, "/habillage") || strings.HasSuffix(r.URL.Path, "/habillage/apercu") {
			pictures.ServeHTTP(w, r)
			return
		}
		ordinary.ServeHTTP(w, r)
	})
}

// AllowFrame lets a page show another of this site inside it.
func AllowFrame(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
}

// Framed lets a file of a stranger be shown inside a page of this site, where it
// can do nothing. A PDF is not put in a sandbox too: browsers then show none.
func Framed(w http.ResponseWriter, mediaType string) {
	h := w.Header()
	alone := "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
	if mediaType != TypePDF {
		alone += "; sandbox"
	}
	h.Set("Content-Security-Policy", alone)
	h.Set("X-Frame-Options", "SAMEORIGIN")
}
