package story_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/app"
	"passnum/internal/carnet/code"
	"passnum/internal/config"
	"passnum/internal/postgres/pgtest"
)

// site is the whole product, web server and jobs, on a database of its own.
type site struct {
	base     *pgtest.Database
	config   config.Config
	keys     *code.Keyring
	clock    *clock
	url      string
	routes   chi.Router
	complain *complaints
	password string // of every account

	app      *app.App
	stopJobs func()
}

// newSite starts the product; prepare fills the database before.
func newSite(t testing.TB, prepare func(*site)) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	key := code.GenerateKey("k1")
	keys, err := code.ParseKeyring(key)
	if err != nil {
		t.Fatal(err)
	}
	base := pgtest.New(t)
	s := &site{base: base, keys: keys, clock: &clock{}, url: "http://" + listener.Addr().String(), complain: &complaints{}}
	s.config = settings(t, s.url, base.AppURL(), key)
	sea := httptest.NewServer(http.NotFoundHandler()) // a background map without anything on it
	t.Cleanup(sea.Close)
	s.config.Outgoing.Tiles = sea.URL + "/{z}/{x}/{y}"
	prepare(s)
	s.start(t, listener)
	return s
}

func settings(t testing.TB, address, database, key string) config.Config {
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return config.Config{
		BaseURL: base, Development: true, AllowUnsafeDatabase: true,
		Database: config.Database{App: config.Secret(database)}, CodeKeys: config.Secret(key),
		SessionKey: config.Secret(strings.Repeat("s", 32)),
		SigningKey: config.Secret(strings.Repeat("k", 32)),
		Operator: config.Operator{Name: "Opérateur du Pass numérique", SIRET: "99900001100018", Email: "bonjour@operateur.test",
			IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Street: "1 rue du Pass", PostalCode: "23000", Town: "Guéret"},
	}
}

// start serves the site and runs its jobs until the test ends.
func (s *site) start(t testing.TB, listener net.Listener) {
	t.Helper()
	a, err := app.New(t.Context(), s.config, slog.New(slog.NewJSONHandler(s.complain, &slog.HandlerOptions{Level: slog.LevelError})), app.WithClock(s.clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	handler := a.Handler()
	s.app, s.routes = a, handler
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	s.startJobs(t)
	t.Cleanup(func() {
		_ = server.Close()
		serving.Wait()
		s.stopJobs()
		a.Close()
		for _, line := range s.complain.all() {
			t.Errorf("the server logged an error: %s", line)
		}
	})
}

// startJobs runs the site's jobs until stopJobs, which lets them finish.
func (s *site) startJobs(t testing.TB) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.app.Work(ctx); err != nil {
			t.Errorf("jobs: %v", err)
		}
	})
	s.stopJobs = func() {
		cancel()
		running.Wait()
	}
}

// clock is the moment the site believes it is; it follows the real one until a
// test sets it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// set makes it t now, and lets time pass from there.
func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = time.Until(t)
}

// complaints keeps what the server logs as errors.
type complaints struct {
	mu    sync.Mutex
	lines []string
}

func (c *complaints) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, string(bytes.TrimSpace(line)))
	return len(line), nil
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.lines...)
}
