package proof

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"

	"github.com/jackc/pgx/v5"

	"passnum/internal/postgres"
)

// content adds up the rows of one block, in the order of their stamps.
type content struct {
	ledger, journal               hash.Hash
	transactions, movements, acts int32
}

func newContent() *content { return &content{ledger: sha256.New(), journal: sha256.New()} }

func (c *content) addTransaction(r sealedRow) {
	c.ledger.Write(r.digest)
	c.transactions++
	c.movements += r.movements
}

func (c *content) addAct(r sealedRow) {
	c.journal.Write(r.digest)
	c.acts++
}

// fill writes what was added up into a block.
func (c *content) fill(s *Seal) {
	s.Transactions, s.Movements, s.Acts = c.transactions, c.movements, c.acts
	s.LedgerHash, s.JournalHash = c.ledger.Sum(nil), c.journal.Sum(nil)
}

// sealedRow is a row of the ledger or the journal, reduced to its digest.
type sealedRow struct {
	stamp     int64
	digest    []byte
	movements int32
}

// Every column that says something is hashed, in a form that no setting of the
// session changes.
const (
	ledgerRows = `
		SELECT coalesce(t.stamp, 0), sha256(convert_to(concat_ws('|', t.commanditaire_id, t.id, t.kind, t.cause_id, t.order_id, coalesce(t.structure_id::text, '-'),
			(extract(epoch FROM t.at) * 1000000)::bigint, t.day - DATE '2000-01-01', coalesce(t.account_id::text, '-'), m.lines), 'UTF8')), m.n
		FROM ledger_transactions t
		LEFT JOIN LATERAL (
			SELECT count(*)::int AS n, string_agg(concat_ws(':', line, order_id, coalesce(structure_id::text, '-'), debit, credit, amount_cents), ';' ORDER BY line) AS lines
			FROM ledger_movements m WHERE m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id) AS m ON true
		WHERE %s ORDER BY 1, t.id`
	journalRows = `
		SELECT coalesce(t.stamp, 0), sha256(convert_to(concat_ws('|', t.id, (extract(epoch FROM t.at) * 1000000)::bigint, t.act, t.subject_kind, t.subject_id,
			t.party_ids::text, coalesce(t.account_id::text, '-'), t.actor_name, coalesce(t.organisation_id::text, '-'), t.request_id, t.device, t.detail::text), 'UTF8')), 0
		FROM journal t WHERE %s ORDER BY 1, t.id`
)

func eachLedgerRow(ctx context.Context, tx *postgres.Tx, from, to int64, add func(sealedRow)) error {
	return eachRow(ctx, tx, ledgerRows, from, to, add)
}

func eachJournalRow(ctx context.Context, tx *postgres.Tx, from, to int64, add func(sealedRow)) error {
	return eachRow(ctx, tx, journalRows, from, to, add)
}

func eachRow(ctx context.Context, tx *postgres.Tx, query string, from, to int64, add func(sealedRow)) error {
	rows, err := tx.Query(ctx, fmt.Sprintf(query, stamped("t", from, to)))
	if err != nil {
		return fmt.Errorf("read sealed rows: %w", err)
	}
	var r sealedRow
	_, err = pgx.ForEachRow(rows, []any{&r.stamp, &r.digest, &r.movements}, func() error { add(r); return nil })
	if err != nil {
		return fmt.Errorf("read sealed rows: %w", err)
	}
	return nil
}

// stamped restricts a table to [from, to); rows older than stamps count as 0.
func stamped(alias string, from, to int64) string {
	if from == 0 {
		return fmt.Sprintf("(%[1]s.stamp < %[2]d OR %[1]s.stamp IS NULL)", alias, to)
	}
	return fmt.Sprintf("%[1]s.stamp >= %[2]d AND %[1]s.stamp < %[3]d", alias, from, to)
}
