package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

type positionRow struct {
	WaitingCheques, MonthCheques, ComingCheques, PaidCheques, BackCheques int
	WaitingCents, MonthCents, ComingCents, PaidCents, BackCents           int64
	AdjustCents                                                           int64
	PaidOn                                                                *time.Time
}

// The chèques of a line that pays again are those of the first of its chain; a
// line that came back counts until another one pays it again.
const positionSQL = `
	WITH l AS (
		SELECT CASE WHEN state IN ('rejetee', 'retournee') THEN 'back' WHEN state = 'executee' THEN 'paid' ELSE 'coming' END AS at,
			l.amount_cents, l.executed_on, coalesce((SELECT f.cheques FROM settlement_lines f WHERE f.id = l.root_line_id), l.cheques) AS cheques
		FROM settlement_lines l
		WHERE l.structure_id = @structure AND NOT (l.state IN ('rejetee', 'retournee') AND EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = l.id))),
	w AS (SELECT r.amount_cents, r.day FROM redemptions r WHERE r.structure_id = @structure AND r.undone_at IS NULL AND r.settlement_line_id IS NULL)
	SELECT waiting.*, lines.*, (SELECT coalesce(sum(amount_cents), 0)::bigint FROM incidents
		WHERE structure_id = @structure AND state = 'valide' AND settlement_line_id IS NULL) AS adjust_cents
	FROM (SELECT count(*)::int AS waiting_cheques, coalesce(sum(amount_cents), 0)::bigint AS waiting_cents,
			count(*) FILTER (WHERE day >= @month)::int AS month_cheques, coalesce(sum(amount_cents) FILTER (WHERE day >= @month), 0)::bigint AS month_cents FROM w) AS waiting,
		(SELECT coalesce(sum(cheques) FILTER (WHERE at = 'coming'), 0)::int AS coming_cheques, coalesce(sum(amount_cents) FILTER (WHERE at = 'coming'), 0)::bigint AS coming_cents,
			coalesce(sum(cheques) FILTER (WHERE at = 'paid'), 0)::int AS paid_cheques, coalesce(sum(amount_cents) FILTER (WHERE at = 'paid'), 0)::bigint AS paid_cents,
			coalesce(sum(cheques) FILTER (WHERE at = 'back'), 0)::int AS back_cheques, coalesce(sum(amount_cents) FILTER (WHERE at = 'back'), 0)::bigint AS back_cents,
			max(executed_on) FILTER (WHERE at = 'paid') AS paid_on FROM l) AS lines`

// position sums up a structure, in its own scope or the operator's.
func position(ctx context.Context, tx *postgres.Tx, actor identity.Actor) (Position, error) {
	structure, today := actor.OrganisationID, tx.Today()
	row, err := postgres.One[positionRow](ctx, tx, positionSQL, postgres.Args{"structure": structure, "month": today.AddDate(0, 0, 1-today.Day())})
	if err != nil {
		return Position{}, fmt.Errorf("sum position: %w", err)
	}
	p := Position{
		Waiting: total(row.WaitingCheques, row.WaitingCents), ThisMonth: total(row.MonthCheques, row.MonthCents),
		Coming: total(row.ComingCheques, row.ComingCents), Paid: total(row.PaidCheques, row.PaidCents), CameBack: total(row.BackCheques, row.BackCents),
		AdjustCents: money.Cents(row.AdjustCents), PaidOn: row.PaidOn,
	}
	if p.Hold, err = holdOf(ctx, tx, structure); err != nil {
		return Position{}, err
	}
	if p.Rhythm, err = rhythmOf(ctx, tx, actor); err != nil {
		return Position{}, err
	}
	rules, err := rulesInForce(ctx, tx)
	p.Cutoff = nextCutoff(rules, p.Rhythm, today)
	return p, err
}

// holdOf says why nothing would be sent to a structure, empty when all is well.
func holdOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (string, error) {
	returned, err := postgres.All[Line](ctx, tx, selectLine+`
		WHERE structure_id = @structure AND state IN ('rejetee', 'retournee')
			AND NOT EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = settlement_lines.id)
			AND NOT EXISTS (SELECT 1 FROM settlement_returns r WHERE r.settlement_line_id = settlement_lines.id AND r.represented_at IS NOT NULL)`, postgres.Args{"structure": structure})
	if err != nil {
		return "", fmt.Errorf("read returned lines: %w", err)
	}
	known, err := factsOf(ctx, tx, []uuid.UUID{structure}, uuid.Nil)
	if err != nil || len(known) == 0 {
		return "", err
	}
	_, hold := known[0].blocked(returned)
	return hold, nil
}

func total(cheques int, cents int64) Total {
	return Total{Cheques: cheques, AmountCents: money.Cents(cents)}
}
