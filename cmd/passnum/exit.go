package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"passnum/internal/app"
	"passnum/internal/continuity"
)

func exitExportCommand() command {
	return command{
		name:      "exit export",
		arguments: "--out FICHIER (--liquidator CLE | --clear) [--successor CLE]",
		summary:   "Écrit le kit de continuité : tout, signé, pour un liquidateur ou un successeur.",
		help: `Écrit une archive signée de toute l’installation, à un seul instant et sans gêner personne :
grand livre, chèques en circulation, créanciers, fonds par commande, papiers. L’archive se vérifie
sans Passnum. C’est écrit au journal, et l’administration en reçoit un courriel.

  --out FICHIER      où écrire ; dans un dossier, sous un nom qui porte la date
  --liquidator CLE   clé publique age (age1…) du liquidateur, pour qui tout est chiffré
  --clear            ne chiffre rien : données personnelles et bancaires en clair
  --successor CLE    clé publique age du successeur : il reçoit en plus, scellés pour lui
                     seul, les clés des chèques et ce qui permet à chacun de se connecter

Se connecte avec PASSNUM_DATABASE_URL ; signe avec PASSNUM_SIGNING_KEY.`,
		example: "passnum exit export --liquidator age1… --out /mnt/coffre/",
		run:     exitExport,
	}
}

func exitExport(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("exit export")
	out := flags.String("out", "", "")
	liquidator := flags.String("liquidator", "", "")
	successor := flags.String("successor", "", "")
	clear := flags.Bool("clear", false, "")
	if err := readFlags(flags, arguments); err != nil {
		return err
	}
	if *out == "" || (*liquidator == "") != *clear {
		return misuse("il faut --out, et soit --liquidator CLE, soit --clear")
	}
	if continuity.Secret(*liquidator) || continuity.Secret(*successor) {
		return misuse("c’est une clé secrète : donnez la clé publique, qui commence par age1")
	}
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, newLogger(std, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer a.Close()
	path := destination(*out, *clear)
	begun := time.Now()
	if err := writeKit(ctx, a.Continuity(), path, *liquidator, *successor, std.err); err != nil {
		return sentences(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s : %.1f Mo en %.1f s.\n", path, float64(info.Size())/1e6, time.Since(begun).Seconds())
	return err
}

// destination is the file to write: out itself, or one inside it.
func destination(out string, clear bool) string {
	info, err := os.Stat(out)
	if err != nil || !info.IsDir() {
		return out
	}
	name := continuity.Name(time.Now())
	if !clear {
		name += ".age"
	}
	return filepath.Join(out, name)
}

// writeKit writes beside its place, and moves the kit there once it is whole.
func writeKit(ctx context.Context, s *continuity.Service, path, liquidator, successor string, told io.Writer) (err error) {
	file, err := os.OpenFile(path+".partiel", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	var sealed io.WriteCloser = file
	if liquidator != "" {
		if sealed, err = continuity.Seal(file, liquidator, successor); err != nil {
			return errors.Join(misuse("une clé publique age commence par age1 et se copie en entier"), file.Close())
		}
	}
	err = s.FromConsole(ctx, sealed, liquidator, successor, func(done, total int) error {
		_, err := fmt.Fprintf(told, "\r%d fichiers sur %d", done, total)
		return err
	})
	_, _ = fmt.Fprintln(told) // ends the line that was rewritten
	if err == nil && liquidator != "" {
		err = sealed.Close()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
