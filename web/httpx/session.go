package httpx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
)

// What the session remembers.
const (
	sessionAccount      = "account"
	sessionOrganisation = "organisation"
	sessionStamp        = "stamp"
)

// NewSessions prepares sessions kept by store: forgotten after 30 minutes of
// silence or 12 hours, hashed at rest, gone when the browser closes.
func NewSessions(store scs.Store, secure bool) *scs.SessionManager {
	s := scs.New()
	s.Store = store
	s.IdleTimeout = 30 * time.Minute
	s.Lifetime = 12 * time.Hour
	s.HashTokenInStore = true
	s.Cookie.Name = "passnum"
	s.Cookie.Persist = false
	s.Cookie.SameSite = http.SameSiteLaxMode
	if secure { // browsers refuse the prefix over plain http
		s.Cookie.Name = "__Host-passnum"
		s.Cookie.Secure = true
	}
	s.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		Fail(w, r, fmt.Errorf("keep session: %w", err))
	}
	return s
}

// WithSessions loads the visitor's session and keeps its changes.
func WithSessions(s *scs.SessionManager) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return s.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionsKey, s)))
		}))
	}
}

// Resolver finds who an account is, acting for an organisation or for none, and
// who a paired device acts for.
type Resolver interface {
	ActorOf(ctx context.Context, account, organisation uuid.UUID) (identity.Actor, error)
	DeviceActor(ctx context.Context, secret, browser string) (identity.Actor, error)
	Now() time.Time
}

// WithSessionActor reads who is signed in at every request, so that a person
// removed from an organisation loses it at once, and a session opened with an
// older password ends. Pages of signed-in people are
// kept by no cache.
func WithSessionActor(people Resolver) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return Handler(func(w http.ResponseWriter, r *http.Request) error {
			s := Sessions(r)
			r = r.WithContext(context.WithValue(r.Context(), peopleKey, people))
			account, err := uuid.Parse(s.GetString(r.Context(), sessionAccount))
			if err != nil {
				next.ServeHTTP(w, r)
				return nil
			}
			organisation, _ := uuid.Parse(s.GetString(r.Context(), sessionOrganisation))
			actor, err := people.ActorOf(r.Context(), account, organisation)
			if fault.Is(err, fault.KindNotFound) || err == nil && actor.Stamp != s.GetString(r.Context(), sessionStamp) {
				if err := s.Destroy(r.Context()); err != nil {
					return fmt.Errorf("end session: %w", err)
				}
				next.ServeHTTP(w, r)
				return nil
			}
			if err != nil {
				return fmt.Errorf("find actor: %w", err)
			}
			w.Header().Set("Cache-Control", "no-store")
			if lockDue(r, actor, people.Now()) {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), lockedKey, true)))
				return nil
			}
			s.Put(r.Context(), sessionSeen, people.Now().Unix())
			actor = asSent(r, actor)
			next.ServeHTTP(w, WithActor(r, actor))
			return nil
		})
	}
}

// asSent adds to an actor what the request says of where it comes from.
func asSent(r *http.Request, actor identity.Actor) identity.Actor {
	nobody := Actor(r)
	actor.RequestID, actor.Device, actor.Address = nobody.RequestID, nobody.Device, nobody.Address
	return actor
}

// SignIn opens the session of an account that has proved who it is, under a
// new token, for as long as its password stays the same.
func SignIn(r *http.Request, account uuid.UUID) error {
	s := Sessions(r)
	if s == nil {
		return errors.New("no session to sign in")
	}
	if err := s.RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.Remove(r.Context(), sessionOrganisation)
	s.Remove(r.Context(), sessionLocked)
	s.Put(r.Context(), sessionAccount, account.String())
	return keepStamp(r, account)
}

// KeepSignedIn lets this session outlive the change of password it has just
// made.
func KeepSignedIn(r *http.Request) error {
	if err := Sessions(r).RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	return keepStamp(r, Actor(r).AccountID)
}

func keepStamp(r *http.Request, account uuid.UUID) error {
	people, ok := r.Context().Value(peopleKey).(Resolver)
	if !ok {
		return errors.New("no session to sign in")
	}
	actor, err := people.ActorOf(r.Context(), account, uuid.Nil)
	if err != nil {
		return fmt.Errorf("find actor: %w", err)
	}
	Sessions(r).Put(r.Context(), sessionStamp, actor.Stamp)
	Sessions(r).Put(r.Context(), sessionSeen, people.Now().Unix())
	return keepAgent(r, actor)
}

// ActFor makes the session act for an organisation, uuid.Nil for none, under a
// new token. The caller has checked the membership; every request checks again.
func ActFor(r *http.Request, organisation uuid.UUID) error {
	s := Sessions(r)
	if err := s.RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.Put(r.Context(), sessionOrganisation, organisation.String())
	return moveAgent(r, organisation)
}

// SignOut forgets the session.
func SignOut(r *http.Request) error {
	if err := Sessions(r).Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
