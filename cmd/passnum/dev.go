package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"passnum/internal/config"
	"passnum/internal/postgres"
)

// application is what make run starts once its database is ready.
type application struct {
	// loadDemo fills an empty database with the demo world, and says whether it did.
	loadDemo func(context.Context, config.Config) (bool, error)
	// serve runs the web server and the jobs until the context ends; it calls
	// ready once the server answers.
	serve func(ctx context.Context, cfg config.Config, ready func()) error
}

func devCommand(app application) command {
	return command{
		name:    "dev",
		summary: "Fait tourner Passnum sur cette machine, avec son monde de démonstration.",
		help: `Ce que « make run » appelle. Démarre un PostgreSQL privé dans var/ (sauf si
PASSNUM_DATABASE_URL est définie), met le schéma à jour, charge le monde de démonstration si la
base est vide, sert le site et exécute les tâches de fond. Ctrl-C arrête tout. Les données
restent pour la fois suivante ; « make reset » les efface.`,
		example: "PASSNUM_ADDR=127.0.0.1:9000 passnum dev",
		hidden:  true,
		run: func(ctx context.Context, arguments []string, std streams) error {
			if err := readFlags(newFlags("dev"), arguments); err != nil {
				return err
			}
			return development{dir: stateDir, getenv: os.Getenv, app: app, std: std}.run(ctx)
		},
	}
}

// development is one run of make run.
type development struct {
	dir    string
	getenv func(string) string
	app    application
	std    streams
}

// run ends without an error when the person stops it, whatever it was doing.
func (d development) run(ctx context.Context) error {
	err := d.start(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(d.std.out, "Arrêté.")
		return nil
	}
	return err
}

func (d development) start(ctx context.Context) (err error) {
	if err := d.checkAddr(); err != nil {
		return err
	}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return fmt.Errorf("make the state directory: %w", err)
	}
	database, err := d.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.stop()) }()
	if database.owner != "" {
		if err := postgres.Migrate(ctx, database.owner); err != nil {
			return err
		}
	}
	cfg, err := d.configure(database)
	if err != nil {
		return err
	}
	return d.serve(ctx, cfg, database)
}

func (d development) serve(ctx context.Context, cfg config.Config, database devDatabase) error {
	loaded, err := d.app.loadDemo(ctx, cfg)
	if err != nil {
		return err
	}
	if loaded {
		fmt.Fprintln(d.std.out, "Le monde de démonstration est chargé.")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-database.lost:
			cancel(errors.New("PostgreSQL s’est arrêté de lui-même : voir " + filepath.Join(d.dir, databaseState, "postgres.log")))
		case <-ctx.Done():
		}
	}()
	err = d.app.serve(ctx, cfg, func() { fmt.Fprint(d.std.out, welcome(cfg)) })
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// checkAddr looks for a busy port before starting anything.
func (d development) checkAddr() error {
	addr := d.getenv(config.Addr)
	if addr == "" {
		addr = config.DefaultAddr
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("l’adresse %s n’est pas libre (%w) ; pour une autre : PASSNUM_ADDR=127.0.0.1:8090 make run", addr, err)
	}
	return listener.Close()
}
