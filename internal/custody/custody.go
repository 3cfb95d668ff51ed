// Package custody is the chain of hands that carnets pass through, from the
// printer to a point: transfers declared by both sides, the cases that
// discrepancies open, thresholds, replenishment requests and returns. It refuses
// to let a carnet be at two holders, and a missing one be forgotten.
package custody

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the work that follows an act.
	Queue jobs.Queue
	// Post leaves a mail in the outbox, in the caller's transaction.
	Post func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
	// OrderDelivered tells that every parcel of an order was received. It runs
	// in the operator's scope.
	OrderDelivered func(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) error
	// Issuer is the operator as documents name it; Email is where it reads.
	Issuer print.Issuer
	Email  string
	// BaseURL is the site's address, without its last slash.
	BaseURL string
}

// Service is the use cases of custody.
type Service struct {
	db *postgres.DB
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, options Options) *Service {
	return &Service{db: db, Options: options}
}

// Now is the moment screens compare ages with.
func (s *Service) Now() time.Time { return s.db.Now() }

// Desk is the side somebody acts from: one organisation may hold carnets as a
// commanditaire and as an aiguilleur.
type Desk string

// The desks.
const (
	OperatorDesk      Desk = "operateur"
	CommanditaireDesk Desk = "commanditaire"
	CounterDesk       Desk = "aiguilleur"
)

func (d Desk) permission(act bool) identity.Permission {
	switch {
	case d == OperatorDesk && act:
		return identity.PlatformOrders
	case d == OperatorDesk:
		return identity.PlatformRead
	case d == CommanditaireDesk && act:
		return identity.OrderWrite
	case d == CommanditaireDesk:
		return identity.OrderRead
	case act:
		return identity.HandOver
	default:
		return identity.StockRead
	}
}

// MayAct reports whether the actor may move carnets from this desk.
func (d Desk) MayAct(actor identity.Actor) bool { return actor.Can(d.permission(true)) }

// sees limits rows aliased x, which name the parties of a transfer, to a desk's.
const sees = `(@desk = 'operateur' OR @desk = 'commanditaire' AND x.commanditaire_id = @me
	OR @desk = 'aiguilleur' AND (x.from_aiguilleur_id = @me OR x.to_aiguilleur_id = @me))`

func (d Desk) args(actor identity.Actor, more postgres.Args) postgres.Args {
	args := postgres.Args{"desk": string(d), "me": actor.OrganisationID}
	for name, value := range more {
		args[name] = value
	}
	return args
}

// in runs fn in the scope of a desk; reason is what the journal says when the
// operator looks.
func (s *Service) in(ctx context.Context, actor identity.Actor, desk Desk, act bool, reason string, fn func(*postgres.Tx) error) error {
	if err := actor.May(desk.permission(act)); err != nil {
		return err
	}
	run := s.db.InOrganisation
	if desk == OperatorDesk {
		run = func(ctx context.Context, scope postgres.Scope, fn func(*postgres.Tx) error) error {
			return s.db.InPlatform(ctx, scope, reason, fn)
		}
	}
	if err := run(ctx, actor, fn); err != nil {
		return fmt.Errorf("%s: %w", reason, err)
	}
	return nil
}

func by(actor identity.Actor) carnet.By {
	return carnet.By{Account: actor.Account(), Name: actor.Name}
}

// holds reports whether a desk is the one at an end of a transfer.
func (d Desk) holds(place string, aiguilleur *uuid.UUID, actor identity.Actor) bool {
	switch d {
	case OperatorDesk:
		return place == string(carnet.AtOperator)
	case CommanditaireDesk:
		return place == string(carnet.AtCommanditaire)
	default:
		return place == string(carnet.AtPoint) && aiguilleur != nil && *aiguilleur == actor.OrganisationID
	}
}

// The refusals that several use cases share.
var (
	ErrTransferNotFound = fault.New(fault.KindNotFound, "Ce transfert n’existe pas, ou il ne vous concerne pas.")
	ErrKeyMissing       = fault.Field("cle", "La demande n’a pas de clé\u00a0: rechargez la page.")
)

func optional(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
