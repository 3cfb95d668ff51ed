package structure

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// ShowPlaces puts every complete place of a structure on the public map, but
// those that it chose to hide, or takes all away, in the caller's transaction.
func ShowPlaces(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, shown bool) error {
	_, err := postgres.Do(ctx, tx, `
		UPDATE places SET published = @shown AND entries <> '{}' AND NOT hidden, updated_at = @now WHERE structure_id = @id`,
		postgres.Args{"shown": shown, "now": tx.Now(), "id": structure})
	return fault.Wrap(err, "show places")
}
