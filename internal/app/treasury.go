package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/config"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/treasury"
)

// addTreasury prepares what the bank says of the dedicated account, once every
// domain whose money it moves is there.
func (s *services) addTreasury(cfg config.Config, db *postgres.DB) {
	s.treasury = treasury.NewService(treasury.Deps{
		DB: db, IBAN: debtorOf(cfg).IBAN, Attest: s.orders.AttestInTx, Awaiting: order.Awaiting, Unpaid: invoicing.Unpaid,
		Debit: s.settlements.ApplyDebit, Return: s.settlements.ApplyReturn, Refund: s.endings.ApplyRefund, RefundBack: s.refundBack, Recover: s.incidents.ApplyRecovery,
	})
}

// ImportStatement takes a bank file in for the member of the operator's staff
// whose address it is, and says what it brought.
func ImportStatement(ctx context.Context, cfg config.Config, email, name string, file io.Reader) (treasury.Imported, error) {
	db, err := postgres.Open(ctx, string(cfg.Database.App))
	if err != nil {
		return treasury.Imported{}, err
	}
	defer db.Close()
	if err := postgres.CheckSchema(ctx, db); err != nil {
		return treasury.Imported{}, err
	}
	s, err := newServices(cfg, db)
	if err != nil {
		return treasury.Imported{}, err
	}
	actor, err := staff(ctx, db, s, email)
	if err != nil {
		return treasury.Imported{}, err
	}
	return s.treasury.Import(ctx, actor, name, file)
}

var errNotStaff = fault.New(fault.KindNotFound, "Cette adresse n’est celle d’aucun compte de l’opérateur.")

func staff(ctx context.Context, db *postgres.DB, s services, email string) (identity.Actor, error) {
	var account uuid.UUID
	err := db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		account, err = postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM accounts WHERE lower(email) = lower(@email) AND operator_role <> ''`, postgres.Args{"email": email})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return identity.Actor{}, errNotStaff
	}
	if err != nil {
		return identity.Actor{}, fmt.Errorf("find operator's account: %w", err)
	}
	return s.people.ActorOf(ctx, account, uuid.Nil)
}
