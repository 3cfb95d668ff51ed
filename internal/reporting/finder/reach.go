package finder

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/postgres"
)

// Order names the order of a chèque that was presented. It is kept sealed:
// whoever holds it learns where its chèques are accepted.
type Order struct {
	CommanditaireID uuid.UUID `json:"c"`
	OrderID         uuid.UUID `json:"o"`
	Commanditaire   string    `json:"n"`
}

// Reach is where an order's chèques are accepted.
type Reach struct {
	perimeter  []string
	entries    []int16
	structures []uuid.UUID
}

// ErrNoOrder says that no order stands behind a code, or that it is over.
var ErrNoOrder = errors.New("no order")

// OrderOf finds the order of a chèque from its code, of which it keeps nothing.
// Whoever asks was counted before: codes are not guessed here.
func (s *Service) OrderOf(ctx context.Context, typed string) (Order, error) {
	c, err := code.Parse(typed)
	if err != nil {
		return Order{}, ErrNoOrder
	}
	var found Order
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[Order](ctx, tx, `SELECT commanditaire_id, order_id, commanditaire FROM cheque_public_status(@hashes)`, postgres.Args{"hashes": s.keys.Hashes(c)})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Order{}, ErrNoOrder
	}
	if err != nil {
		return Order{}, fmt.Errorf("find the order of a chèque: %w", err)
	}
	return found, nil
}

// Reach reads where the order's chèques are accepted today.
func (s *Service) Reach(ctx context.Context, o Order) (*Reach, error) {
	type row struct {
		Perimeter  []string
		Entries    []int16
		Structures []uuid.UUID
	}
	var found row
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[row](ctx, tx, `SELECT perimeter, entries, structures FROM order_reach(@commanditaire, @order)`,
			postgres.Args{"commanditaire": o.CommanditaireID, "order": o.OrderID})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return nil, ErrNoOrder
	}
	if err != nil {
		return nil, fmt.Errorf("read where chèques are accepted: %w", err)
	}
	return &Reach{found.Perimeter, found.Entries, found.Structures}, nil
}
