package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// advance moves the order, guarded by the state it is thought to be in, so that
// two clicks never move it twice. It writes the step, the journal and the mails
// to whoever must act next.
func (s *Service) advance(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, to State, by identity.Permission, note string) error {
	if !Moves(o.State, to, by) {
		return errMoved(o.State)
	}
	from := o.State
	n, err := postgres.Do(ctx, tx, `UPDATE orders SET state = @to, updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = @from`,
		postgres.Args{"to": string(to), "from": string(from), "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
	if err != nil {
		return fmt.Errorf("move order: %w", err)
	}
	if n == 0 {
		return movedSince(ctx, tx, o)
	}
	o.State, o.UpdatedAt = to, tx.Now()
	if err := addStep(ctx, tx, actor, o, note); err != nil {
		return err
	}
	err = audit.Record(ctx, tx, actor, audit.Act{
		Name: to.DoneLabel(), SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
		Detail: map[string]any{"avant": from, "apres": to, "note": note},
	})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, o, from, note)
}

func addStep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, note string) error {
	name := actor.Name
	if name == "" {
		name = "Passnum"
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO order_steps (commanditaire_id, id, order_id, funder_ids, state, at, account_id, actor_name, note)
		VALUES (@commanditaire, @id, @order, @funders, @state, @at, @account, @name, @note)`,
		postgres.Args{
			"commanditaire": o.CommanditaireID, "id": postgres.NewID(), "order": o.ID, "funders": o.funders(), "state": string(o.State),
			"at": tx.Now(), "account": actor.Account(), "name": name, "note": note,
		})
	if err != nil {
		return fmt.Errorf("add step: %w", err)
	}
	o.Steps = append(o.Steps, Step{State: o.State, At: tx.Now(), ActorName: name, Note: note})
	return nil
}

// movedSince tells where an order went while somebody was looking at it.
func movedSince(ctx context.Context, tx *postgres.Tx, o *Order) error {
	now, err := postgres.Value[string](ctx, tx, `SELECT state FROM orders WHERE commanditaire_id = @commanditaire AND id = @order`, key(o))
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	return errMoved(State(now))
}

// relock takes the order's row and reads it again, for acts that add up what
// others may be adding at the same time.
func relock(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR UPDATE`, key(o)); err != nil {
		return fmt.Errorf("lock order: %w", err)
	}
	fresh, err := find(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	*o = fresh
	return nil
}

// funders are the organisations with read access to what they pay.
func (o Order) funders() []uuid.UUID {
	ids := make([]uuid.UUID, len(o.Cofunders))
	for i, c := range o.Cofunders {
		ids[i] = c.OrganisationID
	}
	return ids
}

// parties may read the order's journal.
func (o Order) parties() []uuid.UUID { return append(o.funders(), o.CommanditaireID) }
