package invoicing

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Issue issues the facture of one bill of an order: what a payer owes at the
// order (cause: the order) or for a milestone (cause: the milestone). Returns
// ErrNotBillable, ErrNothingToBill, or the rules that the buyer's needs break.
func (s *Service) Issue(ctx context.Context, actor identity.Actor, orderID, payer, cause uuid.UUID) (Document, error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return Document{}, err
	}
	var d Document
	err := s.db.InPlatform(ctx, actor, "émission d’une facture", func(tx *postgres.Tx) (err error) {
		o, err := lockOrder(ctx, tx, orderID)
		if err != nil {
			return err
		}
		d, err = s.issueBill(ctx, tx, actor, o, payer, cause)
		return err
	})
	return d, fault.Wrap(err, "issue invoice")
}

// lockOrder reads an order that nobody else bills meanwhile.
func lockOrder(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (order.Order, error) {
	if err := postgres.Must(ctx, tx, `SELECT FROM orders WHERE id = @id FOR NO KEY UPDATE`, postgres.Args{"id": id}); err != nil {
		if errors.Is(err, postgres.ErrNoRow) {
			return order.Order{}, order.ErrNotFound
		}
		return order.Order{}, fmt.Errorf("lock order: %w", err)
	}
	return order.Read(ctx, tx, id)
}

func (s *Service) issueBill(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o order.Order, payer, cause uuid.UUID) (Document, error) {
	if !o.State.Reached(order.Signed) {
		return Document{}, ErrNotBillable
	}
	left, err := unbilled(ctx, tx, bills(o))
	if err != nil {
		return Document{}, err
	}
	for _, b := range left {
		if b.PayerID == payer && b.CauseID == cause && b.Reached {
			return s.bill(ctx, tx, actor, o, b)
		}
	}
	return Document{}, ErrNothingToBill
}

// bill issues the facture of a bill, and checks that it says what the quote does.
func (s *Service) bill(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o order.Order, b Bill) (Document, error) {
	to, err := buyerOf(ctx, tx, b.PayerID)
	if err != nil {
		return Document{}, err
	}
	references, err := referencesOf(ctx, tx, to, o.ID)
	if err != nil {
		return Document{}, err
	}
	available, err := unspent(ctx, tx, o, b.PayerID)
	if err != nil {
		return Document{}, err
	}
	d, err := s.issue(ctx, tx, actor, draft{
		kind: Facture, series: SeriesInvoice, buyer: to, order: &o, references: references, lines: b.Lines, cause: b.CauseID,
		cheques: chequesOf(b.Lines, o.FaceValue), paid: min(available, b.Total()), delivered: b.DeliveredOn,
	})
	if err != nil {
		return Document{}, err
	}
	if d.Face != b.Face || d.Fees != b.Fees || d.VAT != b.VAT {
		return Document{}, fmt.Errorf("invoice %s says %s, the quote %s", d.Number, d.Total, b.Total())
	}
	return d, s.tell(ctx, tx, d)
}

// chequesOf is how many whole chèques the lines bill.
func chequesOf(lines []Line, value money.Cents) int {
	n := 0
	for _, l := range lines {
		if l.Key == keyFace && l.Unit == value {
			n += l.Quantity
		}
	}
	return n
}

// serials says which carnets an order has, once they are numbered.
func serials(o order.Order) string {
	if o.Minted == 0 || o.Number == "" {
		return ""
	}
	return carnet.Serial(o.Number, 1) + " à " + carnet.Serial(o.Number, o.Minted)
}

// fingerprint is the beginning of a hash, enough to tell two proofs apart.
func fingerprint(hash []byte) string {
	if len(hash) < 8 {
		return ""
	}
	return hex.EncodeToString(hash[:8])
}
