package structure

import (
	"context"
	"errors"

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
		d, err = ReadDossier(ctx, tx, actor.OrganisationID)
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

// own turns a file that could not be written into ErrClosed.
func own(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrClosed
	}
	return err
}
