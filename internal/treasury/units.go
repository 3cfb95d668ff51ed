package treasury

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

const selectLine = `
	SELECT l.id, l.line_key, l.statement_id, l.notice_id, coalesce(b.reference, '') AS statement, l.is_credit AS credit, l.amount_cents, l.matched_cents,
		l.booked_on, l.valued_on, l.bank_reference, l.bank_code, l.is_reversal AS reversal, l.party, l.remittance, l.details, l.waiting,
		coalesce((SELECT m.label FROM bank_matches m WHERE m.line_id = l.id AND m.undone_at IS NULL ORDER BY m.matched_at, m.id LIMIT 1), '') AS known
	FROM bank_lines l LEFT JOIN bank_statements b ON b.id = l.statement_id `

const selectMatch = `
	SELECT id, line_id, detail, kind, target, claims, label, amount_cents, commanditaire_id, order_id, rule, matched_at, matched_by_name, moved, undone_at, undone_by_name
	FROM bank_matches `

// openUnits lists what is left to match on statements: a line as a whole when
// nothing of it is matched, and each of its details that is not.
func openUnits(ctx context.Context, tx *postgres.Tx, phase func(Line) bool) ([]unit, error) {
	lines, err := postgres.All[Line](ctx, tx, selectLine+`
		WHERE l.matched_cents < l.amount_cents AND l.statement_id IS NOT NULL ORDER BY l.booked_on, l.line_key`, nil)
	if err != nil {
		return nil, fmt.Errorf("list open lines: %w", err)
	}
	lines = slices.DeleteFunc(lines, func(l Line) bool { return !phase(l) })
	taken, err := takenDetails(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	var units []unit
	for _, l := range lines {
		units = append(units, unitsOf(l, taken[l.ID])...)
	}
	return units, nil
}

// unitsOf leaves alone a line of which a person took a part as a whole.
func unitsOf(l Line, taken map[int]bool) []unit {
	parts := l.Parts()
	if taken[0] {
		return nil
	}
	if len(parts) == 1 || !l.Credit && len(taken) == 0 && wholeIsOurs(parts[0].PaymentID, parts[0].MessageID) {
		return []unit{{line: l, index: 0, detail: parts[0]}}
	}
	var units []unit
	for i, d := range parts[1:] {
		if !taken[i+1] {
			units = append(units, unit{line: l, index: i + 1, detail: d})
		}
	}
	return units
}

// wholeIsOurs reports whether the bank names the batch itself.
func wholeIsOurs(paymentID, messageID string) bool { return paymentID != "" || messageID != "" }

type takenRow struct {
	LineID uuid.UUID
	Detail int
}

func takenDetails(ctx context.Context, tx *postgres.Tx, lines []Line) (map[uuid.UUID]map[int]bool, error) {
	var ids []uuid.UUID
	for _, l := range lines {
		if l.MatchedCents > 0 {
			ids = append(ids, l.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := postgres.All[takenRow](ctx, tx, `SELECT line_id, detail FROM bank_matches WHERE line_id = ANY(@ids) AND undone_at IS NULL`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("list matched details: %w", err)
	}
	taken := map[uuid.UUID]map[int]bool{}
	for _, row := range rows {
		if taken[row.LineID] == nil {
			taken[row.LineID] = map[int]bool{}
		}
		taken[row.LineID][row.Detail] = true
	}
	return taken, nil
}
