package opposition

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB    *postgres.DB
	Queue jobs.Queue
	Keys  *code.Keyring
	// Post keeps a mail in the transaction, to be sent once it commits.
	Post func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
	// BaseURL is the public address, without a final slash; Operator is where the
	// operator reads its mail.
	BaseURL  string
	Operator string
	// Signature ends the mails.
	Signature string
	// Print writes carnets of an order as the print shop gets them.
	Print *order.Service
}

// Service holds the use cases.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

var needed = map[Origin]identity.Permission{
	ByCounter: identity.HandOver, ByCommanditaire: identity.OrderWrite, ByOperator: identity.PlatformDecide,
}

// confirming is wider for the operator: finance is its second pair of eyes.
var confirming = map[Origin]identity.Permission{
	ByCounter: identity.HandOver, ByCommanditaire: identity.OrderWrite, ByOperator: identity.PlatformFunds,
}

var reading = map[Origin]identity.Permission{
	ByCounter: identity.StockRead, ByCommanditaire: identity.OrderRead, ByOperator: identity.PlatformRead,
}

// act runs fn with the operator's reach, because blocking touches chèques, the
// ledger and orders, which no organisation may write: fn must name the side in
// every statement that finds something. A person of the operator is journaled
// with the reason; the others are by the act itself.
func (s *Service) act(ctx context.Context, actor identity.Actor, by Origin, p identity.Permission, reason string, fn func(*postgres.Tx) error) error {
	if err := actor.May(p); err != nil {
		return err
	}
	if actor.AccountID == uuid.Nil {
		return identity.ErrForbidden // two people are two accounts
	}
	if by == ByOperator {
		return s.db.InPlatform(ctx, actor, reason, fn)
	}
	if actor.OrganisationID == uuid.Nil {
		return identity.ErrForbidden
	}
	return s.db.InPlatform(ctx, postgres.System{}, reason, fn)
}

// read runs fn in the scope of the side: what it is no party to does not exist.
func (s *Service) read(ctx context.Context, actor identity.Actor, by Origin, fn func(*postgres.Tx) error) error {
	if err := actor.May(reading[by]); err != nil {
		return err
	}
	if by == ByOperator {
		return s.db.InPlatform(ctx, actor, "suivi des oppositions", fn)
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

// declaredFor is the side's own organisation; nil for the operator.
func declaredFor(actor identity.Actor, by Origin) *uuid.UUID {
	if by == ByOperator {
		return nil
	}
	id := actor.OrganisationID
	return &id
}
