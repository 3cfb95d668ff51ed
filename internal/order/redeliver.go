package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Redeliverable reports whether where the carnets go may still change: until they
// are made, since they are packed as they are printed.
func (s State) Redeliverable() bool { return s.Rank() >= 0 && !s.Reached(Making) }

// Redeliver replaces, in the commanditaire's transaction, how many carnets each
// point receives. The sum must be the order's; the points, those under a live
// convention. ErrNotFound for somebody else's order.
func Redeliver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, deliveries []Delivery) error {
	o, err := findOwn(ctx, tx, actor.OrganisationID, id)
	if err != nil {
		return err
	}
	if !o.State.Redeliverable() {
		return errMoved(o.State)
	}
	sum := 0
	for _, d := range deliveries {
		sum += d.Carnets
	}
	if sum != o.Carnets {
		return fault.Field("total", fmt.Sprintf("La répartition compte %s et la commande %s.", count(sum, "carnet"), count(o.Carnets, "carnet")))
	}
	o.Deliveries = deliveries
	if err := checkPoints(ctx, tx, &o); err != nil {
		return err
	}
	if _, err := postgres.Do(ctx, tx, `DELETE FROM order_deliveries WHERE commanditaire_id = @commanditaire AND order_id = @order AND shipped_at IS NULL`, key(&o)); err != nil {
		return fmt.Errorf("clear deliveries: %w", err)
	}
	if err := insertDeliveries(ctx, tx, &o); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: "répartition des livraisons", SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
		Detail: map[string]any{"points": len(deliveries), "carnets": sum}})
}
