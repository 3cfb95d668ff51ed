package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/postgres/embedded"
)

// startTimeout covers a cold start: the server, then every migration.
const startTimeout = 3 * time.Minute

// server is the PostgreSQL of this test process: the one TEST_DATABASE_URL
// names, shared with other packages, or a private one that dies with it.
type server struct {
	admin    *url.URL
	pool     *pgxpool.Pool
	template string
	strategy string // how the template is copied
	// private is kept so that its lock is: once collected, another process would
	// sweep its data away.
	private *embedded.Server
}

var sharedServer = sync.OnceValues(func() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	address := os.Getenv("TEST_DATABASE_URL")
	var private *embedded.Server
	if address == "" {
		var err error
		if private, err = embedded.StartTemporary(ctx, false); err != nil {
			return nil, err
		}
		address = private.SuperuserURL("postgres")
	}
	admin, err := url.Parse(address)
	if err != nil {
		// The address holds a password: do not repeat it.
		return nil, fmt.Errorf("TEST_DATABASE_URL n’est pas une adresse postgres:// valide")
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("TEST_DATABASE_URL n’est pas une adresse postgres:// valide : %w", err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, fmt.Errorf("open the test server: %w", err)
	}
	started := &server{admin: admin, pool: pool, private: private, strategy: copying(ctx, pool)}
	if err := started.ensureTemplate(ctx); err != nil {
		return nil, fmt.Errorf("build the template database: %w", err)
	}
	return started, nil
})

// copying is how copies of a database cost least. In memory, copying its files is
// half the work of copying its pages through the log, and brings what a first
// connection prepares. On a disk it writes much that the end of a test forgets.
func copying(ctx context.Context, pool *pgxpool.Pool) string {
	var directory string
	err := pool.QueryRow(ctx, "SHOW data_directory").Scan(&directory)
	if err == nil && strings.HasPrefix(directory, "/dev/shm/") {
		return "file_copy"
	}
	return "wal_log"
}
