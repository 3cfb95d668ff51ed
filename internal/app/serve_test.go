package app_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"passnum/internal/app"
	"passnum/internal/config"
	"passnum/internal/postgres/pgtest"
)

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func serverConfig(t *testing.T, base *pgtest.Database) config.Config {
	t.Helper()
	addr := freeAddress(t)
	return config.Config{Addr: addr, BaseURL: &url.URL{Scheme: "http", Host: addr}, Development: true, AllowUnsafeDatabase: true,
		Database: config.Database{App: config.Secret(base.AppURL())}, CodeKeys: config.Secret(codeKey(t)), SessionKey: "0123456789abcdef0123456789abcdef", SigningKey: "0123456789abcdef0123456789abcdef"}
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func TestServeUntilStopped(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(t, pgtest.New(t))
	cfg.MetricsAddr = freeAddress(t)
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, stop := context.WithCancel(t.Context())
	ready := func() {
		defer stop()
		for _, path := range []string{"/healthz", "/readyz", "/connexion"} {
			if status, _ := get(t, "http://"+cfg.Addr+path); status != http.StatusOK {
				t.Errorf("%s answers %d", path, status)
			}
		}
		if status, _ := get(t, "http://"+cfg.Addr+"/metrics"); status != http.StatusNotFound {
			t.Errorf("the figures are public: %d", status)
		}
		_, body := get(t, "http://"+cfg.MetricsAddr+"/metrics")
		if !strings.Contains(body, `route="/connexion"`) || !strings.Contains(body, "passnum_ready 1") {
			t.Errorf("figures:\n%s", body)
		}
	}
	if err := a.Serve(ctx, app.ServeOptions{WithJobs: true, Ready: ready}); err != nil {
		t.Fatal(err)
	}
}

func TestRefusesADatabaseThatForgets(t *testing.T) {
	t.Parallel()
	base := pgtest.New(t)
	if _, err := base.Owner().Exec(t.Context(), `ALTER ROLE passnum_app IN DATABASE `+base.Name()+` SET synchronous_commit = off`); err != nil {
		t.Fatal(err)
	}
	cfg := serverConfig(t, base)
	cfg.AllowUnsafeDatabase = false
	_, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "synchronous_commit") {
		t.Errorf("error %v", err)
	}
}

func TestRefusesAnotherSchema(t *testing.T) {
	t.Parallel()
	base := pgtest.New(t)
	if _, err := base.Owner().Exec(t.Context(), `UPDATE schema_migrations SET version = version - 1`); err != nil {
		t.Fatal(err)
	}
	_, err := app.New(t.Context(), serverConfig(t, base), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "passnum migrate") {
		t.Errorf("error %v", err)
	}
}
