package pgtest_test

import (
	"testing"

	"passnum/internal/postgres/pgtest"
)

func TestTwoDatabasesAreIsolated(t *testing.T) {
	t.Parallel()
	first, second := pgtest.New(t), pgtest.New(t)
	if _, err := first.Owner().Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
		t.Fatal(err)
	}
	var seen bool
	err := second.Owner().QueryRow(t.Context(), "SELECT to_regclass('mine') IS NOT NULL").Scan(&seen)
	if err != nil {
		t.Fatal(err)
	}
	if seen {
		t.Error("a table made in one test's database exists in another's")
	}
}

func TestThePoolIsTheApplicationRole(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	var role string
	var privileged bool
	err := database.Pool().QueryRow(t.Context(),
		"SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").Scan(&role, &privileged)
	if err != nil {
		t.Fatal(err)
	}
	if role != pgtest.AppRole || privileged {
		t.Errorf("the pool connects as %s (privileged: %t)", role, privileged)
	}
}

func TestTheDatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	var version int
	err := pgtest.New(t).Owner().QueryRow(t.Context(), "SELECT version FROM schema_migrations WHERE NOT dirty").Scan(&version)
	if err != nil {
		t.Fatal(err)
	}
	if version < 1 {
		t.Errorf("schema version %d", version)
	}
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		database := pgtest.New(t)
		name = database.Name()
		if err := database.Pool().Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	var exists bool
	err := pgtest.New(t).Owner().QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err != nil {
		t.Fatal(err)
	}
	if exists {
		t.Errorf("%s outlived its test", name)
	}
}

func BenchmarkNew(b *testing.B) {
	pgtest.New(b)
	for b.Loop() {
		pgtest.New(b)
	}
}
