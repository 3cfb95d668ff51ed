package invoicing

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Cancel takes back what is left of a facture by an avoir, and issues nothing in
// its place. ErrCancelled when nothing is left.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) (Document, error) {
	var d Document
	err := s.correct(ctx, actor, id, reason, func(tx *postgres.Tx, original Document, o *order.Order, left []Line) (err error) {
		d, err = s.credit(ctx, tx, actor, o, original, left, original.ID, reason)
		return err
	})
	return d, fault.Wrap(err, "cancel invoice")
}

// Redo is « Annuler et refaire », in one act: an avoir of what is left of a
// facture, and a new facture of the same sums with the right references and the
// buyer's address as it is now. ErrCancelled when nothing is left.
func (s *Service) Redo(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string, r References) (Document, error) {
	r, err := r.checked()
	if err != nil {
		return Document{}, err
	}
	var d Document
	err = s.correct(ctx, actor, id, reason, func(tx *postgres.Tx, original Document, o *order.Order, left []Line) error {
		if o != nil {
			if err := setReferences(ctx, tx, actor, o.ID, original.BuyerID, r); err != nil {
				return err
			}
		}
		avoir, err := s.credit(ctx, tx, actor, o, original, left, original.ID, reason)
		if err != nil {
			return err
		}
		d, err = s.replace(ctx, tx, actor, o, original, avoir, left)
		return err
	})
	return d, fault.Wrap(err, "redo invoice")
}

func (s *Service) correct(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string, fn func(*postgres.Tx, Document, *order.Order, []Line) error) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return s.db.InPlatform(ctx, actor, "correction d’une facture", func(tx *postgres.Tx) error {
		original, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		if original.Kind != Facture {
			return ErrNotInvoice
		}
		var o *order.Order
		if original.OrderID != nil {
			locked, err := lockOrder(ctx, tx, *original.OrderID)
			if err != nil {
				return err
			}
			o = &locked
		}
		left, err := linesLeft(ctx, tx, original)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return ErrCancelled
		}
		return fn(tx, original, o, left)
	})
}

func (s *Service) replace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *order.Order, original, avoir Document, lines []Line) (Document, error) {
	to, err := buyerOf(ctx, tx, original.BuyerID)
	if err != nil {
		return Document{}, err
	}
	next := draft{
		kind: Facture, series: original.Series, buyer: to, order: o, lines: lines, cause: avoir.ID, replaces: &original.ID, reason: "Remplace la facture " + original.Number + ".",
		cheques: chequesIn(o, lines), settled: original.Settled,
	}
	if o != nil {
		if next.references, err = referencesOf(ctx, tx, to, o.ID); err != nil {
			return Document{}, err
		}
		available, err := unspent(ctx, tx, *o, original.BuyerID)
		if err != nil {
			return Document{}, err
		}
		next.paid = min(available, avoir.Total)
	} else {
		next.paid = avoir.Total
	}
	d, err := s.issue(ctx, tx, actor, next)
	if err != nil {
		return Document{}, err
	}
	return d, s.tell(ctx, tx, d)
}

// linesLeft is a facture's lines less what avoirs have credited of each.
func linesLeft(ctx context.Context, tx *postgres.Tx, d Document) ([]Line, error) {
	lines, err := linesOf(ctx, tx, d.BuyerID, d.ID)
	if err != nil {
		return nil, err
	}
	type sum struct {
		Key    string
		Amount money.Cents
	}
	credited, err := postgres.All[sum](ctx, tx, `
		SELECT l.key, sum(l.amount_cents)::bigint AS amount FROM invoices i
		JOIN invoice_lines l ON l.buyer_id = i.buyer_id AND l.invoice_id = i.id
		WHERE i.buyer_id = @buyer AND i.original_id = @id GROUP BY 1`, postgres.Args{"buyer": d.BuyerID, "id": d.ID})
	if err != nil {
		return nil, fmt.Errorf("read credited lines: %w", err)
	}
	byKey := map[string]money.Cents{}
	for _, c := range credited {
		byKey[c.Key] = c.Amount
	}
	var left []Line
	for _, l := range lines {
		gone := min(byKey[l.Key], l.Amount)
		byKey[l.Key] -= gone
		if l = l.less(gone); l.Amount > 0 {
			left = append(left, l)
		}
	}
	return left, nil
}

// less takes an amount off a line, in whole units when it can.
func (l Line) less(gone money.Cents) Line {
	if gone == 0 {
		return l
	}
	if l.Amount -= gone; l.Amount%l.Unit == 0 {
		l.Quantity = int(l.Amount / l.Unit)
	} else {
		l.Quantity, l.Unit = 1, l.Amount
	}
	return l
}
