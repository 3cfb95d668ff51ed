package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// ErrNoFreeFunds refuses to put face value back that no opposition released, or
// that replacement carnets already use.
var ErrNoFreeFunds = fault.New(fault.KindConflict, "Les fonds de la commande ne couvrent pas cette valeur\u00a0: une partie a déjà servi à fabriquer des carnets de remplacement.")

// ErrEnded refuses to move value of an order whose final statement is drawn.
var ErrEnded = fault.New(fault.KindConflict, "La fin de cette commande est écrite dans son état contradictoire\u00a0: sa valeur ne bouge plus.")

// Lock takes an order's row for whoever changes what its carnets are worth. It
// leaves redemptions and hand-overs free: they only refer to the row. ErrNotFound
// when the scope does not see the order.
func Lock(ctx context.Context, tx *postgres.Tx, commanditaire, id uuid.UUID) (Order, error) {
	_, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR NO KEY UPDATE`,
		postgres.Args{"commanditaire": commanditaire, "order": id})
	if err != nil {
		return Order{}, fmt.Errorf("lock order: %w", err)
	}
	return findOwn(ctx, tx, commanditaire, id)
}

// Lot is what minting needs to know of the order.
func (o Order) Lot() carnet.Lot {
	return carnet.Lot{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, OrderNumber: o.Number, Carnets: o.Carnets,
		PerCarnet: o.ChequesPerCarnet, FaceValue: o.FaceValue, FunderIDs: o.funders(),
	}
}

// Withdraw takes face value out of circulation, and says whether there was any
// to take: before its activation nothing of an order circulates.
func Withdraw(ctx context.Context, tx *postgres.Tx, o Order, cents money.Cents) (bool, error) {
	if o.State != Active || cents == 0 {
		return false, nil
	}
	return true, shift(ctx, tx, o, cents)
}

// Restore puts back in circulation face value that Withdraw took, and says
// whether there was any to move. Returns ErrNoFreeFunds beyond what it took.
func Restore(ctx context.Context, tx *postgres.Tx, o Order, cents money.Cents) (bool, error) {
	if o.State == Closed && cents != 0 {
		return false, ErrEnded
	}
	if o.State != Active || cents == 0 {
		return false, nil
	}
	return true, shift(ctx, tx, o, -cents)
}

// shift moves face value between active and opposed; the database refuses that
// either leaves its bounds.
func shift(ctx context.Context, tx *postgres.Tx, o Order, withdrawn money.Cents) error {
	n, err := postgres.Do(ctx, tx, `UPDATE orders SET active_cents = active_cents - @cents, opposed_cents = opposed_cents + @cents
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'active' AND closing_at IS NULL`,
		postgres.Args{"cents": int64(withdrawn), "commanditaire": o.CommanditaireID, "order": o.ID})
	switch postgres.Constraint(err) {
	case "orders_opposed_not_negative", "orders_active_within_attested":
		return ErrNoFreeFunds
	}
	if err != nil {
		return fmt.Errorf("move face value: %w", err)
	}
	if n == 0 {
		return ErrEnded
	}
	return nil
}

// Opposed is the face value that oppositions released and nothing uses yet.
func Opposed(ctx context.Context, tx *postgres.Tx, o Order) (money.Cents, error) {
	cents, err := postgres.Value[int64](ctx, tx, `SELECT opposed_cents FROM orders WHERE commanditaire_id = @commanditaire AND id = @order`, key(&o))
	if err != nil {
		return 0, fmt.Errorf("read opposed value: %w", err)
	}
	return money.Cents(cents), nil
}
