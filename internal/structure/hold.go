package structure

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// HoldState reads the state of a structure and keeps it as it is until the
// caller's transaction ends: nothing that depends on it is written beside a
// decision. ErrNoDossier when there is no file, or none that its structure may
// still write.
func HoldState(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (State, error) {
	state, err := postgres.Value[State](ctx, tx, `SELECT state FROM structures WHERE organisation_id = @id FOR NO KEY UPDATE`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return "", ErrNoDossier
	}
	return state, fault.Wrap(err, "hold state of structure")
}
