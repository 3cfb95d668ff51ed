package app

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"slices"
	"strings"

	"passnum/internal/config"
	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/installation"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// addContinuity prepares the operator's exit. Without a signing key, only an
// export is refused.
func (s *services) addContinuity(cfg config.Config, db *postgres.DB) {
	s.continuity = continuity.NewService(continuity.Deps{
		Source: continuity.Source{DB: db, Signer: signerOf(cfg), Hosts: hostsOf(cfg), CodeKeys: string(cfg.CodeKeys),
			Debtor: continuity.Debtor{Name: cfg.Operator.Name, SIRET: string(cfg.Operator.SIRET), IBAN: string(cfg.Operator.IBAN), BIC: string(cfg.Operator.BIC)}},
		Queue: s.queue, BaseURL: cfg.BaseURL.String(),
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
}

// signerOf is nil when there is no key.
func signerOf(cfg config.Config) ed25519.PrivateKey {
	key, err := kit.Signer([]byte(cfg.SigningKey))
	if err != nil {
		return nil
	}
	return key
}

// hostsOf are the addresses that printed chèques carry, this site's first.
func hostsOf(cfg config.Config) []string {
	return append([]string{strings.ToLower(cfg.BaseURL.Host)}, cfg.FormerHosts...)
}

// acceptFormerHosts adds to the configuration's those of a kit taken over.
func (a *App) acceptFormerHosts(ctx context.Context) error {
	stored, err := installation.FormerHosts(ctx, a.db)
	if err != nil {
		return err
	}
	for _, host := range stored {
		if !slices.Contains(a.cfg.FormerHosts, host) {
			a.cfg.FormerHosts = append(slices.Clone(a.cfg.FormerHosts), host)
		}
	}
	return nil
}

// Continuity is the use cases of the operator's exit, for the tools of the
// console.
func (a *App) Continuity() *continuity.Service { return a.services.continuity }

// ImportKit takes a former operator's kit over, into the empty database of these
// addresses. host is this installation's own, if it is known already.
func ImportKit(ctx context.Context, addresses config.Database, host string, archive io.ReaderAt, size int64, terms continuity.Terms) (continuity.Taken, error) {
	k, err := kit.Open(archive, size, terms.Identities...)
	if err != nil {
		return continuity.Taken{}, err
	}
	db, err := postgres.Open(ctx, string(addresses.App))
	if err != nil {
		return continuity.Taken{}, err
	}
	defer db.Close()
	taken, err := continuity.Target{OwnerURL: string(addresses.Owner), App: db, Host: host}.Import(ctx, k, terms)
	if err != nil {
		return taken, fmt.Errorf("take a kit over: %w", err)
	}
	return taken, nil
}
