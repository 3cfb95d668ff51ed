package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"passnum/internal/app"
	"passnum/internal/config"
	"passnum/internal/print"
)

func demoCommand() command {
	return command{
		name:      "demo",
		arguments: "[codes | print]",
		summary:   "Charge le monde de démonstration dans une base vide.",
		help: `Sans argument, charge des organisations inventées et plusieurs mois de vie ; refuse une base
qui contient déjà quelque chose.

  demo codes [--state active] [--limit N]    des codes de chèques, un par ligne, avec numéro, rang et état
  demo print --carnets N --out FICHIER.pdf   des carnets tels que l’imprimeur les reçoit

Les deux refusent une installation réelle : un code de chèque, c’est de l’argent.`,
		example: "passnum demo codes --state active --limit 5",
		run: func(ctx context.Context, arguments []string, std streams) error {
			if len(arguments) == 0 {
				return withConfig(func(cfg config.Config) error { return app.LoadDemo(ctx, cfg) })
			}
			switch arguments[0] {
			case "codes":
				return demoCodes(ctx, arguments[1:], std)
			case "print":
				return demoPrint(ctx, arguments[1:], std)
			default:
				return misuse("demo : « codes », « print » ou rien")
			}
		},
	}
}

func demoCodes(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("demo codes")
	state := flags.String("state", "", "")
	limit := flags.Int("limit", 1_000_000, "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *limit < 1 {
		return misuse("--limit attend un nombre positif")
	}
	return withConfig(func(cfg config.Config) error { return app.DemoCodes(ctx, cfg, *state, *limit, std.out) })
}

func demoPrint(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("demo print")
	carnets := flags.Int("carnets", 0, "")
	out := flags.String("out", "", "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *carnets < 1 || *carnets > print.MostCarnets || *out == "" {
		return misuse("demo print --carnets N --out FICHIER.pdf, N de 1 à %d", print.MostCarnets)
	}
	return withConfig(func(cfg config.Config) error {
		return writeWhole(*out, func(f *os.File) error { return app.DemoPrint(ctx, cfg, *carnets, f) })
	})
}

// writeWhole leaves either the whole file or none: half a print run is worse
// than no print run.
func writeWhole(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimPrefix(filepath.Base(path), ".")+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func withConfig(use func(config.Config) error) error {
	cfg, err := config.Load(environment())
	if err != nil {
		return err
	}
	return use(cfg)
}
