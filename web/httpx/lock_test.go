package httpx_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/web/httpx"
)

// oneAgent is a town hall whose only agent locks the screen after five minutes.
type oneAgent struct {
	id  uuid.UUID
	now time.Time
}

func (a *oneAgent) ActorOf(context.Context, uuid.UUID, uuid.UUID) (identity.Actor, error) {
	return identity.Actor{AccountID: a.id, Stamp: "s", LockAfter: 5 * time.Minute}, nil
}

func (a *oneAgent) DeviceActor(context.Context, string, string) (identity.Actor, error) {
	return identity.Actor{}, identity.ErrDevice
}

func (a *oneAgent) Now() time.Time { return a.now }

func TestAScreenWithoutAnybodyLocks(t *testing.T) {
	t.Parallel()
	people := &oneAgent{id: uuid.New(), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	mux := http.NewServeMux()
	mux.Handle("/entrer", httpx.Handler(func(_ http.ResponseWriter, r *http.Request) error { return httpx.SignIn(r, people.id) }))
	mux.Handle("/revenir", httpx.Handler(func(_ http.ResponseWriter, r *http.Request) error { return httpx.Unlock(r, people.id) }))
	mux.Handle("/guichet", httpx.NeedAccount(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })))
	sessions := httpx.NewSessions(memstore.New(), false)
	server := httptest.NewServer(httpx.WithSessions(sessions)(httpx.WithSessionActor(people)(mux)))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	visit := func(path string) int {
		t.Helper()
		answer, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	visit("/entrer")
	for _, step := range []struct {
		wait   time.Duration
		path   string
		status int
	}{
		{0, "/guichet", http.StatusNoContent},
		{4 * time.Minute, "/guichet", http.StatusNoContent},
		{5 * time.Minute, "/guichet", http.StatusNoContent},
		{5*time.Minute + time.Second, "/guichet", http.StatusSeeOther},
		{0, "/guichet", http.StatusSeeOther}, // asking again does not unlock
		{0, "/revenir", http.StatusOK},
		{0, "/guichet", http.StatusNoContent},
	} {
		people.now = people.now.Add(step.wait)
		if got := visit(step.path); got != step.status {
			t.Errorf("after %s, %s answers %d, want %d", step.wait, step.path, got, step.status)
		}
	}
}
