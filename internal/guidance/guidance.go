// Package guidance helps a counter to orient: a short diagnostic that proposes
// entries of the référentiel, parcours that chain them in ordered steps, and
// where an anonymous carnet stands on its parcours. It refuses to keep answers,
// to know the person, and to tell of a carnet more than which steps were done.
package guidance

import (
	"context"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Live tells which of the codes are chèques that the actor may take now, by
// their index. It counts wrong codes against the actor, so that asking for
// progress teaches nobody more than testing a chèque does.
type Live func(ctx context.Context, actor identity.Actor, codes []string) ([]int, error)

// Service is the use cases of orientation.
type Service struct {
	db   *postgres.DB
	keys *code.Keyring
	live Live
}

// NewService makes the use cases. live judges the chèques whose progress is
// asked for.
func NewService(db *postgres.DB, keys *code.Keyring, live Live) *Service {
	return &Service{db: db, keys: keys, live: live}
}

// The refusals that several use cases share.
var (
	// ErrPathwayNotFound hides parcours that do not exist and those of others.
	ErrPathwayNotFound = fault.New(fault.KindNotFound, "Ce parcours n’existe pas, ou il n’est pas le vôtre.")
	// ErrPathwayReplaced refuses to change a version that is no longer the last.
	ErrPathwayReplaced = fault.New(fault.KindConflict, "Ce parcours a été modifié entre-temps. Rouvrez-le pour voir sa dernière version.")
)
