// Package postgres opens the database and hands out scoped transactions. It
// refuses unscoped access: stores take a *Tx, and only the In… methods make one,
// so a query outside row-level security cannot be written.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Scope says for which organisation, and by whom, a transaction is made.
type Scope interface {
	// ScopeOrganisation is the organisation acted for; uuid.Nil when none.
	ScopeOrganisation() uuid.UUID
	// ScopeAccount is the person acting; uuid.Nil for the system and for tokens.
	ScopeAccount() uuid.UUID
}

// DB is a pool of connections of the application's login role.
type DB struct {
	pool *pgxpool.Pool
	now  func() time.Time
}

// connections is how many a process opens at most, unless the address says
// otherwise (pool_max_conns): pgx's own default, four on a small machine, would
// make requests wait for each other rather than for the database.
const connections = 20

// Open connects to url as the application's role. Close must be called.
func Open(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		cfg.MaxConns = connections
	}
	return OpenConfig(ctx, cfg)
}

// OpenConfig is Open for a caller that sizes its own pool.
func OpenConfig(ctx context.Context, cfg *pgxpool.Config) (*DB, error) {
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "passnum"
	pool, err := OpenPool(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	return New(pool), nil
}

// OpenPool makes a pool whose connections know our types.
func OpenPool(ctx context.Context, cfg *pgxpool.Config) (*pgxpool.Pool, error) {
	cfg.AfterConnect = learnTypes
	return pgxpool.NewWithConfig(ctx, cfg)
}

// New wraps a pool that connects as the application's role.
func New(pool *pgxpool.Pool) *DB {
	return &DB{pool: pool, now: time.Now}
}

// Close releases every connection.
func (db *DB) Close() { db.pool.Close() }

// Pool is for infrastructure that owns its own tables (sessions, jobs); domains
// never see it.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// WithClock returns a DB on the same pool whose transactions read their time
// from now; tests and the demo world travel with it.
func (db *DB) WithClock(now func() time.Time) *DB {
	return &DB{pool: db.pool, now: now}
}

// Now is the time the next transaction would be given, in UTC.
func (db *DB) Now() time.Time { return instant(db.now()) }

// InOrganisation runs fn in a transaction that sees what the scope's
// organisation is a party to, and nothing else.
func (db *DB) InOrganisation(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	organisation := scope.ScopeOrganisation()
	if organisation == uuid.Nil {
		return errors.New("no organisation to act for")
	}
	return db.within(ctx, "SET LOCAL ROLE passnum_org; SET LOCAL app.organisation_id = '"+organisation.String()+"'", fn)
}

// InPlatform runs fn as the operator. A person's use is journaled with its
// reason, in the same transaction.
func (db *DB) InPlatform(ctx context.Context, scope Scope, reason string, fn func(*Tx) error) error {
	return db.within(ctx, "SET LOCAL ROLE passnum_platform", func(tx *Tx) error {
		if account := scope.ScopeAccount(); account != uuid.Nil {
			if err := journalPlatformUse(ctx, tx, account, reason); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// InPublic runs fn as a visitor: published rows only.
func (db *DB) InPublic(ctx context.Context, fn func(*Tx) error) error {
	return db.within(ctx, "SET LOCAL ROLE passnum_public", fn)
}

// InIdentity runs fn before anyone acts for an organisation: accounts,
// memberships, invitations, tokens.
func (db *DB) InIdentity(ctx context.Context, fn func(*Tx) error) error {
	return db.within(ctx, "SET LOCAL ROLE passnum_identity", fn)
}

// within opens the transaction and its scope in one round trip.
func (db *DB) within(ctx context.Context, scope string, fn func(*Tx) error) error {
	return pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{BeginQuery: "BEGIN; " + scope}, func(raw pgx.Tx) error {
		return fn(&Tx{Tx: raw, now: instant(db.now())})
	})
}

// Pipeline sends one statement in the organisation's scope, in a single round
// trip and an implicit transaction, and scans its only row into dest.
func (db *DB) Pipeline(ctx context.Context, scope Scope, sql string, args []any, dest ...any) error {
	batch := &pgx.Batch{}
	batch.Queue("SELECT set_config('role', 'passnum_org', true), set_config('app.organisation_id', $1, true)", scope.ScopeOrganisation().String())
	batch.Queue(sql, args...)
	results := db.pool.SendBatch(ctx, batch)
	_, scopeErr := results.Exec()
	err := errors.Join(scopeErr, results.QueryRow().Scan(dest...))
	if closeErr := results.Close(); err == nil {
		err = closeErr
	}
	return err
}

func journalPlatformUse(ctx context.Context, tx *Tx, account uuid.UUID, reason string) error {
	_, err := tx.Exec(ctx, `INSERT INTO journal (id, at, act, subject_kind, subject_id, account_id, detail)
		VALUES ($1, $2, 'consultation', 'plateforme', $3, $3, jsonb_build_object('motif', $4::text))`,
		NewID(), tx.Now(), account, reason)
	if err != nil {
		return fmt.Errorf("journal platform use: %w", err)
	}
	return nil
}

// instant keeps what PostgreSQL can store, in UTC.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// NewID makes a time-ordered identifier (UUIDv7).
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// System is the scope of work nobody asked for in person: jobs, the demo world.
type System struct{}

// ScopeOrganisation is always uuid.Nil.
func (System) ScopeOrganisation() uuid.UUID { return uuid.Nil }

// ScopeAccount is always uuid.Nil, so that nothing is journaled as a person's.
func (System) ScopeAccount() uuid.UUID { return uuid.Nil }
