package opposition

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Confirm is the second person's word: the carnets are blocked. The person is of
// the organisation that declared, of the commanditaire or of the operator, and
// not the one who declared: ErrSamePerson, which the database refuses too.
func (s *Service) Confirm(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID) error {
	err := s.onPending(ctx, actor, by, id, func(tx *postgres.Tx, o *Opposition, purchase order.Order) error {
		if o.DeclaredBy == actor.AccountID {
			return ErrSamePerson
		}
		if err := settleState(ctx, tx, actor, o, InForce); err != nil {
			return err
		}
		return s.enforce(ctx, tx, actor, o, purchase)
	})
	return fault.Wrap(err, "confirm opposition")
}

// Refuse ends a declaration that waits: nothing was blocked. Who declared it may
// take it back.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID) error {
	err := s.onPending(ctx, actor, by, id, func(tx *postgres.Tx, o *Opposition, _ order.Order) error {
		if err := settleState(ctx, tx, actor, o, Refused); err != nil {
			return err
		}
		if err := record(ctx, tx, actor, *o, "opposition non confirmée", map[string]any{"numero": o.Number}); err != nil {
			return err
		}
		return s.notify(ctx, tx, EventRefused, *o)
	})
	return fault.Wrap(err, "refuse opposition")
}

func (s *Service) onPending(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID, fn func(*postgres.Tx, *Opposition, order.Order) error) error {
	return s.act(ctx, actor, by, confirming[by], "réponse à une opposition", func(tx *postgres.Tx) error {
		o, purchase, err := s.take(ctx, tx, actor, by, id)
		if err != nil {
			return err
		}
		if o.State != Waiting {
			return ErrDecided
		}
		return fn(tx, &o, purchase)
	})
}

// take finds an opposition that the side may decide, and holds its order's row,
// then its own, until the transaction ends.
func (s *Service) take(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, id uuid.UUID) (Opposition, order.Order, error) {
	o, err := find(ctx, tx, id)
	if err != nil {
		return o, order.Order{}, err
	}
	if !within(o, actor, by) {
		return o, order.Order{}, ErrNotFound
	}
	purchase, err := order.Lock(ctx, tx, o.CommanditaireID, o.OrderID)
	if err != nil {
		return o, purchase, err
	}
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM oppositions WHERE commanditaire_id = @commanditaire AND id = @id FOR NO KEY UPDATE`, key(o)); err != nil {
		return o, purchase, fmt.Errorf("lock opposition: %w", err)
	}
	o, err = find(ctx, tx, id)
	return o, purchase, err
}

// within reports whether the side may decide about the opposition: the operator,
// the commanditaire, and the organisation that declared it.
func within(o Opposition, actor identity.Actor, by Origin) bool {
	switch by {
	case ByOperator:
		return true
	case ByCommanditaire:
		return o.CommanditaireID == actor.OrganisationID
	default:
		return o.DeclaredFor != nil && *o.DeclaredFor == actor.OrganisationID
	}
}

// settleState closes the question; who declared and takes it back decides for
// nobody else.
func settleState(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Opposition, to State) error {
	args := key(*o)
	args["state"], args["now"], args["name"] = string(to), tx.Now(), actor.Name
	args["by"] = actor.Account()
	if o.DeclaredBy == actor.AccountID {
		args["by"] = (*uuid.UUID)(nil)
	}
	err := postgres.Must(ctx, tx, `UPDATE oppositions SET state = @state, decided_at = @now, decided_by = @by, decided_by_name = @name
		WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'a_confirmer'`, args)
	if postgres.Constraint(err) == "oppositions_four_eyes" {
		return ErrSamePerson
	}
	if err != nil {
		return fmt.Errorf("decide opposition: %w", err)
	}
	o.State = to
	return nil
}
