package qualification

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Waiting lists the files to read, the oldest first.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) ([]structure.Dossier, error) {
	return s.list(ctx, actor, "dossiers à lire", `
		`+structure.DossierSelect+`
		WHERE s.state = 'soumise' ORDER BY s.submitted_at, s.organisation_id LIMIT @limit`)
}

// Decided lists the other files, the last qualified first.
func (s *Service) Decided(ctx context.Context, actor identity.Actor) ([]structure.Dossier, error) {
	return s.list(ctx, actor, "structures", `
		`+structure.DossierSelect+`
		WHERE s.state <> 'soumise' ORDER BY s.qualified_at DESC NULLS LAST, o.name, s.organisation_id LIMIT @limit`)
}

func (s *Service) list(ctx context.Context, actor identity.Actor, reason, statement string) ([]structure.Dossier, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	const most = 200
	var list []structure.Dossier
	err := s.db.InPlatform(ctx, actor, reason, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[structure.Dossier](ctx, tx, statement, postgres.Args{"limit": most})
		return err
	})
	return list, fault.Wrap(err, "list structure files")
}

// Review is a file as the operator reads it.
type Review struct {
	structure.Dossier
	PlaceList []structure.Place
	Accounts  []structure.Account
	Journal   []audit.Line
}

// Review reads a whole file, bank account included; ErrNoDossier.
func (s *Service) Review(ctx context.Context, actor identity.Actor, id uuid.UUID) (Review, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Review{}, err
	}
	var r Review
	err := s.db.InPlatform(ctx, actor, "lecture d’un dossier de structure", func(tx *postgres.Tx) (err error) {
		if r.Dossier, err = structure.ReadDossier(ctx, tx, id); err != nil {
			return err
		}
		if r.PlaceList, err = structure.PlacesOf(ctx, tx, id); err != nil {
			return err
		}
		if r.Accounts, err = structure.AccountsOf(ctx, tx, id); err != nil {
			return err
		}
		r.Journal, err = audit.Of(ctx, tx, id, 20)
		return err
	})
	return r, fault.Wrap(err, "review structure file")
}
