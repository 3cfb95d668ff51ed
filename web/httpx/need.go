package httpx

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/urls"
)

// ErrSignIn asks for a sign-in.
var ErrSignIn = fault.New(fault.KindUnauthenticated, "Connectez-vous pour continuer.")

// Need lets through who holds one of the permissions. A visitor is led to the
// sign-in page and back; a person who has not chosen an organisation, to that
// choice.
func Need(permissions ...identity.Permission) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return Handler(func(w http.ResponseWriter, r *http.Request) error {
			actor := Actor(r)
			if !actor.SignedIn() {
				return ErrSignIn
			}
			for _, p := range permissions {
				if actor.Can(p) {
					next.ServeHTTP(w, r)
					return nil
				}
			}
			if actor.OrganisationID == uuid.Nil && actor.OperatorRole == "" {
				return SeeOther(w, r, urls.ChooseOrganisation())
			}
			return identity.ErrForbidden
		})
	}
}

// NeedAccount lets through any signed-in person.
func NeedAccount(next http.Handler) http.Handler {
	return Handler(func(w http.ResponseWriter, r *http.Request) error {
		if !Actor(r).SignedIn() {
			return ErrSignIn
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// signInURL leads to the sign-in page, or to the locked screen's, and back to
// the page asked for; an act that was refused is not replayed: it leads back to
// the form it came from.
func signInURL(r *http.Request) string {
	door := urls.SignIn()
	if Locked(r) {
		door = urls.Locked()
	}
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		next = formOf(r)
	}
	if next == "" {
		return door
	}
	return urls.With(door, "suite", next)
}

// formOf is the page of this site that sent a form; empty when it does not say.
func formOf(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return ""
	}
	return LocalPath(from.RequestURI())
}

// LocalPath is s when it is an address of this site, else empty: a link must
// not send a person who has just signed in elsewhere.
func LocalPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return ""
	}
	return s
}
