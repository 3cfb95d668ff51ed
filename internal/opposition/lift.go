package opposition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// LiftRequest asks to put carnets back: Numbers as typed, every carnet of the
// opposition when it is empty.
type LiftRequest struct {
	Numbers string
	Reason  string
}

// Lift puts carnets that were found again back where they were; above Alone, for
// one person, one order and one day, it waits for a second one. It answers
// whether it waits. ErrReplaced when a new carnet took a place.
func (s *Service) Lift(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID, req LiftRequest) (waits bool, err error) {
	err = s.act(ctx, actor, by, needed[by], "levée d’une opposition", func(tx *postgres.Tx) error {
		req.Reason = strings.TrimSpace(req.Reason)
		if req.Reason == "" || utf8.RuneCountInString(req.Reason) > longestNote {
			return ErrReason
		}
		o, purchase, err := s.take(ctx, tx, actor, by, id)
		if err != nil {
			return err
		}
		if o.State != InForce {
			return ErrNotInForce
		}
		chosen, err := liftable(ctx, tx, o, req.Numbers)
		if err != nil {
			return err
		}
		l, err := s.ask(ctx, tx, actor, by, o, chosen, req.Reason)
		if err != nil {
			return err
		}
		if waits = l.TwoPeople; waits {
			return s.notify(ctx, tx, EventLiftAsked, o)
		}
		return s.reopen(ctx, tx, actor, o, purchase, l.ID, chosen, req.Reason)
	})
	return waits, fault.Wrap(err, "lift opposition")
}

// liftable reads which carnets are to be put back.
func liftable(ctx context.Context, tx *postgres.Tx, o Opposition, typed string) ([]Carnet, error) {
	all, err := carnetsOf(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	wanted := func(int) bool { return true }
	if strings.TrimSpace(typed) != "" {
		n, err := readNumbers(typed, o.OrderNumber)
		if err != nil {
			return nil, err
		}
		wanted = func(number int) bool {
			return slices.ContainsFunc(n.spans, func(s span) bool { return s.from <= number && number <= s.to })
		}
	}
	var chosen []Carnet
	for _, c := range all {
		switch {
		case !c.Blocked() || !wanted(c.Number):
		case c.Replacement != "":
			return nil, ErrReplaced
		default:
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return nil, fault.Field("numeros", "Aucun de ces numéros n’est bloqué par cette opposition.")
	}
	return chosen, nil
}

func (s *Service) ask(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, o Opposition, chosen []Carnet, reason string) (Lifting, error) {
	recent, err := postgres.Value[int](ctx, tx, `
		SELECT coalesce(sum(cardinality(carnet_ids)), 0)::int FROM opposition_liftings
		WHERE asked_by = @account AND order_id = @order AND asked_at > @since AND NOT two_people`,
		postgres.Args{"account": actor.AccountID, "order": o.OrderID, "since": tx.Now().Add(-Day)})
	if err != nil {
		return Lifting{}, fmt.Errorf("count recent liftings: %w", err)
	}
	l := Lifting{ID: postgres.NewID(), Carnets: len(chosen), Reason: reason, State: LiftingDone, TwoPeople: len(chosen)+recent > Alone}
	if l.TwoPeople {
		l.State = LiftingWaiting
	}
	ids := make([]uuid.UUID, len(chosen))
	for i, c := range chosen {
		ids[i] = c.ID
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO opposition_liftings (commanditaire_id, id, opposition_id, order_id, counter_ids, carnet_ids, reason, state, two_people, asked_at, asked_by, asked_by_name, asked_for)
		SELECT commanditaire_id, @lifting, id, order_id, counter_ids, @ids, @reason, @state, @two, @now, @by, @name, @for
		FROM oppositions WHERE commanditaire_id = @commanditaire AND id = @id`,
		postgres.Args{"commanditaire": o.CommanditaireID, "id": o.ID, "lifting": l.ID, "ids": ids, "reason": reason, "state": l.State, "two": l.TwoPeople,
			"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "for": declaredFor(actor, by)})
	if err != nil {
		return l, fmt.Errorf("ask lifting: %w", err)
	}
	return l, nil
}

type liftingRow struct {
	OppositionID uuid.UUID
	CarnetIDs    []uuid.UUID
	Reason       string
	State        string
	AskedBy      uuid.UUID
}

// DecideLifting is the second person's word on a lifting that waits.
func (s *Service) DecideLifting(ctx context.Context, actor identity.Actor, by Origin, opposition, lifting uuid.UUID, agree bool) error {
	err := s.act(ctx, actor, by, confirming[by], "réponse à une levée d’opposition", func(tx *postgres.Tx) error {
		o, purchase, err := s.take(ctx, tx, actor, by, opposition)
		if err != nil {
			return err
		}
		row, err := postgres.One[liftingRow](ctx, tx, `SELECT opposition_id, carnet_ids, reason, state, asked_by FROM opposition_liftings
			WHERE commanditaire_id = @commanditaire AND opposition_id = @id AND id = @lifting FOR NO KEY UPDATE`,
			postgres.Args{"commanditaire": o.CommanditaireID, "id": o.ID, "lifting": lifting})
		switch {
		case errors.Is(err, postgres.ErrNoRow):
			return ErrNotFound
		case err != nil:
			return fmt.Errorf("find lifting: %w", err)
		case row.State != LiftingWaiting:
			return ErrDecided
		case agree && row.AskedBy == actor.AccountID:
			return ErrSamePerson
		}
		if err := decideLifting(ctx, tx, actor, o, lifting, row, agree); err != nil || !agree {
			return err
		}
		chosen, err := stillBlocked(ctx, tx, o, row.CarnetIDs)
		if err != nil {
			return err
		}
		return s.reopen(ctx, tx, actor, o, purchase, lifting, chosen, row.Reason)
	})
	return fault.Wrap(err, "decide lifting")
}

func decideLifting(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, id uuid.UUID, row liftingRow, agree bool) error {
	args := postgres.Args{"commanditaire": o.CommanditaireID, "id": id, "state": LiftingDone, "now": tx.Now(), "by": actor.Account(), "name": actor.Name}
	if !agree {
		args["state"] = LiftingRefused
	}
	if row.AskedBy == actor.AccountID {
		args["by"] = (*uuid.UUID)(nil)
	}
	err := postgres.Must(ctx, tx, `UPDATE opposition_liftings SET state = @state, decided_at = @now, decided_by = @by, decided_by_name = @name
		WHERE commanditaire_id = @commanditaire AND id = @id`, args)
	if err != nil {
		return fmt.Errorf("decide lifting: %w", err)
	}
	if agree {
		return nil
	}
	return record(ctx, tx, actor, o, "levée d’opposition refusée", map[string]any{"numero": o.Number})
}

// stillBlocked keeps what nobody lifted or replaced since it was asked.
func stillBlocked(ctx context.Context, tx *postgres.Tx, o Opposition, ids []uuid.UUID) ([]Carnet, error) {
	all, err := carnetsOf(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	asked := map[uuid.UUID]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	var chosen []Carnet
	for _, c := range all {
		if asked[c.ID] && c.Blocked() {
			if c.Replacement != "" {
				return nil, ErrReplaced
			}
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return nil, ErrNotInForce
	}
	return chosen, nil
}

// reopen puts carnets and their value back. The caller holds the order's row.
func (s *Service) reopen(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, purchase order.Order, lifting uuid.UUID, chosen []Carnet, reason string) error {
	ids := make([]uuid.UUID, len(chosen))
	for i, c := range chosen {
		ids[i] = c.ID
	}
	cents, err := carnet.Reopen(ctx, tx, o.CommanditaireID, o.OrderID, ids, acting(actor), o.Number+" · "+reason)
	if err != nil {
		return err
	}
	if err := recirculate(ctx, tx, actor, purchase, lifting, cents); err != nil {
		return err
	}
	args := key(o)
	args["ids"], args["now"] = ids, tx.Now()
	_, err = postgres.Do(ctx, tx, `
		WITH lifted AS (
			UPDATE opposition_carnets SET lifted_at = @now
			WHERE commanditaire_id = @commanditaire AND opposition_id = @id AND carnet_id = ANY (@ids) RETURNING carnet_id
		)
		UPDATE oppositions SET state = 'levee' WHERE commanditaire_id = @commanditaire AND id = @id AND NOT EXISTS (
			SELECT 1 FROM opposition_carnets p WHERE p.commanditaire_id = @commanditaire AND p.opposition_id = @id
				AND p.state_before IS NOT NULL AND p.lifted_at IS NULL AND p.carnet_id <> ALL (@ids))`, args)
	if err != nil {
		return fmt.Errorf("record lifting: %w", err)
	}
	err = record(ctx, tx, actor, o, "levée d’opposition", map[string]any{"numero": o.Number, "carnets": len(chosen), "valeur": cents.Decimal(), "motif": reason})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, EventLifted, o)
}

// recirculate puts face value back among the order's live chèques.
func recirculate(ctx context.Context, tx *postgres.Tx, actor identity.Actor, purchase order.Order, lifting uuid.UUID, cents money.Cents) error {
	moved, err := order.Restore(ctx, tx, purchase, cents)
	if err != nil || !moved {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: purchase.CommanditaireID, OrderID: purchase.ID, Kind: ledger.OppositionLifted, CauseID: lifting, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: cents}},
	})
}
