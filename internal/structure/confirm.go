package structure

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// How long a place is taken at its word.
const (
	// AskedAfter is how many months after its last confirmation a place is asked
	// whether it is still right.
	AskedAfter = 6
	// StaleAfter is how many months after it the public is warned.
	StaleAfter = 7
	// confirmLinkLife is how long the link of the mail works.
	confirmLinkLife = 60 * 24 * time.Hour
)

// Stale reports whether what is known of a place was confirmed too long ago for
// the public to rely on it.
func Stale(confirmed, now time.Time) bool { return confirmed.Before(now.AddDate(0, -StaleAfter, 0)) }

// Due reports whether the structure is asked to confirm the place.
func (p Place) Due(now time.Time) bool { return p.ConfirmedAt.Before(now.AddDate(0, -AskedAfter, 0)) }

// Confirm says that what is known of some of the actor's places is still right.
// Identifiers that are not theirs are ignored. It returns how many were confirmed.
func (s *Service) Confirm(ctx context.Context, actor identity.Actor, ids []uuid.UUID) (int, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return 0, err
	}
	var n int
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		n, err = confirm(ctx, tx, actor, actor.OrganisationID, ids)
		return err
	})
	return n, fault.Wrap(err, "confirm places")
}

func confirm(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure uuid.UUID, ids []uuid.UUID) (int, error) {
	done, err := postgres.Values[uuid.UUID](ctx, tx, `
		UPDATE places SET confirmed_at = @now, confirm_asked_at = NULL WHERE structure_id = @structure AND id = ANY (@ids) RETURNING id`,
		postgres.Args{"now": tx.Now(), "structure": structure, "ids": ids})
	if err != nil {
		return 0, err
	}
	for _, id := range done {
		if err := audit.Record(ctx, tx, actor, audit.Act{Name: "lieu confirmé", SubjectKind: "lieu", SubjectID: id, Parties: []uuid.UUID{structure}}); err != nil {
			return 0, err
		}
	}
	return len(done), nil
}

// PlacesToConfirm lists the published places of a structure, for whoever holds
// the link of its mail: what it shows is public already.
func (s *Service) PlacesToConfirm(ctx context.Context, structure uuid.UUID) ([]Place, error) {
	var list []Place
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Place](ctx, tx, `SELECT `+placeColumns+` FROM places p WHERE p.structure_id = @structure AND p.published ORDER BY p.confirmed_at, p.name, p.id`,
			postgres.Args{"structure": structure})
		return err
	})
	return list, fault.Wrap(err, "list places to confirm")
}

// ConfirmByLink does as Confirm for whoever holds the link of the mail; visitor
// is where they come from.
func (s *Service) ConfirmByLink(ctx context.Context, visitor identity.Actor, structure uuid.UUID, ids []uuid.UUID) (int, error) {
	var n int
	err := s.db.InPlatform(ctx, postgres.System{}, "lieux confirmés par le lien d’un courriel", func(tx *postgres.Tx) (err error) {
		n, err = confirm(ctx, tx, identity.Actor{Address: visitor.Address}, structure, ids)
		return err
	})
	return n, fault.Wrap(err, "confirm places by link")
}
