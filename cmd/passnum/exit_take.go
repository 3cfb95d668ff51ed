package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"filippo.io/age"

	"passnum/internal/app"
	"passnum/internal/config"
	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/money"
)

func exitVerifyCommand() command {
	return command{
		name:      "exit verify",
		arguments: "--key CLE.PEM [--identity CLE-AGE] KIT",
		summary:   "Vérifie un kit de continuité, sans base ni réglage.",
		help: `Contrôle la signature, l’empreinte et le nombre de lignes de chaque fichier, qu’aucun n’a
été ajouté ni retiré, et que toutes les sommes concordent avec le grand livre. Affiche ce qui est
compté ; répond 1 si quelque chose diffère. Le script « verifier.sh » du kit fait de même sans Passnum.

  --key CLE.PEM       clé publique de l’opérateur, obtenue ailleurs que dans le kit
  --identity CLE-AGE  fichier de la clé secrète age, si le kit est chiffré`,
		example: "passnum exit verify --key passnum-cle.pem --identity liquidateur.txt passnum-kit-2026-11-22.zip.age",
		run:     exitVerify,
	}
}

// kitOptions are what every command that reads a kit is given.
type kitOptions struct {
	file       *os.File
	size       int64
	key        ed25519.PublicKey
	identities []age.Identity
}

// readKitOptions opens the kit; the caller closes the file.
func readKitOptions(name string, arguments []string, keepStaff *bool) (o kitOptions, err error) {
	flags := newFlags(name)
	key := flags.String("key", "", "")
	identity := flags.String("identity", "", "")
	if keepStaff != nil {
		flags.BoolVar(keepStaff, "keep-staff", false, "")
	}
	if err := flags.Parse(arguments); err != nil {
		return o, misuse("option inconnue ou valeur fausse (%s)", err)
	}
	if *key == "" || flags.NArg() != 1 {
		return o, misuse("%s --key CLE.PEM [--identity CLE-AGE] KIT", name)
	}
	text, err := os.ReadFile(*key)
	if err != nil {
		return o, err
	}
	if o.key, err = kit.ReadPEM(text); err != nil {
		return o, fmt.Errorf("le fichier %s n’est pas une clé publique Ed25519 en PEM", *key)
	}
	if *identity != "" {
		if o.identities, err = readKeys(*identity); err != nil {
			return o, err
		}
	}
	if o.file, err = os.Open(flags.Arg(0)); err != nil {
		return o, err
	}
	info, err := o.file.Stat()
	if err != nil {
		return o, errors.Join(err, o.file.Close())
	}
	o.size = info.Size()
	return o, nil
}

func exitVerify(_ context.Context, arguments []string, std streams) error {
	o, err := readKitOptions("exit verify", arguments, nil)
	if err != nil {
		return err
	}
	defer func() { _ = o.file.Close() }()
	k, err := kit.Open(o.file, o.size, o.identities...)
	if err != nil {
		return kitRefusal(err)
	}
	report, err := k.Verify(o.key)
	for _, finding := range report {
		word := "ok  "
		if !finding.OK() {
			word = "FAUX"
		}
		_, _ = fmt.Fprintf(std.out, "%s  %s\n", word, finding.Text) // the verdict is the status
		for _, problem := range finding.Problems {
			_, _ = fmt.Fprintf(std.out, "        %s\n", problem)
		}
	}
	if err != nil {
		return kitRefusal(err)
	}
	if !report.OK() {
		return errors.New("ce kit ne concorde pas : ne payez rien sur sa foi, et demandez-en un autre")
	}
	_, err = fmt.Fprintf(std.out, "\nTout concorde. Kit de %s, le %s.\n", k.Operator, k.At.Format("02/01/2006 à 15:04 UTC"))
	return err
}

func kitRefusal(err error) error {
	switch {
	case errors.Is(err, kit.ErrSealed):
		return errors.New("ce kit est chiffré : donnez avec --identity la clé secrète age à laquelle il est destiné")
	case errors.Is(err, kit.ErrFormat):
		return errors.New("ce kit vient d’une version plus récente : prenez le programme à jour")
	case errors.Is(err, kit.ErrDamaged):
		return fmt.Errorf("ce kit est incomplet ou abîmé : demandez-en un autre (%w)", err)
	default:
		return sentences(err)
	}
}

func exitImportCommand() command {
	return command{
		name:      "exit import",
		arguments: "--key CLE.PEM [--identity CLE-AGE] [--keep-staff] KIT",
		summary:   "Reprend le kit d’un autre opérateur dans une base neuve.",
		help: `Vérifie le kit, puis écrit toutes ses lignes dans une base vide, à la même version du schéma
(« passnum migrate » suffit à la préparer). Tout, ou rien. Les chèques imprimés avec l’adresse de
l’ancien opérateur restent acceptés.

  --key CLE.PEM       clé publique de l’ancien opérateur, obtenue ailleurs que dans le kit
  --identity CLE-AGE  fichier de la clé secrète age du successeur : rend les mots de passe, les
                      jetons et les clés des chèques, dont la ligne à ajouter est affichée
  --keep-staff        garde les droits de l’équipe de l’ancien opérateur (restauration du même)

Se connecte avec PASSNUM_MIGRATE_DATABASE_URL et PASSNUM_DATABASE_URL. Ensuite : « passnum admin
create », puis « passnum verify ».`,
		example: "passnum exit import --key ancien.pem --identity successeur.txt passnum-kit-2026-11-22.zip.age",
		run:     exitImport,
	}
}

func exitImport(ctx context.Context, arguments []string, std streams) error {
	var keepStaff bool
	o, err := readKitOptions("exit import", arguments, &keepStaff)
	if err != nil {
		return err
	}
	defer func() { _ = o.file.Close() }()
	getenv := environment()
	addresses, err := config.LoadDatabase(getenv)
	if err != nil {
		return err
	}
	if addresses.Owner == "" {
		return misuse("il faut aussi %s, l’adresse du propriétaire du schéma", config.OwnerURL)
	}
	host := ""
	if base, err := url.Parse(getenv(config.BaseURL)); err == nil {
		host = base.Host
	}
	taken, err := app.ImportKit(ctx, addresses, host, o.file, o.size, continuity.Terms{Key: o.key, Identities: o.identities, KeepStaff: keepStaff})
	if err != nil {
		return kitRefusal(err)
	}
	return tellTaken(std, taken, getenv(config.CodeKeys))
}

// tellTaken says what was taken over and what is left to do. The former keys go
// to the standard output alone, once.
func tellTaken(std streams, taken continuity.Taken, keys string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Repris : %d tables, %s lignes, %d pièces.\n", taken.Tables, money.Count(taken.Rows), taken.Pieces)
	if len(taken.Hosts) > 0 {
		fmt.Fprintf(&text, "Adresses acceptées sur les chèques : %s.\n", strings.Join(taken.Hosts, ", "))
	}
	if taken.CodeKeys == "" {
		text.WriteString("Sans les clés scellées : chacun choisira un nouveau mot de passe, et les chèques imprimés ne seront pas reconnus.\n")
	} else {
		fmt.Fprintf(&text, "%d personnes gardent leur mot de passe.\n\nRemplacez la ligne %s de la configuration par celle-ci, et ne la montrez à personne :\n\n%s=%s\n",
			taken.Accounts, config.CodeKeys, config.CodeKeys, joinKeys(keys, taken.CodeKeys))
	}
	text.WriteString("\nEnsuite : passnum admin create --email …, puis passnum verify.\n")
	_, err := fmt.Fprint(std.out, text.String())
	return err
}

// joinKeys puts one's own keys first. One named like a former one takes another
// name: it has made no chèque yet.
func joinKeys(own, former string) string {
	ring := former
	var list []string
	for entry := range strings.SplitSeq(own, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" || strings.Contains(","+former+",", ","+entry+",") {
			continue
		}
		name, secret, _ := strings.Cut(entry, ":")
		for named(ring, name) {
			name += "s"
		}
		list = append(list, name+":"+secret)
		ring += "," + name + ":"
	}
	return strings.Join(append(list, former), ",")
}

// named reports whether a keyring holds a key of that name.
func named(ring, name string) bool {
	for other := range strings.SplitSeq(ring, ",") {
		if found, _, _ := strings.Cut(strings.TrimSpace(other), ":"); found == name {
			return true
		}
	}
	return false
}
