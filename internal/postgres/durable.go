package postgres

import (
	"context"
	"fmt"
	"strings"
)

// CheckDurable refuses a server set so that it may lose what it has confirmed.
func CheckDurable(ctx context.Context, db *DB) error {
	rows, err := db.pool.Query(ctx, `
		SELECT name FROM pg_settings
		WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`)
	if err != nil {
		return fmt.Errorf("read server settings: %w", err)
	}
	defer rows.Close()
	var off []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("read server settings: %w", err)
		}
		off = append(off, name)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read server settings: %w", err)
	}
	if len(off) > 0 {
		return fmt.Errorf("PostgreSQL peut perdre ce qu’il a confirmé : remettez %s à « on » (ou PASSNUM_ALLOW_UNSAFE_DB=1 pour une installation jetable)", strings.Join(off, ", "))
	}
	return nil
}
