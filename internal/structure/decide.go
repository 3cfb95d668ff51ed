package structure

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Waiting lists the files to read, the oldest first.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) ([]Dossier, error) {
	return s.list(ctx, actor, "dossiers à lire", `
		SELECT `+dossierColumns+dossierTables+`
		WHERE s.state = 'soumise' ORDER BY s.submitted_at, s.organisation_id LIMIT @limit`)
}

// Decided lists the other files, the last qualified first.
func (s *Service) Decided(ctx context.Context, actor identity.Actor) ([]Dossier, error) {
	return s.list(ctx, actor, "structures", `
		SELECT `+dossierColumns+dossierTables+`
		WHERE s.state <> 'soumise' ORDER BY s.qualified_at DESC NULLS LAST, o.name, s.organisation_id LIMIT @limit`)
}

func (s *Service) list(ctx context.Context, actor identity.Actor, reason, statement string) ([]Dossier, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	const most = 200
	var list []Dossier
	err := s.db.InPlatform(ctx, actor, reason, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Dossier](ctx, tx, statement, postgres.Args{"limit": most})
		return err
	})
	return list, fault.Wrap(err, "list structure files")
}

// Review is a file as the operator reads it.
type Review struct {
	Dossier
	PlaceList []Place
	Accounts  []Account
	Journal   []audit.Line
}

// Review reads a whole file, bank account included; ErrNoDossier.
func (s *Service) Review(ctx context.Context, actor identity.Actor, id uuid.UUID) (Review, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Review{}, err
	}
	var r Review
	err := s.db.InPlatform(ctx, actor, "lecture d’un dossier de structure", func(tx *postgres.Tx) (err error) {
		if r.Dossier, err = readDossier(ctx, tx, id); err != nil {
			return err
		}
		if r.PlaceList, err = placesOf(ctx, tx, id); err != nil {
			return err
		}
		if r.Accounts, err = accountsOf(ctx, tx, id); err != nil {
			return err
		}
		r.Journal, err = audit.Of(ctx, tx, id, 20)
		return err
	})
	return r, fault.Wrap(err, "review structure file")
}

// Qualify accepts the file that was sent at seen, shows its places and puts its
// bank account in force. It returns ErrMoved when the file changed meanwhile,
// ErrSameHand when the account was declared by actor.
func (s *Service) Qualify(ctx context.Context, actor identity.Actor, id uuid.UUID, seen time.Time) error {
	return s.decide(ctx, actor, id, "structure qualifiée", "", `
		UPDATE structures SET state = 'qualifiee', qualified_at = @now, decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state = 'soumise' AND submitted_at = @seen`, postgres.Args{"seen": seen})
}

// Reinstate ends a suspension; ErrMoved when there is none.
func (s *Service) Reinstate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.decide(ctx, actor, id, "structure rétablie", "", `
		UPDATE structures SET state = 'qualifiee', qualified_at = coalesce(qualified_at, @now), decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state = 'suspendue'`, postgres.Args{})
}

// Refuse sends the file back with a reason; the structure corrects it and sends
// it again. A suspended structure's file is reopened the same way. ErrMoved.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Field("motif", "Écrivez le motif\u00a0: la structure le recevra tel quel.")
	}
	return s.decide(ctx, actor, id, "dossier refusé", reason, `
		UPDATE structures SET state = 'refusee', decided_by = @account, reason = @reason
		WHERE organisation_id = @id AND state IN ('soumise', 'suspendue') AND @now::timestamptz IS NOT NULL`, postgres.Args{})
}

// Suspend stops a structure from accepting chèques and hides its places; what
// it accepted stays due. ErrMoved.
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
		before, err := readDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		args["id"], args["account"], args["now"], args["reason"] = id, actor.AccountID, tx.Now(), reason
		if _, qualifies := args["seen"]; qualifies && before.State == Submitted {
			if err := qualifyAccount(ctx, tx, actor, id); err != nil {
				return err
			}
		}
		n, err := postgres.Do(ctx, tx, statement, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrMoved
		}
		after, err := readDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := showPlaces(ctx, tx, id, after.State == Qualified); err != nil {
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

// showPlaces puts every complete place on the public map, or takes all away.
func showPlaces(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, shown bool) error {
	_, err := postgres.Do(ctx, tx, `
		UPDATE places SET published = @shown AND entries <> '{}', updated_at = @now WHERE structure_id = @id`,
		postgres.Args{"shown": shown, "now": tx.Now(), "id": structure})
	return fault.Wrap(err, "show places")
}
