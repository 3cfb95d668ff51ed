package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/config"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
)

func verifyCommand() command {
	return command{
		name:      "verify",
		arguments: "[--complet | --depuis] [--ancre NUMERO:EMPREINTE]",
		summary:   "Vérifie que l’argent, les carnets et le journal concordent.",
		help: `Scelle ce qui est définitif, relit la base sans gêner personne, et affiche pour chaque
contrôle sa question et le nombre de lignes examinées. S’il en échoue un, affiche les
premières lignes fautives et répond 1.

Relit tout si la base est petite, si la dernière preuve complète a plus d’un jour ou si le
passé semble touché ; sinon, ce qui a changé depuis la dernière preuve.

  --complet   relit tout
  --depuis    ne relit que ce qui a changé, si le passé n’est pas touché
  --ancre     une ancre gardée ailleurs (affichée ici, ou à l’adresse /ancre.txt) : prouve que
              rien de ce qui la précède n’a été réécrit

Se connecte avec PASSNUM_DATABASE_URL.`,
		example: "passnum verify",
		run:     verify,
	}
}

func verify(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("verify")
	complete, since := flags.Bool("complet", false, ""), flags.Bool("depuis", false, "")
	anchor := flags.String("ancre", "", "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	order := proof.Order{Anchor: *anchor}
	switch {
	case *complete && *since:
		return misuse("--complet ou --depuis, pas les deux")
	case *complete:
		order.Choice = proof.Complete
	case *since:
		order.Choice = proof.Since
	}
	addresses, err := config.LoadDatabase(environment())
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, string(addresses.App))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := postgres.CheckSchema(ctx, db); err != nil {
		return err
	}
	return verifyDatabase(ctx, db, order, std.out)
}

func verifyDatabase(ctx context.Context, db *postgres.DB, order proof.Order, out io.Writer) error {
	begun := time.Now()
	made, report, err := proof.Prove(ctx, db, identity.Actor{}, order)
	if err != nil {
		return sentences(err)
	}
	word := "complète"
	if !made.Complete {
		word = "partielle"
	}
	if _, err := fmt.Fprintf(out, "Preuve %s (%s).\n\n", word, made.Why); err != nil {
		return err
	}
	for _, result := range report {
		if err := printResult(out, result); err != nil {
			return err
		}
	}
	if failed := report.Failed(); len(failed) > 0 {
		return fmt.Errorf("%d contrôle(s) sur %d en échec, voir les lignes «\u00a0FAUX\u00a0»", len(failed), len(report))
	}
	_, err = fmt.Fprintf(out, "\nTout concorde\u00a0: %d contrôles, %s lignes examinées en %.1f\u00a0s.\nAncre\u00a0: %d:%x\n",
		len(report), money.Count(made.Examined), time.Since(begun).Seconds(), made.SealNumber, made.SealHash)
	return err
}

func printResult(out io.Writer, result proof.Result) error {
	word := "ok  "
	if !result.OK() {
		word = "FAUX"
	}
	_, err := fmt.Fprintf(out, "%s  %-28s %12s  %s\n", word, result.Name, money.Count(result.Counted), result.Question)
	for _, offender := range result.Offenders {
		if err == nil {
			_, err = fmt.Fprintf(out, "        %s\u00a0: %s\n", offender.Subject, offender.Detail)
		}
	}
	if result.More && err == nil {
		_, err = fmt.Fprintln(out, "        … et d’autres")
	}
	return err
}
