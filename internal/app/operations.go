package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"passnum/internal/postgres"
)

// health tells machines whether the process lives and whether it can serve.
type health struct{ app *App }

// Routes mounts the two questions.
func (h *health) Routes(r chi.Router) {
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	r.Get("/readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := h.app.checkReady(ctx); err != nil {
			h.app.log.WarnContext(ctx, "not ready", "error", err.Error())
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
		plain(w, http.StatusOK, "ready")
	})
}

// checkReady fails while the process stops, or when the database, its schema or
// the job queue cannot be used.
func (a *App) checkReady(ctx context.Context) error {
	if !a.ready.Load() {
		return errors.New("stopping")
	}
	if err := postgres.CheckSchema(ctx, a.db); err != nil {
		return err
	}
	if _, err := a.db.Pool().Exec(ctx, "SELECT FROM "+postgres.JobsSchema+".river_job LIMIT 1"); err != nil {
		return fmt.Errorf("read job queue: %w", err)
	}
	return nil
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}

// figures serves Prometheus.
type figures struct{ registry *prometheus.Registry }

// Routes mounts the figures.
func (f *figures) Routes(r chi.Router) { r.Handle("/metrics", f.handler()) }

func (f *figures) handler() http.Handler {
	return promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{})
}
