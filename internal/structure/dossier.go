package structure

import (
	"context"
	"errors"
	"strings"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Dossier reads the file of the actor's own structure; ErrNoDossier when the
// organisation was not accepted as a structure.
func (s *Service) Dossier(ctx context.Context, actor identity.Actor) (Dossier, error) {
	if err := mayRead(actor); err != nil {
		return Dossier{}, err
	}
	var d Dossier
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		d, err = readDossier(ctx, tx, actor.OrganisationID)
		return err
	})
	if err == nil && !actor.Can(identity.StructureWrite) {
		// Whoever only keeps places has no use for the account number.
		d.IBAN = identifier.IBAN(d.IBAN).Masked()
	}
	return d, fault.Wrap(err, "read own structure file")
}

// mayRead lets in whoever manages the structure, its places or its payments.
func mayRead(actor identity.Actor) error {
	if actor.Can(identity.PlaceWrite) || actor.Can(identity.PaymentRead) {
		return nil
	}
	return actor.May(identity.StructureWrite)
}

// SavePresentation changes what the structure says of itself. ErrClosed.
func (s *Service) SavePresentation(ctx context.Context, actor identity.Actor, text string) error {
	text = strings.TrimSpace(text)
	var c fault.Collector
	c.Check(text != "", "presentation", "Présentez votre structure en quelques phrases\u00a0: qui accompagne, et qui vous accueillez.")
	c.Check(len([]rune(text)) <= 2000, "presentation", "Raccourcissez ce texte\u00a0: 2\u202f000 caractères au plus.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, "présentation de la structure", `
		UPDATE structures SET presentation = @text, state = 'brouillon'
		WHERE organisation_id = @id AND state IN ('brouillon', 'refusee')`, postgres.Args{"text": text}, nil)
}

// AcceptCharter accepts the text in force; version is the one that was read.
// ErrClosed.
func (s *Service) AcceptCharter(ctx context.Context, actor identity.Actor, version string, accepted bool) error {
	if !accepted {
		return fault.Field("accepte", "Cochez la case pour accepter la charte.")
	}
	if version != CurrentCharter.Version {
		return fault.Field("accepte", "Le texte de la charte vient de changer\u00a0: relisez-le, puis acceptez-le.")
	}
	return s.change(ctx, actor, "charte acceptée", `
		UPDATE structures SET charter_accepted_at = @now, charter_version = @version, state = 'brouillon'
		WHERE organisation_id = @id AND state IN ('brouillon', 'refusee')`,
		postgres.Args{"now": s.db.Now(), "version": version}, map[string]any{"version": version})
}

// Submit sends the file to the operator. It refuses one that lacks something,
// and says what; ErrClosed when it was sent already.
func (s *Service) Submit(ctx context.Context, actor identity.Actor) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := readDossier(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if missing := d.Missing(); len(missing) > 0 {
			return fault.New(fault.KindConflict, "Il manque encore\u00a0: "+strings.Join(missing, ", ")+".")
		}
		err = own(postgres.Must(ctx, tx, `
			UPDATE structures SET state = 'soumise', submitted_at = @now
			WHERE organisation_id = @id AND state IN ('brouillon', 'refusee')`, postgres.Args{"now": tx.Now(), "id": d.OrganisationID}))
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, audit.Act{Name: "dossier envoyé", SubjectKind: "structure", SubjectID: d.OrganisationID}); err != nil {
			return err
		}
		return s.tellSubmitted(ctx, tx, d)
	})
	return fault.Wrap(err, "submit structure file")
}

// TakeBack makes a file that is being read a draft again, to correct it.
// ErrClosed when it is not being read.
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

// own turns a file that could not be written into ErrClosed.
func own(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrClosed
	}
	return err
}
