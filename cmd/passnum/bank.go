package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"passnum/internal/app"
)

func bankImportCommand() command {
	return command{
		name:      "bank import",
		arguments: "--email ADRESSE FICHIER",
		summary:   "Importe un relevé de la banque (camt.053 ou camt.054).",
		help: `Vérifie le fichier, prend ses relevés, reconnaît ce qui peut l’être sans doute et dit ce qui
attend une personne. Un relevé déjà importé ne change rien ; un fichier fautif non plus.

  --email   le compte de l’opérateur au nom de qui importer ; il doit pouvoir attester des fonds`,
		example: "passnum bank import --email finances@operateur.fr releve-2026-11-24.xml",
		run:     importBank,
	}
}

func importBank(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("bank import")
	email := flags.String("email", "", "")
	path, arguments := fileArgument(arguments)
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *email == "" || path == "" {
		return misuse("il faut --email et un fichier")
	}
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("ouvrir le relevé : %w", err)
	}
	defer file.Close()
	done, err := app.ImportStatement(ctx, cfg, *email, filepath.Base(path), file)
	if err != nil {
		return sentences(err)
	}
	_, err = fmt.Fprintf(std.out, "Relevés importés : %d, déjà connus : %d. Opérations : %d, reconnues : %d.\n", done.Statements, done.Already, done.Lines, done.Matched)
	return err
}

// fileArgument takes the file out of the arguments: what follows the flags.
func fileArgument(arguments []string) (path string, flags []string) {
	if n := len(arguments); n > 0 && len(arguments[n-1]) > 0 && arguments[n-1][0] != '-' && (n == 1 || arguments[n-2] != "--email") {
		return arguments[n-1], arguments[:n-1]
	}
	return "", arguments
}
