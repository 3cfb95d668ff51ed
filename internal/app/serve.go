package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"passnum/web/assets"
)

// How long the end of a server lasts.
const (
	// drainDelay lets load balancers see that we are no longer ready.
	drainDelay = 3 * time.Second
	// drainPatience is how long running requests may take to end.
	drainPatience = 30 * time.Second
)

// ServeOptions changes how Serve runs.
type ServeOptions struct {
	// WithJobs also runs the jobs, for an installation of one process.
	WithJobs bool
	// Ready is called once the server answers.
	Ready func()
}

// Serve answers requests until ctx ends; then it says it is no longer ready,
// lets running requests and jobs finish, and returns. It refuses to serve an
// interface that was not built.
func (a *App) Serve(ctx context.Context, options ServeOptions) (err error) {
	if err := assets.Ready(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	site := a.newSite()
	if options.WithJobs {
		stop, err := a.startJobs(ctx)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	ended := make(chan error, 2)
	go func() { ended <- site.server.Serve(listener) }()
	if site.metrics != nil {
		go func() { ended <- site.metrics.ListenAndServe() }()
	}
	a.ready.Store(true)
	a.log.InfoContext(ctx, "serving", slog.String("addr", listener.Addr().String()), slog.Any("config", a.cfg))
	if options.Ready != nil {
		options.Ready()
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return a.drain(site)
	}
}

// site is the servers of one process.
type site struct {
	server, metrics *http.Server
}

func (a *App) newSite() site {
	registry := a.registry()
	s := site{server: a.newServer(a.cfg.Addr, a.handler(registry))}
	if a.cfg.MetricsAddr != "" {
		s.metrics = a.newServer(a.cfg.MetricsAddr, (&figures{registry}).handler())
	}
	return s
}

func (a *App) newServer(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      10 * time.Minute, // a print run is long to download
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
}

func (a *App) drain(s site) error {
	a.ready.Store(false)
	close(a.draining)
	if !a.cfg.Development {
		time.Sleep(drainDelay)
	}
	patience, cancel := context.WithTimeout(context.Background(), drainPatience)
	defer cancel()
	err := s.server.Shutdown(patience)
	if s.metrics != nil {
		err = errors.Join(err, s.metrics.Shutdown(patience))
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
