package distribution

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Undo takes a hand-over back within UndoWindow: its chèques close, and the
// carnet returns to the stock when nothing else of it is out. point is the
// counter's, uuid.Nil for any of the organisation's. ErrTooLate, ErrChequeUsed,
// ErrOtherPoint; undoing twice is undoing once.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, point, id uuid.UUID) (HandOver, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return HandOver{}, err
	}
	var h HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if h, err = lockHandOver(ctx, tx, actor, id); err != nil {
			return err
		}
		return undo(ctx, tx, actor, point, &h)
	})
	return h, fault.Wrap(err, "undo hand-over")
}

// UndoGroup takes back every carnet given to one household with a hand-over, all
// or none, as Undo would each.
func (s *Service) UndoGroup(ctx context.Context, actor identity.Actor, point, id uuid.UUID) ([]HandOver, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return nil, err
	}
	var group []HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		h, err := findHandOver(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if group, err = lockGroup(ctx, tx, actor, h); err != nil {
			return err
		}
		slices.SortFunc(group, func(a, b HandOver) int { return strings.Compare(a.Serial, b.Serial) })
		for i := range group {
			if err := undo(ctx, tx, actor, point, &group[i]); err != nil {
				return naming(group[i], err)
			}
		}
		return nil
	})
	return group, fault.Wrap(err, "undo hand-overs of a household")
}

// naming says which carnet of a household keeps it from being undone.
func naming(h HandOver, err error) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	return fault.New(f.Kind, "Carnet "+h.Serial+"\u00a0: "+f.Sentence+" Annulez les autres remises une à une.")
}

func undo(ctx context.Context, tx *postgres.Tx, actor identity.Actor, point uuid.UUID, h *HandOver) error {
	switch {
	case h.UndoneAt != nil:
		return nil
	case point != uuid.Nil && point != h.PointID || actor.PlaceID != uuid.Nil && actor.PlaceID != h.PointID:
		return ErrOtherPoint
	case !h.Undoable(tx.Now()):
		return ErrTooLate
	}
	c, err := carnet.LockSerial(ctx, tx, h.Serial)
	if err != nil {
		return fmt.Errorf("lock carnet: %w", err)
	}
	back, err := carnet.TakeBack(ctx, tx, c, h.ID, actor.Account())
	if err != nil {
		return err
	}
	if !back {
		return ErrChequeUsed
	}
	err = postgres.Must(ctx, tx, `UPDATE handovers SET undone_at = @now, undone_by = @account WHERE commanditaire_id = @commanditaire AND id = @id`,
		postgres.Args{"now": tx.Now(), "account": actor.Account(), "commanditaire": h.CommanditaireID, "id": h.ID})
	if err != nil {
		return err
	}
	now := tx.Now()
	h.UndoneAt = &now
	return journal(ctx, tx, actor, "annulation de remise", *h)
}
