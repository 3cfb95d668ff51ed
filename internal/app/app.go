// Package app wires everything: it is the only one that knows everybody. It
// refuses to start on a database that is not ready for money.
package app

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"passnum/internal/config"
	"passnum/internal/identity"
	"passnum/internal/installation"
	"passnum/internal/postgres"
)

// App is one running Passnum: a web server, a job worker, or both.
type App struct {
	cfg      config.Config
	log      *slog.Logger
	db       *postgres.DB
	services services
	demo     bool

	ready    atomic.Bool
	draining chan struct{}
}

// Option changes how New prepares an App.
type Option func(*App)

// WithClock makes every use case read its time from now: tests travel with it.
func WithClock(now func() time.Time) Option {
	return func(a *App) { a.db = a.db.WithClock(now) }
}

// New opens the database and prepares every service. It fails when the schema
// is another version's or when the database may lose what it confirms. Close
// must be called.
func New(ctx context.Context, cfg config.Config, log *slog.Logger, options ...Option) (*App, error) {
	db, err := postgres.Open(ctx, string(cfg.Database.App))
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log, db: db, draining: make(chan struct{})}
	for _, option := range options {
		option(a)
	}
	if err := a.prepare(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) prepare(ctx context.Context) (err error) {
	if err := postgres.CheckSchema(ctx, a.db); err != nil {
		return err
	}
	if err := postgres.CheckDurable(ctx, a.db); err != nil && !a.cfg.AllowUnsafeDatabase {
		return err
	}
	if a.demo, err = installation.IsDemo(ctx, a.db); err != nil {
		return err
	}
	if a.cfg.Mail.URL == "" && !a.demo && !a.cfg.Development {
		return errors.New("PASSNUM_SMTP_URL est nécessaire hors de la démonstration")
	}
	if err := a.acceptFormerHosts(ctx); err != nil {
		return err
	}
	a.services, err = newServices(a.cfg, a.db)
	return err
}

// Close releases the database.
func (a *App) Close() { a.db.Close() }

// People is the use cases of accounts, for the tools of the console.
func (a *App) People() *identity.Service { return a.services.people }
