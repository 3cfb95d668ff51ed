package order

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// CloseInTx ends an order whose final statement both sides signed: nothing of it
// circulates, and what oppositions released went into its avoir.
func (s *Service) CloseInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, note string) error {
	o, err := find(ctx, tx, id)
	if err != nil {
		return err
	}
	// An active order holds something: when all of it was blocked, only a closed
	// one may hold nothing.
	if err := s.advance(ctx, tx, actor, &o, Closed, "", note); err != nil {
		return err
	}
	err = postgres.Must(ctx, tx, `UPDATE orders SET opposed_cents = 0 WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'close' AND closing_at IS NOT NULL`, key(&o))
	return fault.Wrap(err, "settle opposed value")
}

// ProlongInTx moves the last day of an order to a later one. What its carnets
// print stays known; carnets already handed over keep their own dates, which the
// caller moves.
func (s *Service) ProlongInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, until time.Time, agreement string) error {
	o, err := find(ctx, tx, id)
	if err != nil {
		return err
	}
	if o.State != Active {
		return errMoved(o.State)
	}
	args := key(&o)
	args["until"], args["now"] = until, tx.Now()
	err = postgres.Must(ctx, tx, `UPDATE orders SET valid_until = @until, printed_until = coalesce(printed_until, valid_until), updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'active' AND closing_at IS NULL AND valid_until < @until`, args)
	if err != nil {
		return fmt.Errorf("prolong order: %w", err)
	}
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: "prolongation", SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
		Detail: map[string]any{"avant": o.Validity.Until.Format(time.DateOnly), "apres": until.Format(time.DateOnly), "accord": agreement},
	})
}
