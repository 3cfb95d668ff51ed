package proof

import (
	"context"

	"passnum/internal/postgres"
)

// ExamineSince runs the checks of a partial proof after last, whatever
// PostgreSQL's counters say: planted faults that are rolled back move them too.
func ExamineSince(ctx context.Context, tx *postgres.Tx, last Proof) (Report, error) {
	checks, err := last.next(Proof{}).checks(ctx, tx)
	if err != nil {
		return nil, err
	}
	return runAll(ctx, tx, checks, false)
}
