package qualification

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Qualify accepts the file that was sent at seen, shows its places and puts its
// bank account in force. It returns structure.ErrMoved when the file changed meanwhile,
// ErrSameHand when the account was declared by actor.
func (s *Service) Qualify(ctx context.Context, actor identity.Actor, id uuid.UUID, seen time.Time) error {
	return s.decide(ctx, actor, id, "structure qualifiée", "", `
		UPDATE structures SET state = 'qualifiee', qualified_at = @now, decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state = 'soumise' AND submitted_at = @seen`, postgres.Args{"seen": seen})
}

// Reinstate ends a suspension; structure.ErrMoved when there is none.
func (s *Service) Reinstate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.decide(ctx, actor, id, "structure rétablie", "", `
		UPDATE structures SET state = 'qualifiee', qualified_at = coalesce(qualified_at, @now), decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state = 'suspendue'`, postgres.Args{})
}

// Refuse sends the file back with a reason; the structure corrects it and sends
// it again. A suspended structure's file is reopened the same way. structure.ErrMoved.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Field("motif", "Écrivez le motif\u00a0: la structure le recevra tel quel.")
	}
	return s.decide(ctx, actor, id, "dossier refusé", reason, `
		UPDATE structures SET state = 'refusee', decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state IN ('soumise', 'suspendue') AND @now::timestamptz IS NOT NULL`, postgres.Args{})
}

// Suspend stops a structure from accepting chèques and hides its places; what
// it accepted stays due. structure.ErrMoved.
func (s *Service) Suspend(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Field("motif", "Écrivez le motif\u00a0: la structure le recevra tel quel.")
	}
	return s.decide(ctx, actor, id, "structure suspendue", reason, `
		UPDATE structures SET state = 'suspendue', decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state = 'qualifiee' AND @now::timestamptz IS NOT NULL`, postgres.Args{})
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, id uuid.UUID, act, reason, statement string, args postgres.Args) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, act, func(tx *postgres.Tx) error {
		before, err := structure.ReadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		args["id"], args["account"], args["now"], args["reason"] = id, actor.AccountID, tx.Now(), reason
		if _, qualifies := args["seen"]; qualifies && before.State == structure.Submitted {
			if err := structure.QualifyAccount(ctx, tx, actor, id); err != nil {
				return err
			}
		}
		n, err := postgres.Do(ctx, tx, statement, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return structure.ErrMoved
		}
		after, err := structure.ReadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := structure.ShowPlaces(ctx, tx, id, after.State == structure.Qualified); err != nil {
			return err
		}
		line := audit.Act{Name: act, SubjectKind: "structure", SubjectID: id, Parties: []uuid.UUID{id},
			Detail: map[string]any{"avant": before.State, "motif": reason}}
		if err := audit.Record(ctx, tx, actor, line); err != nil {
			return err
		}
		return s.tellDecided(ctx, tx, before.State, after)
	})
	return fault.Wrap(err, act)
}
