package carnet

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

const moveOutdated = "peremption"

// Gone is what Expire took out of use.
type Gone struct {
	Cheques int
	Cents   money.Cents
}

// Expire outdates the chèques of an order whose last accepted day is before
// today; last stands for those that were never handed over. A carnet with nothing
// else left is outdated too, where it is. The caller holds the order's row, and
// moves the value in the ledger.
func Expire(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, last time.Time) (Gone, error) {
	gone, err := postgres.One[Gone](ctx, tx, `
		WITH late AS (
			SELECT c.id FROM carnets k JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND c.state IN ('inactif', 'actif')
				AND coalesce(c.accepted_until, k.accepted_until, @last) < @today
			ORDER BY c.commanditaire_id, c.id FOR NO KEY UPDATE OF c
		), gone AS (
			UPDATE cheques c SET state = 'perime' FROM late WHERE c.commanditaire_id = @commanditaire AND c.id = late.id RETURNING c.face_value_cents
		)
		SELECT count(*)::int AS cheques, coalesce(sum(face_value_cents), 0)::bigint AS cents FROM gone`,
		postgres.Args{"commanditaire": commanditaire, "order": order, "last": last, "today": tx.Today()})
	if err != nil {
		return Gone{}, fmt.Errorf("expire chèques: %w", err)
	}
	return gone, expireCarnets(ctx, tx, commanditaire, order)
}

// expireCarnets leaves alone a carnet that was never sent: it is nowhere else.
func expireCarnets(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) error {
	numbers, err := postgres.Values[int](ctx, tx, `
		WITH empty AS (
			UPDATE carnets k SET state = 'perime'
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.state IN ('emis', 'stock', 'remis', 'retourne')
				AND NOT (k.state = 'emis' AND k.point_id IS NOT NULL AND k.transfer_id IS NULL AND k.case_id IS NULL AND NOT k.reserve)
				AND EXISTS (SELECT 1 FROM cheques c WHERE c.commanditaire_id = @commanditaire AND c.carnet_id = k.id AND c.state = 'perime')
				AND NOT EXISTS (SELECT 1 FROM cheques c WHERE c.commanditaire_id = @commanditaire AND c.carnet_id = k.id AND c.state IN ('inactif', 'actif'))
			RETURNING k.number
		)
		SELECT number FROM empty ORDER BY number`, postgres.Args{"commanditaire": commanditaire, "order": order})
	if err != nil {
		return fmt.Errorf("expire carnets: %w", err)
	}
	return moveRuns(ctx, tx, moveOutdated, Range{CommanditaireID: commanditaire, OrderID: order}, numbers, By{Name: "Passnum"}, "fin de validité")
}

// Credit marks what an order's avoir gives back: outdated chèques, and those that
// oppositions stopped. It answers how many.
func Credit(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) (int, error) {
	n, err := postgres.Do(ctx, tx, `
		UPDATE cheques c SET state = 'credite' FROM carnets k
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
			AND c.state IN ('perime', 'bloque')`, postgres.Args{"commanditaire": commanditaire, "order": order})
	if err != nil {
		return 0, fmt.Errorf("credit chèques: %w", err)
	}
	return int(n), nil
}

// Prolong gives the carnets of an order that are already in people's hands the
// dates of a later validity, one day of hand-over after the other; none is
// shortened. A chèque that was used gains them too: it may be undone today. The
// caller holds the order's row.
func Prolong(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, v Validity) error {
	args := postgres.Args{"commanditaire": commanditaire, "order": order}
	days, err := postgres.Values[time.Time](ctx, tx, `
		SELECT DISTINCT (handed_over_at AT TIME ZONE 'Europe/Paris')::date FROM carnets
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND handed_over_at IS NOT NULL ORDER BY 1`, args)
	if err != nil {
		return fmt.Errorf("list days of hand-over: %w", err)
	}
	for _, day := range days {
		usable := v.UsableUntil(day)
		_, err := postgres.Do(ctx, tx, `
			WITH longer AS (
				UPDATE carnets k SET usable_until = @usable, accepted_until = @accepted
				WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND (k.handed_over_at AT TIME ZONE 'Europe/Paris')::date = @day
					AND k.usable_until < @usable RETURNING k.id
			)
			UPDATE cheques c SET accepted_until = @accepted FROM longer
			WHERE c.commanditaire_id = @commanditaire AND c.carnet_id = longer.id AND c.accepted_until IS NOT NULL AND c.state IN ('actif', 'bloque', 'utilise')`,
			postgres.Args{"commanditaire": commanditaire, "order": order, "day": day, "usable": usable, "accepted": Tolerated(usable)})
		if err != nil {
			return fmt.Errorf("prolong carnets: %w", err)
		}
	}
	return nil
}
