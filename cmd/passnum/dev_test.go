package main

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"passnum/internal/config"
	"passnum/internal/postgres/embedded"
)

// stopped runs make run with an application that works on the database, then
// is stopped as by Ctrl-C, and answers what was printed.
func stopped(t *testing.T, dir string, variables map[string]string, work func(context.Context, config.Config)) string {
	t.Helper()
	environment := map[string]string{config.Addr: "127.0.0.1:0"}
	maps.Copy(environment, variables)
	ctx, interrupt := context.WithCancel(t.Context())
	var out bytes.Buffer
	run := development{
		dir:    dir,
		getenv: func(name string) string { return environment[name] },
		std:    streams{out: &out, err: &out},
		app: application{
			loadDemo: func(context.Context, config.Config) (bool, error) { return true, nil },
			serve: func(ctx context.Context, cfg config.Config, ready func()) error {
				work(ctx, cfg)
				ready()
				interrupt()
				<-ctx.Done()
				return ctx.Err()
			},
		},
	}
	if err := run.run(ctx); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDevelopmentKeepsItsDataAndKeys(t *testing.T) {
	t.Parallel()
	dir := stateDirectory(t)
	var keys config.Secret
	printed := stopped(t, dir, nil, func(ctx context.Context, cfg config.Config) {
		keys = cfg.CodeKeys
		query[string](t, cfg.Database.Owner, "CREATE TABLE kept AS SELECT 'yes' AS answer; SELECT answer FROM kept")
		if role := query[string](t, cfg.Database.App, "SELECT current_user"); role != appRole {
			t.Errorf("the application connects as %s", role)
		}
		if fsync := query[string](t, cfg.Database.App, "SHOW fsync"); fsync != "on" {
			t.Errorf("fsync is %s", fsync)
		}
	})
	for _, expected := range []string{"http://127.0.0.1:0", "mediateur@demo.passnum.test", demoPassword, "Arrêté."} {
		if !strings.Contains(printed, expected) {
			t.Errorf("%q is missing from:\n%s", expected, printed)
		}
	}
	stopped(t, dir, nil, func(ctx context.Context, cfg config.Config) {
		if cfg.CodeKeys != keys {
			t.Error("the chèque keys changed: printed chèques would no longer be recognised")
		}
		if answer := query[string](t, cfg.Database.Owner, "SELECT answer FROM kept"); answer != "yes" {
			t.Errorf("the data are gone: %q", answer)
		}
	})
}

func TestDevelopmentOnAGivenServer(t *testing.T) {
	t.Parallel()
	server, err := embedded.StartTemporary(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	dir := stateDirectory(t)
	given := map[string]string{config.DatabaseURL: server.SuperuserURL("postgres")}
	stopped(t, dir, given, func(ctx context.Context, cfg config.Config) {
		if role := query[string](t, cfg.Database.App, "SELECT current_user"); role != appRole {
			t.Errorf("the application connects as %s, whom row-level security does not hold back", role)
		}
		if applied := query[bool](t, cfg.Database.Owner, "SELECT NOT dirty FROM schema_migrations"); !applied {
			t.Error("the schema is not migrated")
		}
	})
	if _, err := os.Stat(filepath.Join(dir, databaseState)); !errors.Is(err, os.ErrNotExist) {
		t.Error("a private server was started beside the given one")
	}
}

func TestABusyAddressIsNamed(t *testing.T) {
	t.Parallel()
	busy := development{getenv: func(string) string { return "192.0.2.1:80" }}
	if err := busy.checkAddr(); err == nil || !strings.Contains(err.Error(), "192.0.2.1:80") {
		t.Errorf("got %v", err)
	}
}

// stateDirectory is one that the server's own user may enter.
func stateDirectory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "passnum-dev-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// query runs statements and answers the only value of the last one.
func query[T any](t *testing.T, address config.Secret, sql string) (answer T) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), string(address))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(t.Context())
	statements := strings.Split(sql, "; ")
	for _, statement := range statements[:len(statements)-1] {
		if _, err := connection.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := connection.QueryRow(t.Context(), statements[len(statements)-1]).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
