package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// Cheque is one chèque accepted by a structure, as a statement lists it.
type Cheque struct {
	ID            uuid.UUID // of the redemption
	At            time.Time
	Day           time.Time
	Serial        string
	Rank          int
	Commanditaire string
	Entries       []int16
	Place         string
	AmountCents   money.Cents
}

// Services names what was given, as people read it.
func (c Cheque) Services() string {
	labels := make([]string, len(c.Entries))
	for i, entry := range c.Entries {
		labels[i] = referentiel.Load().Label(int(entry))
	}
	return strings.Join(labels, " · ")
}

// ChequeKey is where a list of chèques continues.
type ChequeKey struct {
	At time.Time
	ID uuid.UUID
}

// Subtotal is one commanditaire's part of a line.
type Subtotal struct {
	Commanditaire string
	Cheques       int
	AmountCents   money.Cents
}

// ofChain keeps the chèques that a line pays, be it the second time: they stay
// tied to the first line of the chain.
const ofChain = `r.settlement_line_id = (SELECT coalesce(l.root_line_id, l.id) FROM settlement_lines l WHERE l.id = @line)`

const selectCheque = `
	SELECT r.id, r.at, r.day, r.serial, r.rank, c.name AS commanditaire, s.entries, coalesce(p.name, '') AS place, r.amount_cents
	FROM redemptions r
	JOIN organisations c ON c.id = r.commanditaire_id
	JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
	LEFT JOIN places p ON p.id = r.place_id`

// chequesOf lists every chèque of a line, in the order they were accepted.
func chequesOf(ctx context.Context, tx *postgres.Tx, line uuid.UUID) ([]Cheque, error) {
	cheques, err := postgres.All[Cheque](ctx, tx, selectCheque+`
		WHERE `+ofChain+` ORDER BY r.at, r.serial, r.rank`, postgres.Args{"line": line})
	if err != nil {
		return nil, fmt.Errorf("list chèques: %w", err)
	}
	return cheques, nil
}

func pageOfLine(ctx context.Context, tx *postgres.Tx, line uuid.UUID, after *ChequeKey) ([]Cheque, bool, error) {
	if after == nil {
		after = &ChequeKey{}
	}
	cheques, err := postgres.All[Cheque](ctx, tx, selectCheque+`
		WHERE `+ofChain+` AND (r.at, r.id) > (@at, @after) ORDER BY r.at, r.id LIMIT @limit`,
		postgres.Args{"line": line, "at": after.At, "after": after.ID, "limit": pageSize + 1})
	if err != nil {
		return nil, false, fmt.Errorf("list chèques: %w", err)
	}
	cheques, more := page(cheques)
	return cheques, more, nil
}

// waiting lists a structure's chèques that no batch holds, the newest first; all
// of them when limit is zero.
func waiting(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, after *ChequeKey, limit int) ([]Cheque, error) {
	args := postgres.Args{"structure": structure, "at": (*time.Time)(nil), "after": uuid.Nil, "limit": (*int)(nil)}
	if after != nil {
		args["at"], args["after"] = &after.At, after.ID
	}
	if limit > 0 {
		args["limit"] = &limit
	}
	cheques, err := postgres.All[Cheque](ctx, tx, selectCheque+`
		WHERE r.structure_id = @structure AND r.undone_at IS NULL AND r.settlement_line_id IS NULL
			AND (@at::timestamptz IS NULL OR (r.at, r.id) < (@at, @after))
		ORDER BY r.at DESC, r.id DESC LIMIT @limit`, args)
	if err != nil {
		return nil, fmt.Errorf("list waiting chèques: %w", err)
	}
	return cheques, nil
}

// subtotals sums chèques by commanditaire, in the order they first appear.
func subtotals(cheques []Cheque) []Subtotal {
	var sums []Subtotal
	where := map[string]int{}
	for _, c := range cheques {
		i, seen := where[c.Commanditaire]
		if !seen {
			i = len(sums)
			where[c.Commanditaire] = i
			sums = append(sums, Subtotal{Commanditaire: c.Commanditaire})
		}
		sums[i].Cheques++
		sums[i].AmountCents += c.AmountCents
	}
	return sums
}

func subtotalsOf(ctx context.Context, tx *postgres.Tx, line uuid.UUID) ([]Subtotal, error) {
	sums, err := postgres.All[Subtotal](ctx, tx, `
		SELECT c.name AS commanditaire, count(*)::int AS cheques, sum(r.amount_cents)::bigint AS amount_cents
		FROM redemptions r JOIN organisations c ON c.id = r.commanditaire_id
		WHERE `+ofChain+` GROUP BY c.id, c.name ORDER BY c.name`, postgres.Args{"line": line})
	if err != nil {
		return nil, fmt.Errorf("sum by commanditaire: %w", err)
	}
	return sums, nil
}
