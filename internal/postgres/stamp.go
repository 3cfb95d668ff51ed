package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// StampOffset is the SQL of what is added to a transaction's number to make a
// stamp: 0, until a database is restored on a server that counts from less.
const StampOffset = `coalesce((
	SELECT substring(col_description(attrelid, attnum) FROM '[0-9]+')::bigint FROM pg_attribute
	WHERE attrelid = 'ledger_transactions'::regclass AND attname = 'stamp'), 0)`

// RebaseStamps makes stamps go on from the last sealed one, in a database that
// was copied from another server. Elsewhere it does nothing. It needs the owner.
func RebaseStamps(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer conn.Close(ctx)
	var behind int64
	err = conn.QueryRow(ctx, `SELECT coalesce(max(to_stamp), 0) - (pg_current_xact_id()::text::bigint + `+StampOffset+`) FROM seals`).Scan(&behind)
	if err != nil {
		return fmt.Errorf("compare stamps: %w", err)
	}
	if behind < 0 {
		return nil
	}
	var offset int64
	if err := conn.QueryRow(ctx, `SELECT `+StampOffset).Scan(&offset); err != nil {
		return fmt.Errorf("read stamps: %w", err)
	}
	offset += behind + 1
	for _, table := range []string{"ledger_transactions", "journal", "redemptions"} {
		_, err := conn.Exec(ctx, fmt.Sprintf(`ALTER TABLE %s ALTER COLUMN stamp SET DEFAULT pg_current_xact_id()::text::bigint + %d`, table, offset))
		if err != nil {
			return fmt.Errorf("rebase stamps: %w", err)
		}
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf(`COMMENT ON COLUMN ledger_transactions.stamp IS 'added to the transaction number: %d'`, offset)); err != nil {
		return fmt.Errorf("rebase stamps: %w", err)
	}
	return nil
}
