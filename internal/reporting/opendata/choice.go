package opendata

import (
	"context"
	"errors"
	"fmt"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Choice is what a structure agrees to publish of its places.
type Choice struct{ Listed, Phone, Email, Website bool }

// Unsaid is what is published of a structure that said nothing: its places are
// public, the ways to reach them are not reused.
var Unsaid = Choice{Listed: true, Website: true}

// Choice reads what the actor's structure agreed to.
func (s *Service) Choice(ctx context.Context, actor identity.Actor) (c Choice, err error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return c, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		c, err = postgres.One[Choice](ctx, tx, `SELECT listed, phone, email, website FROM open_data_choices WHERE structure_id = @id`, postgres.Args{"id": actor.OrganisationID})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Unsaid, nil
	}
	if err != nil {
		return c, fmt.Errorf("read open data choice: %w", err)
	}
	return c, nil
}

// Choose records what the actor's structure agrees to publish, from the next
// file on.
func (s *Service) Choose(ctx context.Context, actor identity.Actor, c Choice) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		err := postgres.Must(ctx, tx, `
			INSERT INTO open_data_choices (structure_id, listed, phone, email, website, chosen_at, chosen_by) VALUES (@id, @listed, @phone, @email, @website, @now, @account)
			ON CONFLICT (structure_id) DO UPDATE SET listed = excluded.listed, phone = excluded.phone, email = excluded.email, website = excluded.website,
				chosen_at = excluded.chosen_at, chosen_by = excluded.chosen_by`,
			postgres.Args{"id": actor.OrganisationID, "listed": c.Listed, "phone": c.Phone, "email": c.Email, "website": c.Website, "now": tx.Now(), "account": actor.AccountID})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "choix de données ouvertes", SubjectKind: "structure", SubjectID: actor.OrganisationID,
			Detail: map[string]any{"lieux": c.Listed, "téléphone": c.Phone, "courriel": c.Email, "site": c.Website}})
	})
	if err != nil {
		return fmt.Errorf("choose open data: %w", err)
	}
	return nil
}
