package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"passnum/internal/carnet/code"
	"passnum/internal/config"
	"passnum/internal/demo"
	"passnum/internal/installation"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/reporting"
	"passnum/internal/settlement"
	"passnum/internal/upload"
)

// LoadDemo writes the demonstration world into the database of cfg;
// demo.ErrNotEmpty when it already holds anything.
func LoadDemo(ctx context.Context, cfg config.Config) error {
	vault, err := upload.NewVault(string(cfg.Papers.Keys), []byte(cfg.SessionKey))
	if err != nil {
		return fmt.Errorf("PASSNUM_DOCUMENT_KEYS: %w", err)
	}
	return withDatabase(ctx, cfg, func(db *postgres.DB, keys *code.Keyring) error {
		return demo.Load(ctx, db, demo.Settings{
			Keys: keys, Vault: vault, Issuer: issuerOf(cfg), Debtor: debtorOf(cfg), Seller: sellerOf(cfg.Operator), BaseURL: cfg.BaseURL.String(), CodeHost: cfg.BaseURL.Host,
			RollUp: func(ctx context.Context) error { return reporting.NewService(db, keys).Rebuild(ctx, db.Now()) },
		})
	})
}

// LoadDemoIfEmpty is LoadDemo for a first start: it leaves a database that holds
// anything as it is, and says whether it is a demonstration now.
func LoadDemoIfEmpty(ctx context.Context, cfg config.Config) (isDemo bool, err error) {
	empty := false
	err = withDatabase(ctx, cfg, func(db *postgres.DB, _ *code.Keyring) (err error) {
		empty, err = demo.Empty(ctx, db)
		return err
	})
	if err == nil && empty {
		err = LoadDemo(ctx, cfg)
	}
	if err != nil {
		return false, err
	}
	err = withDatabase(ctx, cfg, func(db *postgres.DB, _ *code.Keyring) (err error) {
		isDemo, err = installation.IsDemo(ctx, db)
		return err
	})
	return isDemo, err
}

// DemoCodes writes chèque codes of a demonstration, one per line with serial,
// rank and state; demo.ErrNotDemo on a real installation.
func DemoCodes(ctx context.Context, cfg config.Config, state string, limit int, w io.Writer) error {
	return withDatabase(ctx, cfg, func(db *postgres.DB, keys *code.Keyring) error {
		lines, err := demo.Codes(ctx, db, keys, state, limit)
		if err != nil {
			return err
		}
		return demo.WriteCodes(w, lines)
	})
}

// withDatabase opens the database and the chèque keys of cfg for a command.
func withDatabase(ctx context.Context, cfg config.Config, use func(*postgres.DB, *code.Keyring) error) error {
	keys, err := code.ParseKeyring(string(cfg.CodeKeys))
	if err != nil {
		return fmt.Errorf("PASSNUM_CODE_KEYS: %w", err)
	}
	db, err := postgres.Open(ctx, string(cfg.Database.App))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := postgres.CheckSchema(ctx, db); err != nil {
		return err
	}
	return use(db, keys)
}

// issuerOf is the operator as documents name it.
func issuerOf(cfg config.Config) print.Issuer {
	o := cfg.Operator
	return print.Issuer{Name: o.Name, SIRET: string(o.SIRET), Address: operatorAddress(o), Email: o.Email}
}

func operatorAddress(o config.Operator) string {
	return strings.TrimSpace(o.Street + ", " + o.PostalCode + " " + o.Town)
}

// debtorOf is the dedicated account that pays structures.
func debtorOf(cfg config.Config) settlement.Debtor {
	o := cfg.Operator
	return settlement.Debtor{Name: o.Name, SIRET: string(o.SIRET), IBAN: string(o.IBAN), BIC: string(o.BIC)}
}

// DemoPrint writes the first carnets of the demonstration's largest order, as
// the print shop would get them; at most print.MostCarnets.
func DemoPrint(ctx context.Context, cfg config.Config, carnets int, w io.Writer) error {
	return withDatabase(ctx, cfg, func(db *postgres.DB, keys *code.Keyring) error {
		id, most, err := demo.Printable(ctx, db)
		if err != nil {
			return err
		}
		orders := order.NewService(order.Deps{DB: db, Keys: keys, Issuer: issuerOf(cfg), BaseURL: cfg.BaseURL.String(), CodeHost: cfg.BaseURL.Host})
		return orders.PrintRange(ctx, id, 1, min(carnets, most), w)
	})
}
