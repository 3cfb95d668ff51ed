package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"passnum/internal/config"
	"passnum/internal/fault"
	"passnum/internal/identity"
)

func adminCommand() command {
	return command{
		name:      "admin create",
		arguments: "--email ADRESSE [--name NOM] [--role ROLE]",
		summary:   "Crée un compte de l’opérateur, le premier d’une installation.",
		help: `Affiche l’adresse où choisir le mot de passe, valable un jour et une seule fois. Un compte
qui existe déjà reçoit le rôle.

  --email   adresse électronique de la personne
  --name    prénom et nom
  --role    administration (par défaut), finance ou suivi`,
		example: "passnum admin create --email claire.martin@operateur.fr --name 'Claire Martin'",
		run:     createAdmin,
	}
}

func createAdmin(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("admin create")
	email := flags.String("email", "", "")
	name := flags.String("name", "", "")
	role := flags.String("role", string(identity.OperatorAdministration), "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *email == "" {
		return misuse("il faut --email")
	}
	return withPeople(ctx, std, func(people *identity.Service) error {
		link, err := people.AddOperator(ctx, *email, *name, identity.OperatorRole(*role))
		if err != nil {
			return sentences(err)
		}
		_, err = fmt.Fprintln(std.out, link)
		return err
	})
}

// loadConfig reads this environment's whole configuration.
func loadConfig() (config.Config, error) { return config.Load(environment()) }

// sentences replaces a refusal by what it says about each field: there is no
// form to show them beside.
func sentences(err error) error {
	refusal, ok := fault.As(err)
	if !ok {
		return err
	}
	var all []string
	for _, f := range refusal.Fields {
		all = append(all, f.Sentence)
	}
	if len(all) == 0 {
		all = append(all, refusal.Sentence)
	}
	return errors.New(strings.Join(all, " "))
}
