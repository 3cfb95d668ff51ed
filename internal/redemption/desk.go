package redemption

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Desk is what the scanner offers before anything is scanned: the structure's
// places, the one chosen, and the services given there most often.
type Desk struct {
	Places     []Place
	Place      uuid.UUID // uuid.Nil when one of several has to be chosen
	Favourites []int
}

// Place is one of the structure's places.
type Place struct {
	ID      uuid.UUID
	Name    string
	Town    string
	Entries []int16
}

const favourites = 6

// Desk prepares the scanner at a place; without a place, or with one that is
// not the structure's, at the one used last by the structure. It answers
// identity.ErrForbidden.
func (s *Service) Desk(ctx context.Context, actor identity.Actor, place uuid.UUID) (Desk, error) {
	if err := actor.May(identity.Check); err != nil {
		return Desk{}, err
	}
	var desk Desk
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		desk.Places, err = postgres.All[Place](ctx, tx, `
			SELECT id, name, town, entries FROM places
			WHERE structure_id = @structure AND (@only::uuid IS NULL OR id = @only) ORDER BY name, id`,
			postgres.Args{"structure": actor.OrganisationID, "only": onlyPlace(actor)})
		if err != nil {
			return fmt.Errorf("read places: %w", err)
		}
		if desk.Place, err = desk.choose(ctx, tx, actor.OrganisationID, place); err != nil {
			return err
		}
		desk.Favourites, err = desk.habits(ctx, tx, actor.OrganisationID)
		return err
	})
	if err != nil {
		return Desk{}, fmt.Errorf("prepare scanner: %w", err)
	}
	return desk, nil
}

// onlyPlace is where a device or a token may act; nil for everywhere.
func onlyPlace(actor identity.Actor) *uuid.UUID {
	if actor.PlaceID == uuid.Nil {
		return nil
	}
	return &actor.PlaceID
}

func (d Desk) choose(ctx context.Context, tx *postgres.Tx, structure, asked uuid.UUID) (uuid.UUID, error) {
	switch {
	case d.has(asked):
		return asked, nil
	case len(d.Places) == 1:
		return d.Places[0].ID, nil
	case len(d.Places) == 0:
		return uuid.Nil, nil
	}
	last, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT place_id FROM seances WHERE structure_id = @structure ORDER BY at DESC LIMIT 1`,
		postgres.Args{"structure": structure})
	if err != nil {
		return uuid.Nil, fmt.Errorf("read last place: %w", err)
	}
	if len(last) == 1 && d.has(last[0]) {
		return last[0], nil
	}
	return d.Places[0].ID, nil
}

func (d Desk) has(place uuid.UUID) bool {
	return slices.ContainsFunc(d.Places, func(p Place) bool { return p.ID == place })
}

// habits are the entries of the last séances of the place, then those it
// announces.
func (d Desk) habits(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]int, error) {
	given, err := postgres.Values[int](ctx, tx, `
		SELECT e::int FROM (
			SELECT entries FROM seances WHERE structure_id = @structure AND place_id = @place ORDER BY at DESC LIMIT 300
		) s, unnest(s.entries) e GROUP BY e ORDER BY count(*) DESC, e LIMIT @size`,
		postgres.Args{"structure": structure, "place": d.Place, "size": favourites})
	if err != nil {
		return nil, fmt.Errorf("read favourite entries: %w", err)
	}
	for _, p := range d.Places {
		for _, e := range p.Entries {
			if p.ID == d.Place && len(given) < favourites && !slices.Contains(given, int(e)) {
				given = append(given, int(e))
			}
		}
	}
	return given, nil
}
