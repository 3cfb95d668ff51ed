package qualification

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
)

// Review is a file as the operator reads it, with everything said about it.
type Review struct {
	File
	Corrections []Correction
	Thread      Thread
	Decisions   []PastDecision
	Documents   []document.File
	PlaceList   []structure.Place
	Accounts    []structure.Account
	Journal     []audit.Line
	Term        Renewal
}

// PastDecision is one decision of a file's history.
type PastDecision struct {
	Decision   Decision
	Reasons    []string
	Sentence   string
	ValidUntil *time.Time
	At         time.Time
	ByName     string
}

// Review reads a whole file, bank account included; structure.ErrNoDossier.
func (s *Service) Review(ctx context.Context, actor identity.Actor, id uuid.UUID) (Review, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Review{}, err
	}
	var r Review
	err := s.db.InPlatform(ctx, actor, "lecture d’un dossier de structure", func(tx *postgres.Tx) (err error) {
		if r.File, err = readFile(ctx, tx, id); err != nil {
			return err
		}
		if r.Thread, err = threadOf(ctx, tx, id, FromOperator, uuid.Nil); err != nil {
			return err
		}
		return r.readRest(ctx, tx, id)
	})
	return r, fault.Wrap(err, "review structure file")
}

func (r *Review) readRest(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (err error) {
	if r.Corrections, err = correctionsOf(ctx, tx, id); err != nil {
		return err
	}
	if r.Documents, err = document.Of(ctx, tx, id); err != nil {
		return err
	}
	if r.PlaceList, err = structure.PlacesOf(ctx, tx, id); err != nil {
		return err
	}
	if r.Accounts, err = structure.AccountsOf(ctx, tx, id); err != nil {
		return err
	}
	if r.Term, err = renewalOf(ctx, tx, id); err != nil {
		return err
	}
	if r.Decisions, err = decisionsOf(ctx, tx, id); err != nil {
		return err
	}
	r.Journal, err = audit.Of(ctx, tx, id, 20)
	return err
}

func decisionsOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]PastDecision, error) {
	list, err := postgres.All[PastDecision](ctx, tx, `
		SELECT decision, reasons, sentence, valid_until, at, by_name FROM qualification_decisions
		WHERE structure_id = @id ORDER BY id DESC LIMIT 50`, postgres.Args{"id": id})
	return list, fault.Wrap(err, "read decisions")
}
