package ending

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// lockRefund takes a refund's row, and its order's before.
func lockRefund(ctx context.Context, tx *postgres.Tx, o purchase, id uuid.UUID) (Refund, error) {
	r, err := postgres.One[Refund](ctx, tx, selectRefund+` WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order AND r.id = @id FOR UPDATE OF r`, o.with(postgres.Args{"id": id}))
	if errors.Is(err, postgres.ErrNoRow) {
		return r, ErrRefundNotFound
	}
	if err != nil {
		return r, fmt.Errorf("read refund: %w", err)
	}
	return r, nil
}

// ApproveRefund is the second person's agreement: a refund can then be sent to
// the bank, and what is carried funds the other order at once. What it gives back
// above the closing's avoir gets its own. ErrSamePerson, ErrRefundMoved,
// ErrDebtorChanged.
func (s *Service) ApproveRefund(ctx context.Context, actor identity.Actor, id, refund uuid.UUID) error {
	err := s.act(ctx, actor, ForOperator, identity.PlatformPayments, "approbation d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		r, err := lockRefund(ctx, tx, *o, refund)
		switch {
		case err != nil:
			return err
		case r.State != RefundPrepared:
			return ErrRefundMoved
		case r.PreparedBy == actor.AccountID:
			return ErrSamePerson
		case r.Kind == PaidBack && r.DebtorIban != s.Debtor.IBAN:
			return ErrDebtorChanged
		}
		if err := decide(ctx, tx, actor, *o, r, RefundApproved, ""); err != nil {
			return err
		}
		if err := record(ctx, tx, actor, *o, "restitution approuvée", map[string]any{"numero": r.Number, "montant": r.AmountCents.Decimal()}); err != nil {
			return err
		}
		if err := s.creditTakenBack(ctx, tx, actor, *o, r); err != nil {
			return err
		}
		if r.Kind == Carried {
			return s.carry(ctx, tx, actor, *o, r)
		}
		return nil
	})
	return fault.Wrap(err, "approve refund")
}

// RefuseRefund drops a refund that was not sent, with its reason.
func (s *Service) RefuseRefund(ctx context.Context, actor identity.Actor, id, refund uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	err := s.act(ctx, actor, ForOperator, identity.PlatformPayments, "refus d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		r, err := lockRefund(ctx, tx, *o, refund)
		switch {
		case err != nil:
			return err
		case r.State != RefundPrepared:
			return ErrRefundMoved
		case r.PreparedBy == actor.AccountID:
			return fault.New(fault.KindConflict, "Vous avez préparé cette restitution\u00a0: une autre personne l’approuve ou l’écarte.")
		case reason == "":
			return fault.Field("motif", "Dites pourquoi la restitution est écartée.")
		}
		if err := decide(ctx, tx, actor, *o, r, RefundRefused, reason); err != nil {
			return err
		}
		return record(ctx, tx, actor, *o, "restitution écartée", map[string]any{"numero": r.Number, "motif": reason})
	})
	return fault.Wrap(err, "refuse refund")
}

func decide(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, r Refund, to, reason string) error {
	var frozen []byte
	if to == RefundApproved && r.Kind == PaidBack {
		frozen = r.freeze()
	}
	err := postgres.Must(ctx, tx, `UPDATE refunds SET state = @to, refusal = @reason, decided_at = @now, decided_by = @by, decided_by_name = @name, frozen_hash = @frozen
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND state = 'prepare'`,
		o.with(postgres.Args{"to": to, "reason": reason, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "frozen": frozen, "id": r.ID}))
	if err != nil {
		return fmt.Errorf("decide refund: %w", err)
	}
	return nil
}
