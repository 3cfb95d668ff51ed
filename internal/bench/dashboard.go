package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/identity"
	"passnum/internal/reporting"
)

// benchDashboard fills the order up to a year of redemptions, closes the days,
// and reads everything the commanditaire's order page shows. The reference is
// the promise: 150 ms for the slowest of twenty.
func benchDashboard(ctx context.Context, b *bench) ([]measure, error) {
	if err := b.fill(ctx); err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	service := reporting.NewService(b.db, b.keys)
	if err := service.Rebuild(ctx, time.Now()); err != nil {
		return nil, err
	}
	if _, err := b.owner.Exec(ctx, `VACUUM ANALYZE`); err != nil {
		return nil, err
	}
	capacities := identity.Capacities{Commanditaire: true}
	actor := identity.Actor{
		OrganisationID: b.lot.CommanditaireID, Capacities: capacities, Role: identity.RoleResponsable,
		Permissions: identity.PermissionsOf(identity.RoleResponsable, capacities),
	}
	var times []time.Duration
	for range b.views {
		start := time.Now()
		if _, err := service.OrderFigures(ctx, actor, b.lot.CommanditaireID, b.lot.OrderID); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	p95 := times[int(0.95*float64(len(times)-1))]
	note := fmt.Sprintf("%d redemptions, median %s; reference: the promise", b.redemptions, times[len(times)/2].Round(100*time.Microsecond))
	return []measure{shorter("dashboard_p95", "ms", float64(p95.Microseconds())/1000, 150, note)}, nil
}

// fill writes redemptions over the last 300 days, as redeeming would have left
// them, without going through it one by one.
func (b *bench) fill(ctx context.Context) error {
	var already int
	if err := b.owner.QueryRow(ctx, `SELECT count(*) FROM redemptions`).Scan(&already); err != nil {
		return err
	}
	steps := []struct {
		sql  string
		args []any
	}{
		{fmt.Sprintf(`CREATE TABLE chosen AS
			SELECT c.commanditaire_id, c.id AS cheque_id, c.carnet_id, c.order_id, c.rank, c.face_value_cents, gen_random_uuid() AS id,
				now() - (1 + (row_number() OVER ()) %% 300) * interval '1 day' AS at, (1 + (row_number() OVER ()) %% 129)::smallint AS entry
			FROM cheques c WHERE c.state = 'actif' LIMIT %d`, max(0, b.redemptions-already)), nil},
		{`INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee, first_visit)
			SELECT commanditaire_id, id, $1, $2, at, at, 'individuel', ARRAY[entry], '230' || lpad((8 + entry % 40)::text, 2, '0'), entry % 3 = 0 FROM chosen`,
			[]any{b.structure, b.place}},
		{`INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
			SELECT commanditaire_id, id, cheque_id, carnet_id, order_id, id, $1, $2, 'C26-001-000001', rank, face_value_cents, at, (at AT TIME ZONE 'Europe/Paris')::date FROM chosen`,
			[]any{b.structure, b.place}},
		{`UPDATE cheques c SET state = 'utilise' FROM chosen WHERE c.commanditaire_id = chosen.commanditaire_id AND c.id = chosen.cheque_id`, nil},
		{`DROP TABLE chosen`, nil},
	}
	for _, step := range steps {
		if _, err := b.owner.Exec(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}
