// Package distribution is the network that hands carnets to people: points of
// distribution, the conventions that attach them to a commanditaire, stocks, and
// the hand-over itself with its orientation letter. It refuses
// to know who the person is, and to give a carnet it cannot account for.
package distribution

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/territory"
)

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the work that follows an act.
	Queue jobs.Queue
	// Post leaves a mail in the outbox, in the caller's transaction.
	Post func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
	// Issuer is the operator as documents name it.
	Issuer print.Issuer
	// BaseURL is the site's address, without its last slash.
	BaseURL string
	// Ateliers tells the letter of the next ateliers; nil tells of none.
	Ateliers Ateliers
}

// Service is the use cases of the network.
type Service struct {
	db     *postgres.DB
	places *territory.Index
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, places *territory.Index, options Options) *Service {
	return &Service{db: db, places: places, Options: options}
}

// The refusals that several use cases share.
var (
	// ErrPointNotFound hides points that do not exist and those of others.
	ErrPointNotFound = fault.New(fault.KindNotFound, "Ce point de distribution n’existe pas, ou il n’est pas le vôtre.")
	// ErrNoPoint refuses counter work to an organisation without an open point.
	ErrNoPoint = fault.New(fault.KindConflict, "Votre organisation n’a pas de point de distribution ouvert. Ajoutez-en un d’abord.")
)
