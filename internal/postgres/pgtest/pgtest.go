// Package pgtest gives each test its own database, migrated and empty, on a
// real PostgreSQL. It never skips: a machine without PostgreSQL fails.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/postgres"
)

// AppRole is the login role that the application uses, and so do tests.
const AppRole = "passnum_app"

// Database is one test's own database. It is dropped when the test ends.
type Database struct {
	server *server
	name   string

	app, owner func() *pgxpool.Pool
}

// New answers a database that only this test uses.
func New(t testing.TB) *Database {
	t.Helper()
	server, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	database := &Database{server: server, name: "test_" + strings.ToLower(rand.Text()[:16])}
	if err := server.clone(t.Context(), database.name); err != nil {
		t.Fatalf("clone the template database: %v", err)
	}
	database.app = database.lazyPool(t, database.AppURL(), 12)
	database.owner = database.lazyPool(t, database.OwnerURL(), 4)
	t.Cleanup(func() {
		if err := server.drop(context.Background(), database.name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return database
}

// Name is the database's name on its server.
func (d *Database) Name() string { return d.name }

// AppURL is the address as the application's login role, to which row-level
// security applies.
func (d *Database) AppURL() string { return d.server.url(d.name, AppRole) }

// OwnerURL is the address as the owner of the schema, who sees every row.
func (d *Database) OwnerURL() string { return d.server.url(d.name, "") }

// Pool answers connections as the application's login role.
func (d *Database) Pool() *pgxpool.Pool { return d.app() }

// DB hands out scoped transactions, as the application gets them.
func (d *Database) DB() *postgres.DB { return postgres.New(d.Pool()) }

// Owner answers connections as the owner, for assertions and for arranging what
// no use case can.
func (d *Database) Owner() *pgxpool.Pool { return d.owner() }

// lazyPool opens a pool at its first use, so that a test pays only for the
// roles it plays.
func (d *Database) lazyPool(t testing.TB, address string, size int32) func() *pgxpool.Pool {
	return sync.OnceValue(func() *pgxpool.Pool {
		config, err := pgxpool.ParseConfig(address)
		if err != nil {
			t.Fatalf("read the test database's address: %v", err)
		}
		config.MaxConns = size
		config.ConnConfig.RuntimeParams["timezone"] = "UTC"
		pool, err := postgres.OpenPool(context.Background(), config)
		if err != nil {
			t.Fatalf("open the test database: %v", err)
		}
		t.Cleanup(func() { closePool(t, pool) })
		return pool
	})
}

// closePool does not wait for ever: Close blocks on a connection that the code
// under test forgot to release, and the test must say so.
func closePool(t testing.TB, pool *pgxpool.Pool) {
	closed := make(chan struct{})
	go func() {
		pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Errorf("%d database connection(s) were never released", pool.Stat().AcquiredConns())
	}
}

// url is the server's own address with another database and, unless empty,
// another role.
func (s *server) url(database, role string) string {
	address := *s.admin
	address.Path = "/" + database
	if role != "" {
		address.User = url.User(role)
		if password, has := s.admin.User.Password(); has {
			address.User = url.UserPassword(role, password)
		}
	}
	return address.String()
}

func (s *server) clone(ctx context.Context, name string) error {
	_, err := s.pool.Exec(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY %s",
		quote(name), quote(s.template), s.strategy))
	return err
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.pool.Exec(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", quote(name)))
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
