package httpx

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
)

type contextKey int

const (
	shellKey contextKey = iota
	actorKey
	requestKey
	sessionsKey
	witnessKey
	peopleKey
	lockedKey
)

// Shell is what the installation gives to every request.
type Shell struct {
	Log *slog.Logger
	// Demo shows the band that says nothing is real.
	Demo bool
	// Draining is closed when the server stops, so that live streams end.
	Draining <-chan struct{}
}

// Provide gives the shell to every request below it.
func (s Shell) Provide(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), shellKey, s)))
	})
}

func shellOf(r *http.Request) Shell {
	s, _ := r.Context().Value(shellKey).(Shell)
	if s.Log == nil {
		s.Log = slog.Default()
	}
	return s
}

// Logger is the installation's log.
func Logger(r *http.Request) *slog.Logger { return shellOf(r).Log }

// Actor is whoever sent the request; nobody when it is not SignedIn, and even
// then its address, device and request are told.
func Actor(r *http.Request) identity.Actor {
	actor, ok := r.Context().Value(actorKey).(identity.Actor)
	if !ok {
		return identity.Actor{RequestID: RequestID(r), Device: device(r), Address: clientAddress(r)}
	}
	return actor
}

// WithActor returns the request as sent by actor, and tells the log.
func WithActor(r *http.Request, actor identity.Actor) *http.Request {
	if seen, ok := r.Context().Value(witnessKey).(*witness); ok {
		seen.attrs = actorAttrs(actor)
	}
	return r.WithContext(context.WithValue(r.Context(), actorKey, actor))
}

// As is the middleware of tests: every request is the actor's.
func As(actor identity.Actor) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, WithActor(r, actor))
		})
	}
}

// RequestID names the request in the logs and on the page of a failure.
func RequestID(r *http.Request) string {
	id, _ := r.Context().Value(requestKey).(string)
	return id
}

// route is the pattern that matched, which unlike the address holds no secret.
func route(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
		return c.RoutePattern()
	}
	return "-"
}

func requestAttrs(r *http.Request) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("request", RequestID(r)),
		slog.String("method", r.Method),
		slog.String("route", route(r)),
	}
	if actor, ok := r.Context().Value(actorKey).(identity.Actor); ok {
		attrs = append(attrs, actorAttrs(actor)...)
	}
	return attrs
}

// actorAttrs names who acts by identifiers only.
func actorAttrs(actor identity.Actor) []slog.Attr {
	var attrs []slog.Attr
	if actor.AccountID != uuid.Nil {
		attrs = append(attrs, slog.String("account", actor.AccountID.String()))
	}
	if actor.TokenID != uuid.Nil {
		attrs = append(attrs, slog.String("token", actor.TokenID.String()))
	}
	if actor.DeviceID != uuid.Nil {
		attrs = append(attrs, slog.String("device", actor.DeviceID.String()))
	}
	if actor.OrganisationID != uuid.Nil {
		attrs = append(attrs, slog.String("organisation", actor.OrganisationID.String()))
	}
	return attrs
}
