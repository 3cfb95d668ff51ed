// Package qualification is the file by which a body asks to accept chèques:
// what it says of itself, what it sends, and what the operator decides of it.
// It refuses to let a structure decide on its own file.
package qualification

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the mails that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
	// OperatorEmail is told of files to read; empty for nobody.
	OperatorEmail string
	// Communes resolves the addresses of a file.
	Communes *territory.Index
	// Owed says what a structure that would be stopped is still owed; nil says
	// nothing.
	Owed func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]Effect, error)
	// OnStopped ends, in the same transaction, what other domains hold for a
	// structure that is dequalified: agreements, ateliers.
	OnStopped func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reason string) error
}

// Service is the use cases of files.
type Service struct {
	db *postgres.DB
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, options Options) *Service {
	return &Service{db: db, Options: options}
}
