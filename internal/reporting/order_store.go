package reporting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// readLines finds one order, or all in scope. Drafts have no figures.
func readLines(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) ([]Line, error) {
	lines, err := postgres.All[Line](ctx, tx, `
		SELECT o.commanditaire_id, o.id, g.name AS commanditaire, o.number, o.title, o.state, o.carnets AS ordered,
			o.cheques_per_carnet AS per_carnet, o.face_value_cents AS face_value, o.validity, o.valid_until,
			u.through, coalesce(u.started, 0) AS started, u.median_days,
			coalesce(u.expired_cheques, 0)::bigint AS expired_cheques, coalesce(u.blocked_cheques, 0)::bigint AS blocked_cheques
		FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
		LEFT JOIN usage_orders u ON u.commanditaire_id = o.commanditaire_id AND u.order_id = o.id
		WHERE (@commanditaire::uuid IS NULL OR o.commanditaire_id = @commanditaire)
			AND (@order::uuid IS NULL OR o.id = @order)
			AND (@order::uuid IS NOT NULL OR o.state NOT IN ('brouillon', 'annulee'))
		ORDER BY o.id DESC`,
		postgres.Args{"commanditaire": orNil(commanditaire), "order": orNil(order)})
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return lines, nil
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// The carnets of the selected orders by state and point: as the operator, from
// the table; as a party, through the function that checks the reader once.
const (
	carnetsAsOperator = `
		SELECT order_id, state, point_id, count(*)::int AS carnets, count(handed_over_at)::int AS handed,
			(count(*) FILTER (WHERE handed_over_at >= @week))::int AS this_week, max(handed_over_at) AS last
		FROM carnets WHERE commanditaire_id = ANY (@commanditaires) AND order_id = ANY (@orders)
		GROUP BY order_id, state, point_id`
	carnetsAsParty = `
		SELECT o.id AS order_id, c.state, c.point_id, c.carnets, c.handed, c.recent AS this_week, c.last
		FROM orders o CROSS JOIN LATERAL carnet_counts(o.commanditaire_id, o.id, @week) AS c
		WHERE o.commanditaire_id = ANY (@commanditaires) AND o.id = ANY (@orders)`
)

func readCarnetGroups(ctx context.Context, tx *postgres.Tx, actor identity.Actor, sel postgres.Args) ([]carnetGroup, error) {
	sql := carnetsAsParty
	if actor.OrganisationID == uuid.Nil {
		sql = carnetsAsOperator
	}
	groups, err := postgres.All[carnetGroup](ctx, tx, sql,
		postgres.Args{"commanditaires": sel["commanditaires"], "orders": sel["orders"], "week": tx.Now().AddDate(0, 0, -7)})
	if err != nil {
		return nil, fmt.Errorf("count carnets: %w", err)
	}
	return groups, nil
}

// namePoints names what the scope may read; a co-funder knows the organisation
// that holds the carnets, not its counters.
func namePoints(ctx context.Context, tx *postgres.Tx, points []PointUse) error {
	ids := make([]uuid.UUID, len(points))
	for i, p := range points {
		ids[i] = p.PointID
	}
	type named struct {
		ID               uuid.UUID
		Name, Aiguilleur string
	}
	names, err := postgres.All[named](ctx, tx, `
		SELECT p.id, p.name, g.name AS aiguilleur FROM points p JOIN organisations g ON g.id = p.aiguilleur_id WHERE p.id = ANY (@ids)`,
		postgres.Args{"ids": ids})
	if err != nil {
		return fmt.Errorf("name points: %w", err)
	}
	byID := map[uuid.UUID]named{}
	for _, n := range names {
		byID[n.ID] = n
	}
	for i := range points {
		n := byID[points[i].PointID]
		points[i].Name, points[i].Aiguilleur = n.Name, n.Aiguilleur
		if points[i].Name == "" {
			points[i].Name = fmt.Sprintf("Point %d", i+1)
		}
	}
	return nil
}

// usedSQL is the usage of the selected orders by month, commune and entry: the
// closed months, then, for the orders whose open days may be read, the days that
// the roll-up has not closed yet.
//
// @floor repeats what @throughs say of each order, as a constant that the
// planner can compare with its statistics: without it, it reads the whole table.
const usedSQL = `
	fresh AS (
		SELECT r.order_id, date_trunc('month', r.day)::date AS month, s.insee, s.id, s.entries, s.first_visit,
			count(*) AS cheques, sum(r.amount_cents)::bigint AS amount_cents
		FROM unnest(@live::uuid[], @throughs::date[]) AS open (id, through)
		JOIN redemptions r ON r.order_id = open.id AND r.day > open.through AND r.undone_at IS NULL
			AND r.commanditaire_id = ANY (@commanditaires) AND r.order_id = ANY (@live) AND r.day > @floor
		JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
		GROUP BY r.order_id, month, s.insee, s.id, s.entries, s.first_visit
	), used AS (
		SELECT order_id, month, insee, entry, cheques, seances, amount_cents, first_visits, answers FROM usage_months
		WHERE commanditaire_id = ANY (@commanditaires) AND order_id = ANY (@orders)
		UNION ALL
		SELECT order_id, month, insee, e.entry, cheques, 1, amount_cents, (first_visit IS TRUE)::int, (first_visit IS NOT NULL)::int
		FROM fresh CROSS JOIN LATERAL (SELECT 0::smallint AS entry UNION SELECT unnest(entries)) AS e
	)`

const usageSums = `sum(cheques)::bigint AS cheques, sum(seances)::bigint AS seances, sum(amount_cents)::bigint AS amount_cents,
	sum(first_visits)::bigint AS first_visits, sum(answers)::bigint AS answers`

func readUsageRows(ctx context.Context, tx *postgres.Tx, sel postgres.Args) ([]usageRow, error) {
	rows, err := postgres.All[usageRow](ctx, tx, `
		WITH `+usedSQL+`
		SELECT 'month' AS dimension, month::text AS key, `+usageSums+` FROM used WHERE entry = 0 GROUP BY month
		UNION ALL SELECT 'commune', insee, `+usageSums+` FROM used WHERE entry = 0 GROUP BY insee
		UNION ALL SELECT 'order', order_id::text, `+usageSums+` FROM used WHERE entry = 0 GROUP BY order_id
		UNION ALL SELECT 'entry', entry::text, `+usageSums+` FROM used WHERE entry > 0 GROUP BY entry`, sel)
	if err != nil {
		return nil, fmt.Errorf("read usage: %w", err)
	}
	return rows, nil
}

type freshRow struct {
	OrderID uuid.UUID
	Started int
	Blocked int64
}

// readFreshRows counts the carnets that were used for the first time since the
// last closed day, and the chèques of blocked carnets.
func readFreshRows(ctx context.Context, tx *postgres.Tx, sel postgres.Args) ([]freshRow, error) {
	rows, err := postgres.All[freshRow](ctx, tx, `
		SELECT open.id AS order_id, (
			SELECT count(DISTINCT r.carnet_id) FROM redemptions r
			WHERE r.commanditaire_id = ANY (@commanditaires) AND r.order_id = open.id AND r.day > open.through AND r.day > @floor AND r.undone_at IS NULL
				AND NOT EXISTS (SELECT FROM usage_carnets u WHERE u.commanditaire_id = r.commanditaire_id AND u.carnet_id = r.carnet_id))::int AS started, (
			SELECT count(*) FROM carnets k JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id
			WHERE k.commanditaire_id = ANY (@commanditaires) AND k.order_id = open.id AND k.state = 'bloque' AND c.state NOT IN ('utilise', 'perime', 'credite')) AS blocked
		FROM unnest(@live::uuid[], @throughs::date[]) AS open (id, through)`,
		postgres.Args{"commanditaires": sel["commanditaires"], "live": sel["live"], "throughs": sel["throughs"], "floor": sel["floor"]})
	if err != nil {
		return nil, fmt.Errorf("read today's figures: %w", err)
	}
	return rows, nil
}
