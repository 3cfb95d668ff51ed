package redemption

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ToUndo reads what Undo would give back for the same id: the chèque of one
// redemption, or all those of a receipt; UndoUntil tells which still can. It
// answers identity.ErrForbidden and ErrNotFound.
func (s *Service) ToUndo(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]Taking, error) {
	if err := actor.May(identity.Redeem); err != nil {
		return nil, err
	}
	var found []Taking
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		targets, err := findUndoable(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(targets))
		for i, t := range targets {
			ids[i] = t.ID
		}
		rows, err := postgres.All[takingRow](ctx, tx, `SELECT `+takingColumns+takingJoins+`
			WHERE r.commanditaire_id = @commanditaire AND r.id = ANY(@ids) ORDER BY r.serial, r.rank`,
			postgres.Args{"commanditaire": targets[0].CommanditaireID, "ids": ids})
		if err != nil {
			return fmt.Errorf("read redemptions: %w", err)
		}
		found = takings(rows, tx.Today())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what to undo: %w", err)
	}
	return found, nil
}
