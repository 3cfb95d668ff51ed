package order_test

import (
	"testing"

	"passnum/internal/fault"
	"passnum/internal/order"
)

func TestLateTrust(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft(w.spec())
	if got := w.read(id).Trust(); got != order.UsualLateTrust {
		t.Errorf("an order that says nothing: %+v", got)
	}
	spec := w.spec()
	spec.Late = &order.LateTrust{Days: 3, Cap: 0}
	must(t, w.orders.Save(t.Context(), w.Commanditaire, id, spec))
	if got := w.read(id).Trust(); got != *spec.Late {
		t.Errorf("saved: %+v", got)
	}
	for _, wrong := range []order.LateTrust{{Days: 32}, {Days: -1}, {Cap: 1001}, {Cap: -1}} {
		spec.Late = &wrong
		wantKind(t, w.orders.Save(t.Context(), w.Commanditaire, id, spec), fault.KindInvalid)
		wantKind(t, w.orders.SetLateTrust(t.Context(), w.Operator, id, wrong), fault.KindInvalid)
	}
	signed := w.until(order.Signed)
	wantKind(t, w.orders.SetLateTrust(t.Context(), w.Commanditaire, signed, order.LateTrust{Days: 1, Cap: 1}), fault.KindForbidden)
	must(t, w.orders.SetLateTrust(t.Context(), w.Operator, signed, order.LateTrust{Days: 31, Cap: 50}))
	if got := w.read(signed).Trust(); got != (order.LateTrust{Days: 31, Cap: 50}) {
		t.Errorf("changed by the operator: %+v", got)
	}
}
