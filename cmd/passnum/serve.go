package main

import (
	"context"
	"log/slog"
	"os"

	"passnum/internal/app"
	"passnum/internal/config"
)

func serveCommand() command {
	return command{
		name:      "serve",
		arguments: "[--with-jobs]",
		summary:   "Sert le site et l’API.",
		help: `Écoute sur PASSNUM_ADDR. Refuse de démarrer si le schéma n’est pas à jour, ou si PostgreSQL
peut perdre ce qu’il a confirmé. À l’arrêt, laisse finir les demandes en cours.

  --with-jobs   exécute aussi les tâches de fond, comme « passnum work »`,
		example: "PASSNUM_ADDR=127.0.0.1:8080 passnum serve --with-jobs",
		run: func(ctx context.Context, arguments []string, std streams) error {
			flags := newFlags("serve")
			withJobs := flags.Bool("with-jobs", false, "")
			if err := readFlags(flags, arguments); err != nil {
				return err
			}
			return withApp(ctx, std, func(a *app.App) error {
				return a.Serve(ctx, app.ServeOptions{WithJobs: *withJobs})
			})
		},
	}
}

func workCommand() command {
	return command{
		name:    "work",
		summary: "Exécute les tâches de fond : courriels, fabrication, paiements.",
		help: `Plusieurs peuvent tourner en même temps, à côté de « passnum serve ». À l’arrêt, laisse finir
la tâche en cours ; une tâche interrompue est reprise par une autre exécution.`,
		example: "passnum work",
		run: func(ctx context.Context, arguments []string, std streams) error {
			if err := readFlags(newFlags("work"), arguments); err != nil {
				return err
			}
			return withApp(ctx, std, func(a *app.App) error { return a.Work(ctx) })
		},
	}
}

// withApp runs use with the application of this environment, logging to std.
func withApp(ctx context.Context, std streams, use func(*app.App) error) error {
	cfg, err := config.Load(environment())
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, newLogger(std, slog.LevelInfo))
	if err != nil {
		return err
	}
	defer a.Close()
	return use(a)
}

func newLogger(std streams, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(std.err, &slog.HandlerOptions{Level: level}))
}

// serveDevelopment is the server of make run: everything in one process, and a
// terminal that shows only what goes wrong.
func serveDevelopment(ctx context.Context, cfg config.Config, ready func()) error {
	a, err := app.New(ctx, cfg, newLogger(streams{err: os.Stderr}, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, app.ServeOptions{WithJobs: true, Ready: ready})
}
