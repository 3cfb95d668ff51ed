package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ShipWhole sends every carnet of an order to its commanditaire, which shares
// them out among its points itself: the parcels stay a plan.
func (s *Service) ShipWhole(ctx context.Context, actor identity.Actor, id uuid.UUID, tracking string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "expédition d’une commande au commanditaire", id, func(tx *postgres.Tx, o *Order) error {
		switch {
		case o.State == Making && !o.Made():
			return fault.New(fault.KindConflict, "Tous les carnets ne sont pas fabriqués\u00a0: attendez la fin de la fabrication.")
		case o.PrintMode == PrintDesk:
			return errDeskShips
		}
		o.Deliveries = nil // no point has anything to expect yet
		if err := s.advance(ctx, tx, actor, o, Shipped, identity.PlatformOrders, "en un envoi, au commanditaire"); err != nil {
			return err
		}
		transfer := postgres.NewID()
		_, err := carnet.Send(ctx, tx, carnet.Dispatch{
			CommanditaireID: o.CommanditaireID, ID: transfer, Purpose: carnet.Delivery, From: carnet.OperatorSeat(), To: o.ownSeat(), Ranges: []carnet.Range{o.all()},
			OrderNumbers: []string{o.Number}, Tracking: tracking, Key: transfer.String(), By: carnet.By{Account: actor.Account(), Name: actor.Name},
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("ship whole order: %w", err)
	}
	return nil
}

func (o Order) all() carnet.Range {
	return carnet.Range{CommanditaireID: o.CommanditaireID, OrderID: o.ID, From: 1, To: o.Carnets}
}

// ownSeat is the commanditaire as a holder of its own carnets.
func (o Order) ownSeat() carnet.Seat {
	return carnet.Seat{Place: carnet.AtCommanditaire, Label: o.Commanditaire}
}

// wholeReceived reports whether the commanditaire confirmed such an envoi.
func wholeReceived(ctx context.Context, tx *postgres.Tx, o *Order) (bool, error) {
	received, err := postgres.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM transfers t JOIN transfer_ranges r ON r.commanditaire_id = t.commanditaire_id AND r.transfer_id = t.id
			WHERE t.commanditaire_id = @commanditaire AND r.order_id = @order AND t.purpose = 'livraison' AND t.to_holder = 'commanditaire' AND t.state = 'recu')`, key(o))
	if err != nil {
		return false, fmt.Errorf("find delivery to the commanditaire: %w", err)
	}
	return received, nil
}
