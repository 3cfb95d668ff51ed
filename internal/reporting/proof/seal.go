package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"passnum/internal/postgres"
)

// Seal is one block of the ledger and the journal: every row stamped in
// [FromStamp, ToStamp), hashed, and the hash of the block before it.
type Seal struct {
	Number       int64
	FromStamp    int64
	ToStamp      int64
	Transactions int32
	Movements    int32
	Acts         int32
	LedgerHash   []byte
	JournalHash  []byte
	Previous     []byte
	Hash         []byte
	SealedAt     time.Time
}

const selectSeal = `SELECT number, from_stamp, to_stamp, transactions, movements, acts, ledger_hash, journal_hash, previous, hash, sealed_at FROM seals`

// Anchor is what somebody outside keeps of a seal, as « number:hash »: with it,
// nobody can rewrite what came before without being seen.
func (s Seal) Anchor() string { return fmt.Sprintf("%d:%s", s.Number, hex.EncodeToString(s.Hash)) }

// chained is the hash of the block, which contains the one before it.
func (s Seal) chained() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%d|%d|%d|%d|%d|%x|%x|%d|%x", s.Number, s.FromStamp, s.ToStamp,
		s.Transactions, s.Movements, s.Acts, s.LedgerHash, s.JournalHash, s.SealedAt.UnixMicro(), s.Previous))
	return sum[:]
}

// Append seals what was written since the last block and is final, and returns
// the last block; ok is false while nothing was ever sealed. Two calls at once
// make one block.
func Append(ctx context.Context, db *postgres.DB) (last Seal, ok bool, err error) {
	err = db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		if last, ok, err = lastSeal(ctx, tx); err != nil {
			return err
		}
		next, any, err := nextBlock(ctx, tx, last)
		if err != nil || !any {
			return err
		}
		last, ok = next, true
		return insertSeal(ctx, tx, next)
	})
	if name := postgres.Constraint(err); name == "seals_pkey" || name == "seals_follow_on" {
		return Latest(ctx, db) // somebody else sealed it meanwhile
	}
	if err != nil {
		return Seal{}, false, fmt.Errorf("seal: %w", err)
	}
	return last, ok, nil
}

// Latest is the last block; ok is false while nothing was ever sealed.
func Latest(ctx context.Context, db *postgres.DB) (last Seal, ok bool, err error) {
	err = db.InPublic(ctx, func(tx *postgres.Tx) error {
		last, ok, err = lastSeal(ctx, tx)
		return err
	})
	return last, ok, err
}

func lastSeal(ctx context.Context, tx *postgres.Tx) (Seal, bool, error) {
	seal, err := postgres.One[Seal](ctx, tx, selectSeal+` ORDER BY number DESC LIMIT 1`, nil)
	if errors.Is(err, postgres.ErrNoRow) {
		return Seal{Hash: make([]byte, 32)}, false, nil
	}
	if err != nil {
		return Seal{}, false, fmt.Errorf("read last seal: %w", err)
	}
	return seal, true, nil
}

// nextBlock reads the rows after last that no running transaction can add to.
func nextBlock(ctx context.Context, tx *postgres.Tx, last Seal) (Seal, bool, error) {
	final, err := finalStamp(ctx, tx)
	if err != nil || final <= last.ToStamp {
		return Seal{}, false, err
	}
	next := Seal{
		Number: last.Number + 1, FromStamp: last.ToStamp, ToStamp: final, Previous: last.Hash, SealedAt: tx.Now().Truncate(time.Microsecond),
	}
	content := newContent()
	if err := eachLedgerRow(ctx, tx, next.FromStamp, next.ToStamp, content.addTransaction); err != nil {
		return Seal{}, false, err
	}
	if err := eachJournalRow(ctx, tx, next.FromStamp, next.ToStamp, content.addAct); err != nil {
		return Seal{}, false, err
	}
	content.fill(&next)
	next.Hash = next.chained()
	return next, next.Transactions+next.Acts > 0, nil
}

func insertSeal(ctx context.Context, tx *postgres.Tx, s Seal) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO seals (number, from_stamp, to_stamp, transactions, movements, acts, ledger_hash, journal_hash, previous, hash, sealed_at)
		VALUES (@number, @from, @to, @transactions, @movements, @acts, @ledger, @journal, @previous, @hash, @at)`,
		postgres.Args{
			"number": s.Number, "from": s.FromStamp, "to": s.ToStamp, "transactions": s.Transactions, "movements": s.Movements, "acts": s.Acts,
			"ledger": s.LedgerHash, "journal": s.JournalHash, "previous": s.Previous, "hash": s.Hash, "at": s.SealedAt,
		})
	return err
}

// finalStamp is the first stamp that a transaction still running may carry: rows
// below it can neither appear nor vanish. Transactions that PostgreSQL knows to
// be of another database do not count.
func finalStamp(ctx context.Context, tx *postgres.Tx) (int64, error) {
	stamp, err := postgres.Value[int64](ctx, tx, `
		WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS seen)
		SELECT coalesce(min(running::text::bigint), min(pg_snapshot_xmax(seen)::text::bigint)) + `+postgres.StampOffset+`
		FROM now LEFT JOIN LATERAL (
			SELECT x AS running FROM pg_snapshot_xip(seen) AS x WHERE NOT EXISTS (
				SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
				WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.transactionid = x::xid
					AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))
		) AS others ON true`, nil)
	if err != nil {
		return 0, fmt.Errorf("read final stamp: %w", err)
	}
	return stamp, nil
}
