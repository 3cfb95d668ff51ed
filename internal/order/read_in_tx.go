package order

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// Read is one order with all its parts, as far as the caller's transaction sees
// it; ErrNotFound otherwise. It is for packages that bill or close orders.
func Read(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Order, error) {
	return find(ctx, tx, id)
}
