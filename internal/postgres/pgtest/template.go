package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/postgres"
	"passnum/migrations"
)

const (
	templatePrefix = "passnum_template_"

	// templateLock is the advisory lock under which one process builds the
	// template while the others wait for it.
	templateLock = 7262001
)

// ensureTemplate makes sure that the template of the present migrations exists,
// and drops those of others.
func (s *server) ensureTemplate(ctx context.Context) error {
	hash, err := schemaHash()
	if err != nil {
		return err
	}
	s.template = templatePrefix + hash
	connection, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer connection.Release()
	if _, err := connection.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return err
	}
	defer connection.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", templateLock)
	existing, err := templates(ctx, connection)
	if err != nil {
		return err
	}
	for _, name := range existing {
		if name == s.template {
			return s.bootstrap(ctx, s.template)
		}
	}
	for _, name := range existing {
		if err := s.drop(ctx, name); err != nil {
			return err
		}
	}
	return s.buildTemplate(ctx, connection)
}

func templates(ctx context.Context, connection *pgxpool.Conn) ([]string, error) {
	rows, err := connection.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", templatePrefix)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// buildTemplate works under another name until the end, so that a process
// killed half-way leaves no half-made template.
func (s *server) buildTemplate(ctx context.Context, connection *pgxpool.Conn) error {
	unfinished := s.template + "_new"
	if err := s.bootstrap(ctx, unfinished); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, s.url(unfinished, "")); err != nil {
		return err
	}
	if err := s.firstConnection(ctx, unfinished); err != nil {
		return err
	}
	// Nobody may connect any more: a copy waits for connections to its source.
	for _, statement := range []string{
		"ALTER DATABASE " + quote(unfinished) + " ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + quote(unfinished) + " RENAME TO " + quote(s.template),
	} {
		if _, err := connection.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// firstConnection makes PostgreSQL write the file that a first connection leaves
// for the next ones, so that copies have it too.
func (s *server) firstConnection(ctx context.Context, database string) error {
	connection, err := pgx.Connect(ctx, s.url(database, ""))
	if err != nil {
		return err
	}
	return connection.Close(ctx)
}

// bootstrap makes the roles, whose password is the one of the server's address,
// and a database.
func (s *server) bootstrap(ctx context.Context, database string) error {
	password, _ := s.admin.User.Password()
	return postgres.Bootstrap(ctx, s.admin.String(), database, password)
}

// schemaHash names a state of the migrations.
func schemaHash() (string, error) {
	hash := sha256.New()
	hash.Write([]byte(migrations.Roles))
	err := fs.WalkDir(migrations.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".up.sql") {
			return err
		}
		content, err := fs.ReadFile(migrations.FS, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s %d\n%s", path, len(content), content)
		return nil
	})
	return hex.EncodeToString(hash.Sum(nil)[:6]), err
}
