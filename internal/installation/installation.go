// Package installation keeps facts about this installation itself: whether
// nothing in it is real. It refuses settings, which come from the environment.
package installation

import (
	"context"
	"fmt"
	"strings"

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

const hostsKey = "anciennes_adresses"

// AcceptHosts says, once and for all, which addresses the chèques printed by
// former operators carry; tx is the platform's.
func AcceptHosts(ctx context.Context, tx *postgres.Tx, hosts []string) error {
	if len(hosts) == 0 {
		return nil
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO installation (key, value) VALUES (@key, @hosts) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
		postgres.Args{"key": hostsKey, "hosts": strings.Join(hosts, ",")})
	if err != nil {
		return fmt.Errorf("accept former addresses: %w", err)
	}
	return nil
}

// FormerHosts are the addresses that AcceptHosts was given.
func FormerHosts(ctx context.Context, db *postgres.DB) (hosts []string, err error) {
	err = db.InPublic(ctx, func(tx *postgres.Tx) error {
		list, err := postgres.Values[string](ctx, tx, `SELECT value FROM installation WHERE key = @key`, postgres.Args{"key": hostsKey})
		if err == nil && len(list) > 0 {
			hosts = strings.Split(list[0], ",")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read former addresses: %w", err)
	}
	return hosts, nil
}
