package app

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// structureStopped ends what other domains hold for a structure that is
// dequalified, in the transaction that decides it.
func (s *services) structureStopped(ctx context.Context, tx *postgres.Tx, id uuid.UUID, reason string) error {
	if err := structure.EndAgreements(ctx, tx, id, reason); err != nil {
		return err
	}
	return s.workshops.CancelAll(ctx, tx, id, reason)
}
