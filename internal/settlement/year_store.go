package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

type transferRow struct {
	ID       uuid.UUID
	Number   string
	On       time.Time
	PeriodTo time.Time
	Back     bool
	Cheques  int
	Gross    int64
	Adjust   int64
	Fees     int64
	Net      int64
}

// transfersOf are the year's transfers of a structure, those that came back as
// negative ones on the day they did. A line refused before any debit is none.
const transfersOf = `
	SELECT l.id, l.settlement_number AS number, m.day AS "on", l.period_to, m.sign < 0 AS back, m.sign * root.cheques AS cheques,
		m.sign * root.gross_cents AS gross, m.sign * root.adjust_cents AS adjust, m.sign * (root.fee_cents + root.fee_vat_cents) AS fees, m.sign * l.amount_cents AS net
	FROM settlement_lines l
	JOIN settlement_lines root ON root.id = coalesce(l.root_line_id, l.id)
	CROSS JOIN LATERAL (VALUES (l.executed_on, 1), (CASE WHEN l.state = 'retournee' AND l.executed_on IS NOT NULL THEN l.returned_on END, -1)) AS m(day, sign)
	WHERE l.structure_id = @structure AND m.day BETWEEN @from AND @to
	ORDER BY m.day, l.settlement_number, m.sign DESC, l.id`

type partRow struct {
	LineID        uuid.UUID
	Commanditaire string
	Cheques       int
	AmountCents   int64
}

func readYear(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, year int) (Year, error) {
	y := Year{Year: year, Upto: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)}
	if today := tx.Today(); today.Before(y.Upto) {
		y.Upto = today
	}
	args := postgres.Args{"structure": structure, "from": time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), "to": y.Upto}
	rows, err := postgres.All[transferRow](ctx, tx, transfersOf, args)
	if err != nil {
		return Year{}, fmt.Errorf("list transfers: %w", err)
	}
	if len(rows) == 0 {
		return Year{}, ErrNothingPaid
	}
	parts, err := partsOf(ctx, tx, rows)
	if err != nil {
		return Year{}, err
	}
	y.Months = make([]Sums, int(y.Upto.Month()))
	for _, r := range rows {
		y.take(r, parts[r.ID])
	}
	return y, nil
}

func partsOf(ctx context.Context, tx *postgres.Tx, rows []transferRow) (map[uuid.UUID][]partRow, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	list, err := postgres.All[partRow](ctx, tx, `
		SELECT l.id AS line_id, c.name AS commanditaire, count(*)::int AS cheques, sum(r.amount_cents)::bigint AS amount_cents
		FROM settlement_lines l
		JOIN redemptions r ON r.settlement_line_id = coalesce(l.root_line_id, l.id)
		JOIN organisations c ON c.id = r.commanditaire_id
		WHERE l.id = ANY (@ids) GROUP BY l.id, c.id, c.name ORDER BY c.name`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("sum by commanditaire: %w", err)
	}
	parts := map[uuid.UUID][]partRow{}
	for _, p := range list {
		parts[p.LineID] = append(parts[p.LineID], p)
	}
	return parts, nil
}

// take adds a transfer to the year.
func (y *Year) take(r transferRow, parts []partRow) {
	t := Transfer{LineID: r.ID, Number: r.Number, On: r.On, PeriodTo: r.PeriodTo, Back: r.Back, Sums: Sums{
		Cheques: r.Cheques, Gross: money.Cents(r.Gross), Adjust: money.Cents(r.Adjust), Fees: money.Cents(r.Fees), Net: money.Cents(r.Net)}}
	sign := 1
	if r.Back {
		sign = -1
	} else {
		y.Longest = max(y.Longest, int(r.On.Sub(monthEnd(r.PeriodTo)).Hours()/24))
	}
	for _, p := range parts {
		part := Subtotal{Commanditaire: p.Commanditaire, Cheques: sign * p.Cheques, AmountCents: money.Cents(sign) * money.Cents(p.AmountCents)}
		t.Parts = append(t.Parts, part)
		y.Commanditaires = addSubtotal(y.Commanditaires, part)
	}
	y.Transfers = append(y.Transfers, t)
	y.Total.add(t.Sums)
	y.Months[r.On.Month()-1].add(t.Sums)
}

func addSubtotal(sums []Subtotal, part Subtotal) []Subtotal {
	for i := range sums {
		if sums[i].Commanditaire == part.Commanditaire {
			sums[i].Cheques += part.Cheques
			sums[i].AmountCents += part.AmountCents
			return sums
		}
	}
	return append(sums, part)
}

// monthEnd is the last day of a day's month.
func monthEnd(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC)
}
