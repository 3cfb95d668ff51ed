package reporting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Holdings is what an organisation has in the network, newest orders first;
// each list is cut at fifty.
type Holdings struct {
	Orders []HeldOrder
	Points []HeldAddress
	Places []HeldAddress
}

// HeldOrder is an order in a list.
type HeldOrder struct {
	ID      uuid.UUID
	Number  string
	Title   string
	State   string
	Carnets int
}

// HeldAddress is a point of distribution or a place in a list; Open is not
// closed, or shown to everyone.
type HeldAddress struct {
	Name string
	Town string
	Open bool
}

// Holdings reads what an organisation has; for the operator.
func (s *Service) Holdings(ctx context.Context, actor identity.Actor, organisation uuid.UUID) (Holdings, error) {
	var h Holdings
	err := s.asOperator(ctx, actor, "fiche d’une organisation", func(tx *postgres.Tx) (err error) {
		args := postgres.Args{"id": organisation}
		h.Orders, err = postgres.All[HeldOrder](ctx, tx, `
			SELECT id, coalesce(number, '') AS number, title, state, carnets FROM orders
			WHERE commanditaire_id = @id ORDER BY created_at DESC, id DESC LIMIT 50`, args)
		if err != nil {
			return err
		}
		h.Points, err = postgres.All[HeldAddress](ctx, tx, `
			SELECT name, town, closed_at IS NULL AS open FROM points WHERE aiguilleur_id = @id ORDER BY name, id LIMIT 50`, args)
		if err != nil {
			return err
		}
		h.Places, err = postgres.All[HeldAddress](ctx, tx, `
			SELECT name, town, published AS open FROM places WHERE structure_id = @id ORDER BY name, id LIMIT 50`, args)
		return err
	})
	if err != nil {
		return Holdings{}, fmt.Errorf("read holdings: %w", err)
	}
	return h, nil
}
