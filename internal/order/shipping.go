package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Ship sends every parcel: each point gets the next range of carnet numbers, in
// order, and its tracking reference. Carnets stay « emis » until received.
func (s *Service) Ship(ctx context.Context, actor identity.Actor, id uuid.UUID, tracking map[uuid.UUID]string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "expédition d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if o.State == Making && !o.Made() {
			return fault.New(fault.KindConflict, "Tous les carnets ne sont pas fabriqués\u00a0: attendez la fin de la fabrication.")
		}
		if o.PrintMode == PrintDesk {
			return errDeskShips
		}
		return s.shipAll(ctx, tx, actor, o, identity.PlatformOrders, count(len(o.Deliveries), "colis"), tracking)
	})
	if err != nil {
		return fmt.Errorf("ship order: %w", err)
	}
	return nil
}

// shipOne gives a range of carnets to a point, on its parcel and in custody.
func shipOne(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, d Delivery) error {
	err := postgres.Must(ctx, tx, `UPDATE order_deliveries SET number_from = @from, number_to = @to, shipped_at = @now, tracking = @tracking
		WHERE commanditaire_id = @commanditaire AND id = @id AND shipped_at IS NULL`,
		postgres.Args{"commanditaire": o.CommanditaireID, "id": d.ID, "from": d.From, "to": d.To, "now": tx.Now(), "tracking": d.Tracking})
	if err != nil {
		return fmt.Errorf("allot range: %w", err)
	}
	cut := carnet.Range{CommanditaireID: o.CommanditaireID, OrderID: o.ID, From: d.From, To: d.To}
	return sendParcel(ctx, tx, o, d.ID, cut, carnet.Holder{AiguilleurID: d.AiguilleurID, PointID: d.PointID}, d.Tracking, carnet.By{Account: actor.Account(), Name: actor.Name})
}

// sendParcel makes a parcel's carnets leave the operator: from here on it is a
// transfer like any other, which bears the parcel's id.
func sendParcel(ctx context.Context, tx *postgres.Tx, o *Order, id uuid.UUID, cut carnet.Range, to carnet.Holder, tracking string, by carnet.By) error {
	label, err := postgres.Value[string](ctx, tx, `SELECT name FROM points WHERE aiguilleur_id = @aiguilleur AND id = @point`,
		postgres.Args{"aiguilleur": to.AiguilleurID, "point": to.PointID})
	if err != nil {
		return fmt.Errorf("name point: %w", err)
	}
	from := carnet.OperatorSeat()
	if o.PrintMode == PrintDesk && cut.To <= o.Carnets {
		from = o.ownSeat()
		if err := carnet.PrintedAt(ctx, tx, cut, from, by); err != nil {
			return err
		}
	}
	_, err = carnet.Send(ctx, tx, carnet.Dispatch{
		CommanditaireID: o.CommanditaireID, ID: id, Purpose: carnet.Delivery, From: from, To: carnet.PointSeat(to.AiguilleurID, to.PointID, label),
		Ranges: []carnet.Range{cut}, OrderNumbers: []string{o.Number}, Tracking: tracking, Key: id.String(), By: by,
	})
	return err
}

// ConfirmDelivery is the commanditaire's own word that the parcels arrived.
func (s *Service) ConfirmDelivery(ctx context.Context, actor identity.Actor, id uuid.UUID, note string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if err := s.advance(ctx, tx, actor, o, Delivered, identity.OrderWrite, strings.TrimSpace(note)); err != nil {
			return err
		}
		return s.Queue.Enqueue(ctx, tx, ArrivedArgs{OrderID: o.ID})
	})
	if err != nil {
		return fmt.Errorf("confirm delivery: %w", err)
	}
	return nil
}

// ArrivedArgs asks to look at an order again because a parcel was received.
type ArrivedArgs struct {
	OrderID uuid.UUID `json:"order_id"`
}

// Kind names the job.
func (ArrivedArgs) Kind() string { return "order_arrived" }

// ParcelReceived must be called, in the transaction that records it, each time
// a counter receives a parcel. A counter may not write orders: a job does.
func (s *Service) ParcelReceived(ctx context.Context, tx *postgres.Tx, order uuid.UUID) error {
	return s.Queue.Enqueue(ctx, tx, ArrivedArgs{OrderID: order})
}

// Arrived moves an order whose last parcel was received to delivered, and
// beyond when it is already funded. Doing it twice changes nothing.
func (s *Service) Arrived(ctx context.Context, args ArrivedArgs) error {
	err := s.asSystem(ctx, args.OrderID, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		whole, err := wholeReceived(ctx, tx, o)
		if err != nil {
			return err
		}
		if o.State == Shipped && (whole || o.allReceived()) {
			note := "Reçue en " + count(len(o.Deliveries), "point")
			if whole {
				note = "Reçue par le commanditaire"
			}
			if err := s.advance(ctx, tx, identity.Actor{}, o, Delivered, "", note); err != nil {
				return err
			}
		}
		return s.moveWhenFunded(ctx, tx, identity.Actor{}, o, "")
	})
	if err != nil {
		return fmt.Errorf("look at deliveries: %w", err)
	}
	return nil
}

func (o Order) allReceived() bool {
	for _, d := range o.Deliveries {
		if d.ReceivedAt == nil {
			return false
		}
	}
	return len(o.Deliveries) > 0
}
