package incident

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Accept decides a proposed incident: the ledger moves at once, and the
// structure's next payment gains or loses the amount. ErrSameHand comes from a
// database constraint; ErrSettled, ErrFeesShort, ErrCreditGone, ErrNotFound.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, id uuid.UUID, decision string) error {
	return s.decide(ctx, actor, id, Decided, strings.TrimSpace(decision))
}

// Refuse closes a proposed incident, with a reason. ErrSameHand, ErrSettled.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id uuid.UUID, decision string) error {
	if decision = strings.TrimSpace(decision); decision == "" {
		return fault.Field("decision", "Écrivez pourquoi vous refusez.")
	}
	return s.decide(ctx, actor, id, Refused, decision)
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, id uuid.UUID, state State, decision string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if len([]rune(decision)) > 1000 {
		return fault.Field("decision", "Raccourcissez ce texte\u00a0: 1\u202f000 caractères au plus.")
	}
	err := s.db.InPlatform(ctx, actor, "décision sur un incident", func(tx *postgres.Tx) error {
		i, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.State != Proposed {
			return ErrSettled
		}
		err = postgres.Must(ctx, tx, `
			UPDATE incidents SET state = @state, decided_at = @now, decided_by = @by, decided_by_name = @name, decision = @decision WHERE id = @id AND state = 'propose'`,
			postgres.Args{"state": string(state), "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "decision": decision, "id": id})
		if postgres.Constraint(err) == "incidents_four_eyes" {
			return ErrSameHand
		}
		if err != nil {
			return fmt.Errorf("write decision: %w", err)
		}
		if state == Refused {
			return journal(ctx, tx, actor, i, "incident refusé", decision)
		}
		if err := s.post(ctx, tx, actor, i); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, i); err != nil {
			return err
		}
		return journal(ctx, tx, actor, i, "incident décidé", decision)
	})
	return fault.Wrap(err, "decide incident")
}

// post moves the money of a decided incident. The order's row is the lock of its
// fees and of its credit.
func (s *Service) post(ctx context.Context, tx *postgres.Tx, actor identity.Actor, i Incident) error {
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @c AND id = @id FOR UPDATE`, postgres.Args{"c": i.CommanditaireID, "id": i.OrderID}); err != nil {
		return fmt.Errorf("lock order: %w", err)
	}
	from, to, err := i.movement(ctx, tx)
	if err != nil {
		return err
	}
	kind, amount := ledger.Incident, i.AmountCents
	if i.Kind == Cancellation {
		kind = ledger.IncidentCancelled
	}
	if amount < 0 {
		amount = -amount
	}
	if err := i.afford(ctx, tx, from, amount); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: i.CommanditaireID, OrderID: i.OrderID, Kind: kind, CauseID: i.ID, StructureID: &i.StructureID, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: from, Credit: to, Amount: amount}},
	})
}

// movement says from which account to which the money goes: what is taken back is
// owed to the commanditaire again; a gesture comes from the operator's fees.
func (i Incident) movement(ctx context.Context, tx *postgres.Tx) (from, to ledger.Account, err error) {
	kind := i.Kind
	if i.Kind == Cancellation {
		cancelled, err := postgres.Value[string](ctx, tx, `SELECT kind FROM incidents WHERE commanditaire_id = @c AND id = @id`, postgres.Args{"c": i.CommanditaireID, "id": i.CancelsID})
		if err != nil {
			return "", "", fmt.Errorf("read cancelled incident: %w", err)
		}
		kind = Kind(cancelled)
	}
	from, to = ledger.Payable, ledger.Credit
	if kind == Gesture {
		from, to = ledger.Fees, ledger.Payable
	}
	if i.Kind == Cancellation {
		from, to = to, from
	}
	return from, to, nil
}

// afford refuses what would take from an account more than it holds.
func (i Incident) afford(ctx context.Context, tx *postgres.Tx, from ledger.Account, amount money.Cents) error {
	switch from {
	case ledger.Fees:
		held, err := postgres.Value[int64](ctx, tx, `SELECT `+feesHeld+` FROM orders o WHERE o.commanditaire_id = @c AND o.id = @id`, postgres.Args{"c": i.CommanditaireID, "id": i.OrderID})
		if err == nil && amount > money.Cents(held) {
			err = ErrFeesShort
		}
		return err
	case ledger.Credit:
		b, err := ledger.OfOrder(ctx, tx, i.CommanditaireID, i.OrderID)
		if err != nil {
			return err
		}
		leaving, err := postgres.Value[int64](ctx, tx, `SELECT coalesce(sum(amount_cents), 0)::bigint FROM refunds
			WHERE commanditaire_id = @c AND order_id = @id AND state IN ('prepare', 'approuve')`, postgres.Args{"c": i.CommanditaireID, "id": i.OrderID})
		if err == nil && amount > b.Credit-money.Cents(leaving) {
			err = ErrCreditGone
		}
		if err != nil {
			return fault.Wrap(err, "read what leaves the credit")
		}
		return i.uncredited(ctx, tx, amount)
	default:
		return nil
	}
}

// uncredited refuses to cancel what an avoir already gave back: even when the
// bank returned the refund, the paper stays.
func (i Incident) uncredited(ctx context.Context, tx *postgres.Tx, amount money.Cents) error {
	left, err := postgres.Value[int64](ctx, tx, `
		SELECT (coalesce((SELECT sum(CASE WHEN (m.debit, m.credit) = ('payable', 'credit') THEN m.amount_cents WHEN (m.debit, m.credit) = ('credit', 'payable') THEN -m.amount_cents END)
				FROM ledger_movements m WHERE m.commanditaire_id = @c AND m.order_id = @id), 0)
			- coalesce((SELECT sum(v.face_cents) FROM invoices v JOIN refunds r ON r.commanditaire_id = v.commanditaire_id AND r.id = v.cause_id
				WHERE v.commanditaire_id = @c AND v.order_id = @id AND v.kind = 'avoir'), 0))::bigint`,
		postgres.Args{"c": i.CommanditaireID, "id": i.OrderID})
	if err == nil && amount > money.Cents(left) {
		err = ErrCreditGone
	}
	return fault.Wrap(err, "read what avoirs gave back")
}
