package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// errDeskShips refuses the operator what the commanditaire does itself.
var errDeskShips = fault.New(fault.KindConflict, "Le commanditaire imprime ces carnets lui-même et les envoie à ses points\u00a0: il n’y a rien à expédier ici.")

// ShipOwn is Ship by a commanditaire that printed its carnets itself: every one
// of them must have left on a sheet first.
func (s *Service) ShipOwn(ctx context.Context, actor identity.Actor, id uuid.UUID, tracking map[uuid.UUID]string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if err := o.printable(); err != nil {
			return err
		}
		if o.State != Making {
			return errMoved(o.State)
		}
		list, err := deskPrints(ctx, tx, o)
		if err != nil {
			return err
		}
		if next := o.NextToPrint(list); next > 0 {
			return fault.New(fault.KindConflict, "Le carnet "+plainCount(next)+" n’est pas encore imprimé. Imprimez tous les carnets avant d’envoyer les colis.")
		}
		return nil
	})
	if err == nil {
		// Carnets change hands in the house's own scope: a commanditaire's writes no custody.
		err = s.asSystem(ctx, id, func(tx *postgres.Tx, o *Order) error {
			return s.shipAll(ctx, tx, actor, o, identity.OrderWrite, "imprimée sur place, "+count(len(o.Deliveries), "colis"), tracking)
		})
	}
	if err != nil {
		return fmt.Errorf("ship own order: %w", err)
	}
	return nil
}

// shipAll sends every parcel with the numbers that are its own.
func (s *Service) shipAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, by identity.Permission, note string, tracking map[uuid.UUID]string) error {
	if err := s.advance(ctx, tx, actor, o, Shipped, by, note); err != nil {
		return err
	}
	last := 0
	for _, d := range o.Parcels() {
		d.Tracking, last = strings.TrimSpace(tracking[d.ID]), d.To
		if err := shipOne(ctx, tx, actor, o, d); err != nil {
			return fmt.Errorf("parcel %s: %w", d.ID, err)
		}
	}
	if last != o.Carnets {
		return fmt.Errorf("parcels hold %d carnets of %d", last, o.Carnets)
	}
	return nil
}

// Who is expected to act on the order now.
func (o Order) Who() Party {
	if o.deskTurn() {
		return ByCommanditaire
	}
	return o.State.Who()
}

// Expected is what they are expected to do: « signer le devis ».
func (o Order) Expected() string {
	if o.deskTurn() {
		return "imprimer les carnets sur place, puis les envoyer aux points"
	}
	return o.State.Expected()
}

// deskTurn reports whether the commanditaire must now print and send.
func (o Order) deskTurn() bool { return o.State == Making && o.Made() && o.PrintMode == PrintDesk }
