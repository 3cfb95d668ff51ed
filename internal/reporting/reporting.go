// Package reporting tells what happened: figures of an order, of a commanditaire,
// of the operator and of the country, public places, searches and exports. It
// reads other packages' tables and refuses to write any but its own summaries.
package reporting

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Service answers questions about what the other packages recorded.
type Service struct {
	db   *postgres.DB
	keys *code.Keyring
}

// NewService makes a Service. keys find a chèque by its code; without them no
// code is found.
func NewService(db *postgres.DB, keys *code.Keyring) *Service { return &Service{db: db, keys: keys} }

// ErrNotFound is what does not exist, or belongs to somebody else.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette page n’existe pas, ou vous n’y avez pas accès.")

// within runs fn as the operator for its staff, else as the actor's
// organisation, which must be allowed to read orders or what it co-funds.
func (s *Service) within(ctx context.Context, actor identity.Actor, reason string, fn func(*postgres.Tx) error) error {
	if actor.OrganisationID == uuid.Nil && actor.Can(identity.PlatformRead) {
		return s.db.InPlatform(ctx, actor, reason, fn)
	}
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return identity.ErrForbidden
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

// asOperator runs fn for the operator's staff only.
func (s *Service) asOperator(ctx context.Context, actor identity.Actor, reason string, fn func(*postgres.Tx) error) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, reason, fn)
}
