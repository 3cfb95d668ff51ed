package treasury

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// held is what an order left of the operator's fees and VAT on the account, as
// far as statements show them.
type held struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	Cents           money.Cents
}

func feesHeld(ctx context.Context, tx *postgres.Tx) ([]held, error) {
	list, err := postgres.All[held](ctx, tx, `
		SELECT n.commanditaire_id, n.order_id, c.fees_cents - c.unseen_fees_cents AS cents
		FROM cover_orders('') c JOIN order_numbers n USING (number) WHERE c.fees_cents > c.unseen_fees_cents ORDER BY n.order_id`, nil)
	if err != nil {
		return nil, fmt.Errorf("sum fees held: %w", err)
	}
	return list, nil
}

// sweep moves the operator's fees to its own account, the oldest orders' first.
// It never takes more than they left: the database refuses too.
func (s *Service) sweep(amount money.Cents) proposal {
	p := proposal{kind: Sweep, target: "operateur", label: "Frais et TVA de l’opérateur", moved: true}
	p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
		orders, err := feesHeld(ctx, tx)
		if err != nil {
			return err
		}
		cause, left := postgres.NewID(), amount
		for _, o := range orders {
			part := min(left, o.Cents)
			if part == 0 {
				break
			}
			left -= part
			err := ledger.Post(ctx, tx, ledger.Transaction{
				CommanditaireID: o.CommanditaireID, OrderID: o.OrderID, Kind: ledger.FeesSwept, CauseID: cause, AccountID: actor.Account(),
				Movements: []ledger.Movement{{Debit: ledger.OperatorBank, Credit: ledger.Bank, Amount: part}},
			})
			if postgres.Constraint(err) == "ledger_sweep_within_fees" {
				return ErrSweepTooMuch
			}
			if err != nil {
				return err
			}
		}
		if left > 0 {
			return ErrSweepTooMuch
		}
		return nil
	}
	return p
}
