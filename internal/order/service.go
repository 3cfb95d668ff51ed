package order

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB    *postgres.DB
	Queue jobs.Queue
	Keys  *code.Keyring
	// Issuer is the operator, as papers name it; Account is where to pay.
	Issuer  print.Issuer
	Account string
	// BaseURL is the public address, without a final slash.
	BaseURL string
	// CodeHost is the host in a chèque's QR, upper case.
	CodeHost string
	// QuotePaper makes an electronic document of a printed quote; the page itself
	// is kept when nil.
	QuotePaper func(ctx context.Context, tx *postgres.Tx, o Order, page []byte) ([]byte, error)
	// OnSigned is told of each signature, in its transaction and in the
	// commanditaire's own scope.
	OnSigned func(ctx context.Context, tx *postgres.Tx, order uuid.UUID) error
}

// Service holds the use cases of ordering.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

// Today is the day in Paris, by the clock that the use cases read.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// asOwner runs fn on an order of the actor's own organisation; ErrNotFound for
// anybody else's, even one it co-funds.
func (s *Service) asOwner(ctx context.Context, actor identity.Actor, p identity.Permission, id uuid.UUID, fn func(*postgres.Tx, *Order) error) error {
	if err := actor.May(p); err != nil {
		return err
	}
	return s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		o, err := findOwn(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		return fn(tx, &o)
	})
}

// asOperator runs fn on any order, journaled with its reason.
func (s *Service) asOperator(ctx context.Context, actor identity.Actor, p identity.Permission, reason string, id uuid.UUID, fn func(*postgres.Tx, *Order) error) error {
	if err := actor.May(p); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, reason, func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		return fn(tx, &o)
	})
}

// asSystem runs fn on an order for a job.
func (s *Service) asSystem(ctx context.Context, id uuid.UUID, fn func(*postgres.Tx, *Order) error) error {
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		return fn(tx, &o)
	})
}

// Order is one order with all its parts, for the organisation that ordered it
// or that co-funds it. A co-funder does not see a draft.
func (s *Service) Order(ctx context.Context, actor identity.Actor, id uuid.UUID) (Order, error) {
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return Order{}, identity.ErrForbidden
	}
	var o Order
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if o, err = find(ctx, tx, id); err != nil {
			return err
		}
		if o.CommanditaireID != actor.OrganisationID && o.State == Draft {
			return ErrNotFound
		}
		return nil
	})
	if err != nil {
		return Order{}, fmt.Errorf("read order: %w", err)
	}
	return o, nil
}

// OrderForOperator is one order with all its parts, whoever ordered it.
func (s *Service) OrderForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) (Order, error) {
	var o Order
	err := s.asOperator(ctx, actor, identity.PlatformRead, "suivi d’une commande", id, func(_ *postgres.Tx, found *Order) error {
		o = *found
		return nil
	})
	if err != nil {
		return Order{}, fmt.Errorf("read order: %w", err)
	}
	return o, nil
}
