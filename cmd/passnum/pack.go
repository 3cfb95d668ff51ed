package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"

	"passnum/internal/money"
	"passnum/internal/printing/bundle"
)

func packCommand() command {
	return command{
		name:      "pack verify",
		arguments: "--key CLE PAQUET",
		summary:   "Vérifie un paquet d’impression, chez l’imprimeur.",
		help: `Ouvre le paquet chiffré avec la clé secrète de l’imprimeur (le fichier que « age-keygen »
a écrit), relit chaque fichier et le compare au manifeste : empreintes, pages, lignes, codes tous
différents. N’écrit rien en clair et n’affiche aucun code. S’il manque ou diffère quelque chose,
le dit et répond 1.

  --key CLE   fichier de la clé secrète

Affiche à la fin l’empreinte à lire à l’opérateur.`,
		example: "passnum pack verify --key cle-passnum.txt carnets-2026-014.zip.age",
		run:     packVerify,
	}
}

func packVerify(_ context.Context, arguments []string, std streams) error {
	flags := newFlags("pack verify")
	key := flags.String("key", "", "")
	if err := flags.Parse(arguments); err != nil {
		return misuse("option inconnue ou valeur fausse (%s)", err)
	}
	if *key == "" || flags.NArg() != 1 {
		return misuse("pack verify --key CLE PAQUET")
	}
	identities, err := readKeys(*key)
	if err != nil {
		return err
	}
	sealed, err := os.Open(flags.Arg(0))
	if err != nil {
		return err
	}
	defer func() { _ = sealed.Close() }()
	info, err := sealed.Stat()
	if err != nil {
		return err
	}
	pack, err := bundle.Open(sealed, info.Size(), identities...)
	if err != nil {
		return packRefusal(err)
	}
	return verifyPack(pack, std.out)
}

// readKeys reads a file of secret keys; no message of its own quotes a line.
func readKeys(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	identities, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("le fichier %s n’est pas une clé secrète age", path)
	}
	return identities, nil
}

func packRefusal(err error) error {
	switch {
	case errors.Is(err, bundle.ErrWrongKey):
		return errors.New("cette clé n’ouvre pas ce paquet : il a été chiffré pour une autre")
	case errors.Is(err, bundle.ErrFormat):
		return errors.New("ce paquet vient d’une version plus récente : prenez le programme à jour")
	case errors.Is(err, bundle.ErrDamaged):
		return errors.New("ce paquet est incomplet ou abîmé : ne l’imprimez pas et prévenez l’opérateur")
	default:
		return err
	}
}

func verifyPack(pack *bundle.Pack, out io.Writer) error {
	problems, err := pack.Verify()
	if err != nil {
		return packRefusal(err)
	}
	if _, err := fmt.Fprintf(out, "Commande %s, %s : %s carnets, %s chèques\n", pack.Order, pack.Commanditaire, money.Count(int64(pack.Carnets)), money.Count(int64(pack.Cheques))); err != nil {
		return err
	}
	for _, f := range pack.Files {
		measure := ""
		switch {
		case f.Pages > 0:
			measure = money.Count(int64(f.Pages)) + " pages"
		case f.Rows > 0:
			measure = money.Count(int64(f.Rows)) + " lignes"
		}
		if _, err := fmt.Fprintf(out, "  %-32s %14s  %s\n", f.Name, measure, f.SHA256); err != nil {
			return err
		}
	}
	for _, problem := range problems {
		if _, err := fmt.Fprintf(out, "FAUX  %s\n", problem); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d différence(s) avec le manifeste : n’imprimez pas et prévenez l’opérateur", len(problems))
	}
	_, err = fmt.Fprintf(out, "\nTout concorde. Empreinte à lire à l’opérateur :\n%s\n", pack.Fingerprint)
	return err
}
