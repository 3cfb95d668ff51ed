package distribution

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Setting is where an orientation takes place: a point, and the carnet about to
// be given if there is one.
type Setting struct {
	Point Point
	// Serial is empty without a carnet ready to be given.
	Serial          string
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	// Covered is what the carnet's chèques pay for; nil for every entry.
	Covered []int
}

// Orient prepares an orientation at a point, for a carnet about to be given or
// for advice alone: a number that may not be given now is left out.
func (s *Service) Orient(ctx context.Context, actor identity.Actor, point Point, serial string) (Setting, error) {
	set := Setting{Point: point}
	if serial == "" {
		return set, actor.May(identity.HandOver)
	}
	card, err := s.Look(ctx, actor, uuid.Nil, serial)
	if err != nil || !card.Ready() {
		return set, err
	}
	set.Serial, set.CommanditaireID, set.OrderID = card.Serial, card.carnet.CommanditaireID, card.carnet.OrderID
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		entries, err := postgres.Value[[]int16](ctx, tx, `SELECT entries FROM counter_entries(@commanditaire, @order)`,
			postgres.Args{"commanditaire": set.CommanditaireID, "order": set.OrderID})
		if errors.Is(err, postgres.ErrNoRow) || entries == nil {
			return ignoreNoRow(err)
		}
		set.Covered = []int{}
		for _, e := range entries {
			set.Covered = append(set.Covered, int(e))
		}
		return nil
	})
	return set, fault.Wrap(err, "prepare orientation")
}

func ignoreNoRow(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return nil
	}
	return err
}

// PlacesGiving lists the nearest places that give some of the entries: those
// that accept the carnet's chèques, or without a carnet those of the network.
func (s *Service) PlacesGiving(ctx context.Context, actor identity.Actor, set Setting, entries []int) ([]NearPlace, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return nil, err
	}
	var places []NearPlace
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if set.Serial == "" {
			places, err = s.published(ctx, tx, set.Point, entries)
		} else {
			places, err = s.nearest(ctx, tx, set.CommanditaireID, set.OrderID, set.Point, entries)
		}
		return err
	})
	return places, fault.Wrap(err, "list places")
}
