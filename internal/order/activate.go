package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Activate puts the chèques in circulation: each becomes usable once its carnet
// is handed over. Returns ErrNotCovered when the database refuses.
func (s *Service) Activate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOperator(ctx, actor, identity.PlatformFunds, "activation d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if !Moves(o.State, Active, identity.PlatformFunds) {
			return errMoved(o.State)
		}
		if err := circulate(ctx, tx, o); err != nil {
			return err
		}
		if err := s.advance(ctx, tx, actor, o, Active, identity.PlatformFunds, o.Active.String()+" en circulation"); err != nil {
			return err
		}
		return ledger.Post(ctx, tx, ledger.Transaction{
			CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Activation, CauseID: o.ID, AccountID: actor.Account(),
			Movements: []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: o.Active}},
		})
	})
	if err != nil {
		return fmt.Errorf("activate order: %w", err)
	}
	return nil
}

// ErrAllBlocked refuses to activate an order whose carnets are all opposed.
var ErrAllBlocked = fault.New(fault.KindConflict, "Activation refusée\u00a0: tous les carnets de cette commande sont en opposition. Remplacez-les ou levez l’opposition d’abord.")

// circulate sets the active face value before the state, because the database
// refuses an active order without any. What is opposed does not circulate.
func circulate(ctx context.Context, tx *postgres.Tx, o *Order) error {
	blocked, err := blockedValue(ctx, tx, o)
	if err != nil {
		return err
	}
	if blocked >= o.FaceTotal() {
		return ErrAllBlocked
	}
	live := o.FaceTotal() - blocked
	n, err := postgres.Do(ctx, tx, `UPDATE orders SET active_cents = @face, opposed_cents = @blocked
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'fonds_attestes' AND active_cents = 0`,
		postgres.Args{"face": int64(live), "blocked": int64(blocked), "commanditaire": o.CommanditaireID, "order": o.ID})
	switch {
	case postgres.Constraint(err) == "orders_active_within_attested":
		return ErrNotCovered
	case err != nil:
		return fmt.Errorf("raise active face value: %w", err)
	case n == 0:
		return movedSince(ctx, tx, o)
	}
	o.Active = live
	return nil
}

// blockedValue is the face value of the order's opposed carnets that no new
// carnet replaces. It takes the order's row, so that none is blocked meanwhile.
func blockedValue(ctx context.Context, tx *postgres.Tx, o *Order) (money.Cents, error) {
	replaced, err := postgres.Value[int](ctx, tx, `SELECT replacement_carnets FROM orders
		WHERE commanditaire_id = @commanditaire AND id = @order FOR NO KEY UPDATE`, key(o))
	if err != nil {
		return 0, fmt.Errorf("lock order: %w", err)
	}
	blocked, err := postgres.Value[int64](ctx, tx, `
		SELECT coalesce(sum(c.face_value_cents), 0)::bigint FROM carnets k
		JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.state = 'bloque' AND c.state = 'bloque'`, key(o))
	if err != nil {
		return 0, fmt.Errorf("read opposed value: %w", err)
	}
	return money.Cents(blocked) - o.Lot().Worth()*money.Cents(replaced), nil
}
