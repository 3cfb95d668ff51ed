package qualification

import (
	"context"
	"errors"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Submit sends the file to the operator. It refuses one that lacks something,
// and says what; structure.ErrClosed when it was sent already.
func (s *Service) Submit(ctx context.Context, actor identity.Actor) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := readFile(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if missing := d.Missing(); d.State.Open() && len(missing) > 0 {
			return fault.New(fault.KindConflict, "Il manque encore\u00a0: "+french.List(missing)+".")
		}
		err = own(postgres.Must(ctx, tx, `
			UPDATE structures SET state = 'soumise', submitted_at = @now
			WHERE organisation_id = @id AND state IN ('brouillon', 'corrections', 'refusee')`, postgres.Args{"now": tx.Now(), "id": d.OrganisationID}))
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, audit.Act{Name: "dossier envoyé", SubjectKind: "structure", SubjectID: d.OrganisationID}); err != nil {
			return err
		}
		if err := answerCorrections(ctx, tx, d.OrganisationID, ""); err != nil {
			return err
		}
		return s.tellSubmitted(ctx, tx, d.Dossier)
	})
	return fault.Wrap(err, "submit structure file")
}

// TakeBack makes a file that is being read a draft again, to correct it.
// structure.ErrClosed when it is not being read.
func (s *Service) TakeBack(ctx context.Context, actor identity.Actor) error {
	return s.change(ctx, actor, "dossier repris", `
		UPDATE structures SET state = 'brouillon' WHERE organisation_id = @id AND state = 'soumise'`, postgres.Args{}, nil)
}

// change runs one statement on the actor's own file and journals it.
func (s *Service) change(ctx context.Context, actor identity.Actor, act, statement string, args postgres.Args, detail map[string]any) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	args["id"] = actor.OrganisationID
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := own(postgres.Must(ctx, tx, statement, args)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: actor.OrganisationID, Detail: detail})
	})
	return fault.Wrap(err, "change structure file")
}

// own turns a file that could not be written into structure.ErrClosed.
func own(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return structure.ErrClosed
	}
	return err
}
