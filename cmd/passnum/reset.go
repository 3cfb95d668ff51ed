package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"passnum/internal/postgres/embedded"
)

func resetCommand() command {
	return command{
		name:    "reset",
		summary: "Efface la base et les valeurs de développement.",
		help: `Ce que « make reset » appelle : efface la base privée et les secrets que « make run » a
mis dans var/. Refuse tant que « make run » tourne. Ne touche à aucune autre base.`,
		example: "passnum reset",
		hidden:  true,
		run:     reset,
	}
}

func reset(ctx context.Context, arguments []string, std streams) error {
	if err := readFlags(newFlags("reset"), arguments); err != nil {
		return err
	}
	if err := embedded.Remove(ctx, filepath.Join(stateDir, databaseState)); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(stateDir, valuesFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the development values: %w", err)
	}
	_, err := fmt.Fprintln(std.out, "Base et valeurs de développement effacées.")
	return err
}
