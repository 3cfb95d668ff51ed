package httpx

import (
	"net/http"
	"strings"

	"passnum/internal/fault"
	"passnum/web/urls"
)

const deviceCookie = "passnum_appareil"

// deviceLife keeps a device paired as long as browsers allow; the structure can
// withdraw it at any time.
const deviceLife = 400 * 24 * 3600

// devicePaths is all a paired device may open: scanning, its receipts, its queue.
var devicePaths = []string{urls.Scanner(), "/mediateur/file", "/mediateur/recus", urls.TestCheque(), urls.Takings() + "/"}

// WithDevice makes the request a paired device's, where nobody is signed in and
// where a device may go. Elsewhere a device is a visitor.
func WithDevice(people Resolver, secure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return Handler(func(w http.ResponseWriter, r *http.Request) error {
			cookie, err := r.Cookie(deviceCookieName(secure))
			if err != nil || Actor(r).SignedIn() || Locked(r) || !forDevices(r.URL.Path) {
				next.ServeHTTP(w, r)
				return nil
			}
			actor, err := people.DeviceActor(r.Context(), cookie.Value, Actor(r).Device)
			if fault.Is(err, fault.KindUnauthenticated) {
				KeepDevice(w, "", secure)
				next.ServeHTTP(w, r)
				return nil
			}
			if err != nil {
				return err
			}
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, WithActor(r, asSent(r, actor)))
			return nil
		})
	}
}

func forDevices(path string) bool {
	for _, prefix := range devicePaths {
		if path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/") {
			return true
		}
	}
	return false
}

// KeepDevice makes this browser the paired device that holds secret, or no
// device when it is empty.
func KeepDevice(w http.ResponseWriter, secret string, secure bool) {
	cookie := &http.Cookie{Name: deviceCookieName(secure), Value: secret, Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteLaxMode, MaxAge: deviceLife}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

func deviceCookieName(secure bool) string {
	if secure { // browsers refuse the prefix over plain http
		return "__Host-" + deviceCookie
	}
	return deviceCookie
}
