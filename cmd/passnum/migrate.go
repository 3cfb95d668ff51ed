package main

import (
	"context"
	"fmt"

	"passnum/internal/config"
	"passnum/internal/postgres"
)

func migrateCommand() command {
	return command{
		name:    "migrate",
		summary: "Amène le schéma de la base à la version de ce programme.",
		help: `Se connecte avec PASSNUM_MIGRATE_DATABASE_URL, dont le rôle possède le schéma.
Sans effet quand le schéma est déjà à jour. Une seule exécution à la fois.`,
		example: "PASSNUM_MIGRATE_DATABASE_URL=postgres://passnum_owner@localhost/passnum passnum migrate",
		run:     migrate,
	}
}

func migrate(ctx context.Context, arguments []string, std streams) error {
	if err := readFlags(newFlags("migrate"), arguments); err != nil {
		return err
	}
	owner, err := config.LoadOwner(environment())
	if err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, string(owner)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, "Le schéma est à jour.")
	return err
}
