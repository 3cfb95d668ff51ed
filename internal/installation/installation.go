// Package installation keeps facts about this installation itself: whether
// nothing in it is real. It refuses settings, which come from the environment.
package installation

import (
	"context"
	"fmt"

	"passnum/internal/postgres"
)

const demoKey = "demo"

// IsDemo reports whether the database holds the demonstration world.
func IsDemo(ctx context.Context, db *postgres.DB) (is bool, err error) {
	err = db.InPublic(ctx, func(tx *postgres.Tx) error {
		is, err = postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT FROM installation WHERE key = @key)`, postgres.Args{"key": demoKey})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read installation: %w", err)
	}
	return is, nil
}

// MarkDemo says, for ever, that nothing in this database is real; tx is the
// platform's.
func MarkDemo(ctx context.Context, tx *postgres.Tx) error {
	_, err := postgres.Do(ctx, tx, `INSERT INTO installation (key, value) VALUES (@key, 'oui') ON CONFLICT (key) DO NOTHING`,
		postgres.Args{"key": demoKey})
	if err != nil {
		return fmt.Errorf("mark demonstration: %w", err)
	}
	return nil
}
