package order_test

import (
	"testing"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/internal/order"
)

// The whole order goes to its commanditaire, whose reception delivers it.
func TestShipWholeThenReceive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.until(order.Making)
	w.drain()
	must(t, w.orders.ShipWhole(ctx, w.Operator, id, "CRY1"))
	wantKind(t, w.ship(id), fault.KindConflict)
	hands := custody.NewService(w.DB, custody.Options{Queue: w, OrderDelivered: nil})
	list, _, err := hands.Transfers(ctx, w.Commanditaire, custody.CommanditaireDesk, custody.Filter{Incoming: true})
	must(t, err)
	if len(list) != 1 || list[0].Tracking != "CRY1" {
		t.Fatalf("%+v", list)
	}
	must(t, w.orders.Arrived(ctx, order.ArrivedArgs{OrderID: id}))
	if o := w.read(id); o.State != order.Shipped {
		t.Errorf("delivered before it arrived: %s", o.State)
	}
	_, err = hands.Receive(ctx, w.Commanditaire, custody.CommanditaireDesk, list[0].ID, custody.Reception{Count: list[0].Carnets})
	must(t, err)
	must(t, w.orders.Arrived(ctx, order.ArrivedArgs{OrderID: id}))
	if o := w.read(id); !o.State.Reached(order.Delivered) {
		t.Errorf("not delivered: %s", o.State)
	}
	if n := w.Count(`SELECT count(*) FROM carnets WHERE order_id = $1 AND reserve`, id); n != int64(list[0].Carnets) {
		t.Errorf("%d carnets in the commanditaire's hands", n)
	}
}
