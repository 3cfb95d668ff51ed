package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/config"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
)

func verifyCommand() command {
	return command{
		name:    "verify",
		summary: "Vérifie que l’argent, les carnets et le journal concordent.",
		help: `Relit toute la base, sans rien modifier ni gêner personne, et affiche pour chaque
contrôle sa question et le nombre de lignes examinées. S’il en échoue un, affiche les
premières lignes fautives et répond 1.

Se connecte avec PASSNUM_DATABASE_URL.`,
		example: "passnum verify",
		run:     verify,
	}
}

func verify(ctx context.Context, arguments []string, std streams) error {
	if err := readFlags(newFlags("verify"), arguments); err != nil {
		return err
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
	return verifyDatabase(ctx, db, std.out)
}

func verifyDatabase(ctx context.Context, db *postgres.DB, out io.Writer) error {
	begun := time.Now()
	var report proof.Report
	err := db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		report, err = proof.Verify(ctx, tx)
		return err
	})
	if err != nil {
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
	_, err = fmt.Fprintf(out, "\nTout concorde\u00a0: %d contrôles en %.1f\u00a0s.\n", len(report), time.Since(begun).Seconds())
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
