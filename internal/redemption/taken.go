package redemption

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// TakenAt counts, by carnet, the chèques that a structure took at one of its
// places for services given between two moments, in the caller's transaction
// (the structure's scope). Undone ones do not count.
func TakenAt(ctx context.Context, tx *postgres.Tx, structure, place uuid.UUID, from, to time.Time) (map[string]int, error) {
	type line struct {
		Serial  string
		Cheques int
	}
	lines, err := postgres.All[line](ctx, tx, `
		SELECT r.serial, count(*)::int AS cheques
		FROM seances s JOIN redemptions r ON r.commanditaire_id = s.commanditaire_id AND r.seance_id = s.id AND r.undone_at IS NULL
		WHERE s.structure_id = @structure AND s.place_id = @place AND s.at >= @from AND s.given_at >= @from AND s.given_at < @to
		GROUP BY r.serial`,
		postgres.Args{"structure": structure, "place": place, "from": from, "to": to})
	taken := map[string]int{}
	for _, l := range lines {
		taken[l.Serial] = l.Cheques
	}
	return taken, fault.Wrap(err, "count chèques taken")
}
