package invoicing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// SignedArgs asks for the factures of an order that was just signed.
type SignedArgs struct {
	OrderID uuid.UUID `json:"order_id"`
}

// Kind names the job.
func (SignedArgs) Kind() string { return "invoice_signed" }

// OrderSigned is told of each signature, in its transaction. It only leaves a
// job: a commanditaire's own transaction may not write invoices.
func (s *Service) OrderSigned(ctx context.Context, tx *postgres.Tx, orderID uuid.UUID) error {
	if !s.AtSignature {
		return nil
	}
	return s.Queue.Enqueue(ctx, tx, SignedArgs{OrderID: orderID})
}

// Signed issues what is due at the order to each of its payers. Whoever lacks
// what its own accounting wants is left to the operator's list, which says why.
func (s *Service) Signed(ctx context.Context, args SignedArgs) error {
	var list []Bill
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := order.Read(ctx, tx, args.OrderID)
		if err != nil {
			return err
		}
		list, err = unbilled(ctx, tx, bills(o))
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is due: %w", err)
	}
	for _, b := range list {
		if !b.Reached {
			continue
		}
		err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
			o, err := lockOrder(ctx, tx, args.OrderID)
			if err != nil {
				return err
			}
			_, err = s.issueBill(ctx, tx, system, o, b.PayerID, b.CauseID)
			return err
		})
		if _, refused := fault.ForForm(err); err != nil && !refused {
			return fmt.Errorf("bill at signature: %w", err)
		}
	}
	return nil
}
