package structure

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const placeColumns = `p.id, p.structure_id, p.name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee, p.ancestors,
	p.latitude, p.longitude, p.phone, p.email, p.website, p.opening_hours, p.presentation, p.access, p.transport, p.entries, p.modes,
	p.nothing_to_pay, p.summary, p.audiences, p.special_cares, p.languages, p.accessibility, p.accessibility_url, p.appointment_url,
	p.access_ways, p.programmes, p.labels, p.families, p.positioned, p.itinerant, p.national_id, p.own_fields, p.published, p.updated_at,
	p.confirmed_at, p.confirm_asked_at,
	CASE WHEN p.itinerant THEN (SELECT count(*) FROM place_stops s WHERE s.structure_id = p.structure_id AND s.place_id = p.id) ELSE 0 END::int AS stops`

// Places lists the places of the actor's own structure, by name.
func (s *Service) Places(ctx context.Context, actor identity.Actor) ([]Place, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Place
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = PlacesOf(ctx, tx, actor.OrganisationID)
		return err
	})
	return list, fault.Wrap(err, "list places")
}

// PlacesOf lists the places of a structure by name, in the caller's transaction.
func PlacesOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]Place, error) {
	return postgres.All[Place](ctx, tx, `SELECT `+placeColumns+` FROM places p WHERE p.structure_id = @structure ORDER BY p.name, p.id`,
		postgres.Args{"structure": structure})
}

// Place finds one of the structure's own places; ErrNoPlace.
func (s *Service) Place(ctx context.Context, actor identity.Actor, id uuid.UUID) (Place, error) {
	if err := mayRead(actor); err != nil {
		return Place{}, err
	}
	var p Place
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = ownPlace(ctx, tx, actor.OrganisationID, id)
		return err
	})
	return p, fault.Wrap(err, "read place")
}

func ownPlace(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (Place, error) {
	return onePlace(ctx, tx, structure, id, "")
}

func onePlace(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID, lock string) (Place, error) {
	p, err := postgres.One[Place](ctx, tx, `SELECT `+placeColumns+` FROM places p WHERE p.structure_id = @structure AND p.id = @id`+lock,
		postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrNoPlace
	}
	return p, err
}

// Publish shows a place to everyone, or hides it. It returns ErrNotQualified
// or ErrNoEntry when it may not be shown yet, and ErrNoPlace.
func (s *Service) Publish(ctx context.Context, actor identity.Actor, id uuid.UUID, shown bool) error {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		state, err := HoldState(ctx, tx, actor.OrganisationID)
		if err != nil && !errors.Is(err, ErrNoDossier) {
			return err
		}
		p, err := ownPlace(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		if shown && state != Qualified {
			return ErrNotQualified
		}
		if shown && len(p.Entries) == 0 {
			return ErrNoEntry
		}
		err = postgres.Must(ctx, tx, `UPDATE places SET published = @shown, hidden = NOT @shown, updated_at = @now WHERE structure_id = @structure AND id = @id`,
			postgres.Args{"shown": shown, "now": tx.Now(), "structure": actor.OrganisationID, "id": id})
		if err != nil {
			return err
		}
		act := map[bool]string{true: "lieu affiché", false: "lieu masqué"}[shown]
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "lieu", SubjectID: id})
	})
	return fault.Wrap(err, "publish place")
}
