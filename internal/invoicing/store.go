package invoicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// find reads one document, as far as the scope sees it.
func find(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Document, error) {
	d, err := postgres.One[Document](ctx, tx, `SELECT `+documentColumns+` FROM invoices i WHERE i.id = @id`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return d, ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("read invoice: %w", err)
	}
	return d, nil
}

func factsOf(ctx context.Context, tx *postgres.Tx, buyer, id uuid.UUID) (facts, error) {
	raw, err := postgres.Value[[]byte](ctx, tx, `SELECT facts::text::bytea FROM invoices WHERE buyer_id = @buyer AND id = @id`, postgres.Args{"buyer": buyer, "id": id})
	if err != nil {
		return facts{}, fmt.Errorf("read facts: %w", err)
	}
	var f facts
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, fmt.Errorf("read facts: %w", err)
	}
	return f, nil
}

type lineRow struct {
	Key, Label         string
	Quantity           int
	Unit, Amount, Rate int64
	Tax, Reason        string
}

func linesOf(ctx context.Context, tx *postgres.Tx, buyer, id uuid.UUID) ([]Line, error) {
	rows, err := postgres.All[lineRow](ctx, tx, `
		SELECT key, label, quantity, unit_cents AS unit, amount_cents AS amount, vat_basis_points::bigint AS rate, tax, vat_reason AS reason
		FROM invoice_lines WHERE buyer_id = @buyer AND invoice_id = @id ORDER BY line`, postgres.Args{"buyer": buyer, "id": id})
	if err != nil {
		return nil, fmt.Errorf("read lines: %w", err)
	}
	var lines []Line
	for _, r := range rows {
		lines = append(lines, Line{
			Key: r.Key, Label: r.Label, Quantity: r.Quantity, Unit: money.Cents(r.Unit), Amount: money.Cents(r.Amount),
			Tax: order.Tax{Category: order.TaxCategory(r.Tax), Rate: money.BasisPoints(r.Rate), Reason: r.Reason},
		})
	}
	return lines, nil
}
