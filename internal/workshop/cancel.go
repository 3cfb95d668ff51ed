package workshop

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Cancel calls an atelier off, or it and those that follow in its series, with a
// reason that everyone reads. Counters that booked are told. ErrNotFound,
// ErrOver.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string, following bool) (int, error) {
	if err := actor.May(identity.WorkshopWrite); err != nil {
		return 0, err
	}
	cancelled := 0
	err := s.inOrganisation(ctx, actor, "cancel atelier", func(tx *postgres.Tx) error {
		w, err := ownOpen(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if reason, err = readReason(reason); err != nil {
			return err
		}
		sessions, err := sessionsFrom(ctx, tx, w, following)
		if err != nil {
			return err
		}
		if err := s.callOff(ctx, tx, sessions, reason); err != nil {
			return err
		}
		cancelled = len(sessions)
		return audit.Record(ctx, tx, actor, audit.Act{Name: "annulation d’un atelier", SubjectKind: "atelier", SubjectID: id,
			Detail: map[string]any{"titre": w.Title, "motif": reason, "séances": cancelled}})
	})
	return cancelled, err
}

func readReason(typed string) (string, error) {
	reason := strings.Join(strings.Fields(typed), " ")
	switch {
	case reason == "":
		return "", fault.Field("motif", "Dites pourquoi, en une phrase\u00a0: elle est affichée aux personnes qui ont réservé.")
	case len([]rune(reason)) > 200:
		return "", fault.Field("motif", "Raccourcissez cette phrase\u00a0: 200 caractères au plus.")
	}
	return reason, nil
}

func (s *Service) callOff(ctx context.Context, tx *postgres.Tx, sessions []Workshop, reason string) error {
	for _, w := range sessions {
		err := postgres.Must(ctx, tx, `
			UPDATE workshops SET cancelled_at = @now, cancel_reason = @reason, revision = revision + 1, updated_at = @now
			WHERE structure_id = @structure AND id = @id AND cancelled_at IS NULL`,
			postgres.Args{"now": tx.Now(), "reason": reason, "structure": w.StructureID, "id": w.ID})
		if err != nil {
			return err
		}
		if w.Taken+w.Waiting == 0 {
			continue
		}
		if err := s.tell(ctx, tx, Notice{Event: EventCancelled, StructureID: w.StructureID, WorkshopID: w.ID}); err != nil {
			return err
		}
	}
	return nil
}

// CancelAll calls off what a structure had still to give, in the caller's
// transaction (the operator's scope): it may no longer accept chèques.
func (s *Service) CancelAll(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reason string) error {
	sessions, err := postgres.All[Workshop](ctx, tx, workshopSelect+`
		WHERE w.structure_id = @structure AND w.starts_at > @now AND w.cancelled_at IS NULL ORDER BY w.starts_at, w.id`,
		postgres.Args{"structure": structure, "now": tx.Now()})
	if err != nil {
		return fault.Wrap(err, "list ateliers")
	}
	if reason, err = readReason(shorten(reason, 200)); err != nil {
		reason = "La structure n’accepte plus les chèques."
	}
	return fault.Wrap(s.callOff(ctx, tx, sessions, reason), "cancel ateliers")
}
