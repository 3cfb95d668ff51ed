package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"passnum/internal/app"
	"passnum/internal/identity"
)

func tokenCommand() command {
	return command{
		name:      "token create",
		arguments: "--siret SIRET --scope DROITS --name NOM",
		summary:   "Crée un jeton d’accès à l’API pour une organisation.",
		help: `Affiche le jeton une seule fois, sur la sortie standard.

  --siret   SIRET de l’organisation
  --scope   droits séparés par des virgules : check, redeem, handover, read
  --name    nom du logiciel qui l’utilisera`,
		example: "passnum token create --siret 99900001100018 --scope check,redeem --name Agenda",
		run:     createToken,
	}
}

func createToken(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("token create")
	siret := flags.String("siret", "", "")
	scopes := flags.String("scope", "", "")
	name := flags.String("name", "", "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *siret == "" || *scopes == "" || *name == "" {
		return misuse("il faut --siret, --scope et --name")
	}
	wanted := identity.NewToken{Name: *name, Scopes: strings.Split(strings.ReplaceAll(*scopes, " ", ""), ",")}
	return withPeople(ctx, std, func(people *identity.Service) error {
		secret, err := people.CreateTokenFor(ctx, strings.ReplaceAll(*siret, " ", ""), wanted)
		if err != nil {
			return sentences(err)
		}
		_, err = fmt.Fprintln(std.out, secret)
		return err
	})
}

// withPeople runs use with the people of this environment's database.
func withPeople(ctx context.Context, std streams, use func(*identity.Service) error) error {
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, newLogger(std, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer a.Close()
	return use(a.People())
}
