package invoicing

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// receivedFrom is whose facture a receipt f pays: a co-funder that was billed
// itself, else the commanditaire, who was billed all the rest.
const receivedFrom = `CASE WHEN EXISTS (SELECT FROM order_cofunders c
	WHERE c.commanditaire_id = f.commanditaire_id AND c.order_id = f.order_id AND c.organisation_id = f.payer_id AND c.direct) THEN f.payer_id ELSE f.commanditaire_id END`

// balances gives each facture what avoirs took off it and what its payer's
// receipts paid of the rest. Receipts of a payer for an order pay its factures
// in the order they were issued; face value, fees and VAT each apart, as they
// were attested. A settled facture was withheld from a payment.
const balances = `
received AS (
		SELECT f.commanditaire_id, f.order_id, ` + receivedFrom + ` AS buyer_id,
			sum(f.face_cents)::bigint AS face, sum(f.fees_cents)::bigint AS fees, sum(f.vat_cents)::bigint AS vat
		FROM order_funds f GROUP BY 1, 2, 3),
	credited AS (
		SELECT original_id, sum(face_cents)::bigint AS face, sum(fees_cents)::bigint AS fees, sum(vat_cents)::bigint AS vat
		FROM invoices WHERE kind = 'avoir' GROUP BY 1),
	net AS (
		SELECT i.buyer_id, i.id, i.commanditaire_id, i.order_id, i.settled, i.issued_at,
			coalesce(c.face + c.fees + c.vat, 0) AS credited,
			i.face_cents - coalesce(c.face, 0) AS face, i.fees_cents - coalesce(c.fees, 0) AS fees, i.vat_cents - coalesce(c.vat, 0) AS vat
		FROM invoices i LEFT JOIN credited c ON c.original_id = i.id WHERE i.kind = 'facture'),
	ahead AS (
		SELECT n.*, sum(face) OVER w - face AS face_before, sum(fees) OVER w - fees AS fees_before, sum(vat) OVER w - vat AS vat_before
		FROM net n WINDOW w AS (PARTITION BY buyer_id, order_id ORDER BY issued_at, id)),
	balance AS (
		SELECT a.id, a.credited,
			CASE WHEN a.settled THEN 0 ELSE a.face - least(a.face, greatest(0, coalesce(r.face, 0) - a.face_before)) END::bigint AS face_due,
			CASE WHEN a.settled THEN 0 ELSE a.fees - least(a.fees, greatest(0, coalesce(r.fees, 0) - a.fees_before)) END::bigint AS fees_due,
			CASE WHEN a.settled THEN 0 ELSE a.vat - least(a.vat, greatest(0, coalesce(r.vat, 0) - a.vat_before)) END::bigint AS vat_due
		FROM ahead a LEFT JOIN received r ON r.commanditaire_id = a.commanditaire_id AND r.order_id = a.order_id AND r.buyer_id = a.buyer_id)`

// UnpaidFacture is a facture that still expects money, and how much of each part.
type UnpaidFacture struct {
	InvoiceID       uuid.UUID
	Number          string
	OrderID         uuid.UUID
	CommanditaireID uuid.UUID
	PayerID         *uuid.UUID // nil when the commanditaire pays
	Payer           string
	SIRET           string
	Engagement      string
	DueOn           time.Time
	Face            money.Cents
	Fees            money.Cents
	VAT             money.Cents
	Total           money.Cents
}

// Unpaid lists the factures that expect money, the oldest first, as far as the
// scope sees them.
func Unpaid(ctx context.Context, tx *postgres.Tx) ([]UnpaidFacture, error) {
	list, err := postgres.All[UnpaidFacture](ctx, tx, `WITH `+balances+`
		SELECT i.id AS invoice_id, i.number, i.order_id, i.commanditaire_id, CASE WHEN i.buyer_id <> i.commanditaire_id THEN i.buyer_id END AS payer_id,
			i.buyer_name AS payer, g.siret, i.facts #>> '{Invoice,OrderReference}' AS engagement, i.due_on,
			b.face_due AS face, b.fees_due AS fees, b.vat_due AS vat, b.face_due + b.fees_due + b.vat_due AS total
		FROM invoices i JOIN balance b ON b.id = i.id JOIN organisations g ON g.id = i.buyer_id
		WHERE i.order_id IS NOT NULL AND b.face_due + b.fees_due + b.vat_due > 0 ORDER BY i.issued_at, i.id`, nil)
	if err != nil {
		return nil, fmt.Errorf("read unpaid factures: %w", err)
	}
	return list, nil
}

// unspent is what a payer sent for an order and that pays no facture yet.
func unspent(ctx context.Context, tx *postgres.Tx, o order.Order, payer uuid.UUID) (money.Cents, error) {
	cents, err := postgres.Value[int64](ctx, tx, `
		SELECT greatest(0,
			coalesce((SELECT sum(f.face_cents + f.fees_cents + f.vat_cents) FROM order_funds f
				WHERE f.commanditaire_id = @commanditaire AND f.order_id = @order AND `+receivedFrom+` = @payer AND f.recorded_at <= @now), 0)
			- coalesce((SELECT sum(CASE kind WHEN 'avoir' THEN -total_cents ELSE total_cents END) FROM invoices
				WHERE commanditaire_id = @commanditaire AND order_id = @order AND buyer_id = @payer), 0))::bigint`,
		postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID, "payer": payer, "now": tx.Now()})
	if err != nil {
		return 0, fmt.Errorf("read receipts: %w", err)
	}
	return money.Cents(cents), nil
}
