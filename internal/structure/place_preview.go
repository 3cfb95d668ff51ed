package structure

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/identity"
)

// PreviewPlace is a place of the actor's as it would be with what is being
// typed, mistakes left out; uuid.Nil is a place that does not exist yet. Nothing
// is kept. ErrNoPlace.
func (s *Service) PreviewPlace(ctx context.Context, actor identity.Actor, id uuid.UUID, form PlaceForm) (Place, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return Place{}, err
	}
	before := Place{Welcome: Welcome{Languages: []string{frenchLanguage}}, ConfirmedAt: s.Clock()}
	if id != uuid.Nil {
		var err error
		if before, err = s.Place(ctx, actor, id); err != nil {
			return Place{}, err
		}
	}
	typed, _ := form.read(s.territory)
	if typed.Latitude == nil {
		typed.Latitude, typed.Longitude, typed.Positioned = before.Latitude, before.Longitude, before.Positioned
	}
	before.take(typed)
	return before, nil
}
