package document

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Read opens a structure's paper for the operator, who is journaled; ErrNone,
// ErrPurged.
func (s *Service) Read(ctx context.Context, actor identity.Actor, structure, id uuid.UUID) (File, []byte, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, nil, err
	}
	var sealed sealedFile
	err := s.db.InPlatform(ctx, actor, "lecture d’une pièce", func(tx *postgres.Tx) (err error) {
		if sealed, err = oneSealed(ctx, tx, structure, id); err != nil {
			return err
		}
		return record(ctx, tx, actor, "pièce lue", sealed.File)
	})
	if err != nil {
		return File{}, nil, fault.Wrap(err, "read paper")
	}
	return s.open(sealed)
}

// Find tells what a structure's paper is, without its content; ErrNone.
func (s *Service) Find(ctx context.Context, actor identity.Actor, structure, id uuid.UUID) (File, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, err
	}
	var f File
	err := s.db.InPlatform(ctx, actor, "pièce d’un dossier", func(tx *postgres.Tx) (err error) {
		f, err = one(ctx, tx, structure, id)
		return err
	})
	return f, fault.Wrap(err, "find paper")
}

// Accept says that a paper is right; ErrNone, ErrDecided.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, structure, id uuid.UUID) error {
	return s.decide(ctx, actor, structure, id, Accepted, "")
}

// Refuse says what is wrong with a paper: the structure reads it as it stands and
// sends another. ErrNone, ErrDecided.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	return s.decide(ctx, actor, structure, id, Refused, reason)
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, state State, reason string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := s.db.InPlatform(ctx, actor, "décision sur une pièce", func(tx *postgres.Tx) error {
		f, err := one(ctx, tx, structure, id)
		if err != nil {
			return err
		}
		if state == Refused && reason == "" {
			return fault.Field("motif", "Écrivez ce qui ne va pas\u00a0: la structure le lira tel quel.")
		}
		n, err := postgres.Do(ctx, tx, `
			UPDATE dossier_documents SET state = @state, reason = @reason, decided_at = @now, decided_by = @account, decided_by_name = @by
			WHERE structure_id = @structure AND id = @id AND state = 'recu'`,
			postgres.Args{"state": state, "reason": reason, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name, "structure": structure, "id": id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrDecided
		}
		return record(ctx, tx, actor, map[State]string{Accepted: "pièce vérifiée", Refused: "pièce refusée"}[state], f)
	})
	return fault.Wrap(err, "decide on paper")
}
