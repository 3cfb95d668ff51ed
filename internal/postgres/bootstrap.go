package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"passnum/migrations"
)

// Bootstrap prepares a private server for development or tests: the roles, the
// application's password and an empty database when it does not exist yet.
// superuserURL names any existing database of that server.
func Bootstrap(ctx context.Context, superuserURL, database, appPassword string) error {
	conn, err := pgx.Connect(ctx, superuserURL)
	if err != nil {
		return fmt.Errorf("reach server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, migrations.Roles); err != nil {
		return fmt.Errorf("create roles: %w", err)
	}
	var quoted string
	if err := conn.QueryRow(ctx, "SELECT quote_literal($1)", appPassword).Scan(&quoted); err != nil {
		return fmt.Errorf("quote password: %w", err)
	}
	if _, err := conn.Exec(ctx, "ALTER ROLE passnum_app PASSWORD "+quoted); err != nil {
		return fmt.Errorf("set application password: %w", err)
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&exists); err != nil {
		return fmt.Errorf("look for database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize()); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	return nil
}
