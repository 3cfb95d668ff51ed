package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5" // the "pgx5" driver
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"passnum/migrations"
)

// JobsSchema is where the job queue keeps its own tables.
const JobsSchema = "river"

// ErrSchema is returned by CheckSchema when the database is not at the version
// this binary was built for.
var ErrSchema = errors.New("the database schema is not the one this version needs: run « passnum migrate »")

// Migrate brings the database at url (owner's role) to this binary's schema,
// creating the cluster roles first when they are missing and allowed.
func Migrate(ctx context.Context, ownerURL string) error {
	if err := ensureRoles(ctx, ownerURL); err != nil {
		return err
	}
	m, err := migrator(ownerURL)
	if err != nil {
		return err
	}
	defer func() { _, _ = m.Close() }()
	if err := m.Up(); err != nil && !errors.Is(err, migrate.ErrNoChange) {
		return fmt.Errorf("migrate schema: %w", err)
	}
	if err := RebaseStamps(ctx, ownerURL); err != nil {
		return err
	}
	return migrateJobs(ctx, ownerURL)
}

// CheckSchema returns ErrSchema unless the database is at the newest migration.
func CheckSchema(ctx context.Context, db *DB) error {
	want, err := latestVersion()
	if err != nil {
		return err
	}
	var version uint
	var dirty bool
	err = db.pool.QueryRow(ctx, "SELECT version, dirty FROM schema_migrations").Scan(&version, &dirty)
	if err != nil || dirty || version != want {
		return ErrSchema
	}
	return nil
}

func ensureRoles(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer conn.Close(ctx)
	var count int
	err = conn.QueryRow(ctx, "SELECT count(*) FROM pg_roles WHERE rolname IN ('passnum_org', 'passnum_platform', 'passnum_public', 'passnum_identity', 'passnum_redeemer', 'passnum_app')").Scan(&count)
	if err != nil || count == 6 {
		return err
	}
	if _, err := conn.Exec(ctx, migrations.Roles); err != nil {
		return fmt.Errorf("create roles (run migrations/roles.sql once as a superuser): %w", err)
	}
	return nil
}

func migrator(ownerURL string) (*migrate.Migrate, error) {
	source, err := iofs.New(migrations.FS, ".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	target, err := url.Parse(ownerURL)
	if err != nil {
		return nil, errors.New("read database address: not a URL")
	}
	target.Scheme = "pgx5"
	m, err := migrate.NewWithSourceInstance("iofs", source, target.String())
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return m, nil
}

// migrateJobs creates the queue's tables and opens them to every scope, so that
// a job is enqueued in the caller's own transaction.
func migrateJobs(ctx context.Context, ownerURL string) error {
	pool, err := pgxpool.New(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+JobsSchema); err != nil {
		return fmt.Errorf("create jobs schema: %w", err)
	}
	jobs, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: JobsSchema})
	if err != nil {
		return fmt.Errorf("prepare jobs schema: %w", err)
	}
	if _, err := jobs.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs schema: %w", err)
	}
	_, err = pool.Exec(ctx, `
		GRANT USAGE ON SCHEMA river TO passnum_app, passnum_org, passnum_platform, passnum_identity;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA river TO passnum_app;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA river TO passnum_app, passnum_org, passnum_platform, passnum_identity;
		GRANT SELECT, INSERT, UPDATE ON river.river_job TO passnum_org, passnum_platform, passnum_identity;
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA river TO passnum_app, passnum_org, passnum_platform, passnum_identity;
		GRANT SELECT ON schema_migrations TO passnum_app`)
	if err != nil {
		return fmt.Errorf("grant jobs schema: %w", err)
	}
	return nil
}

func latestVersion() (uint, error) {
	source, err := iofs.New(migrations.FS, ".")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	version, err := source.First()
	for err == nil {
		var next uint
		if next, err = source.Next(version); err == nil {
			version = next
		}
	}
	return version, nil
}
