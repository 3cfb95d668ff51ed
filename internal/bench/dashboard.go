package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/identity"
	"passnum/internal/reporting"
)

// benchDashboard gives the order its past, closes the days before today, and
// reads everything the commanditaire's order page shows. The reference is the
// promise: 150 ms for the slowest of twenty.
func benchDashboard(ctx context.Context, b *bench) ([]measure, error) {
	if err := b.past(ctx); err != nil {
		return nil, err
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
