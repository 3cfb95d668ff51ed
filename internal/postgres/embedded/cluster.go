package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// ensureCluster makes the data with initdb unless they exist, and answers the
// superuser's password.
func ensureCluster(ctx context.Context, bin binaries, place place, durable bool) (string, error) {
	made, err := os.ReadFile(filepath.Join(place.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return initCluster(ctx, bin, place, durable)
	}
	if errors.Is(err, fs.ErrPermission) {
		return "", place.foreignError()
	}
	if err != nil {
		return "", fmt.Errorf("read the data's version: %w", err)
	}
	if version, _ := strconv.Atoi(strings.TrimSpace(string(made))); version != bin.version {
		return "", fmt.Errorf("les données de %s viennent de PostgreSQL %d, cette machine a PostgreSQL %d ; « make reset » recommence à neuf",
			place.data, version, bin.version)
	}
	return place.keptPassword()
}

// initCluster makes the data beside their final place and moves them at the
// end: an interrupted initdb leaves nothing that looks like a database.
func initCluster(ctx context.Context, bin binaries, place place, durable bool) (string, error) {
	password, err := place.newPassword()
	if err != nil {
		return "", err
	}
	unfinished := place.data + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", fmt.Errorf("clear an unfinished data directory: %w", err)
	}
	if err := place.account.makeDir(unfinished); err != nil {
		return "", fmt.Errorf("make the data directory: %w", err)
	}
	secret := filepath.Join(place.socket, "password")
	defer os.Remove(secret)
	if err := errors.Join(os.WriteFile(secret, []byte(password+"\n"), 0o600), place.account.own(secret)); err != nil {
		return "", fmt.Errorf("hand the password to initdb: %w", err)
	}
	arguments := initArguments(bin.version, unfinished, secret, durable)
	command := place.account.command(ctx, place.root, filepath.Join(bin.dir, "initdb"), arguments...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb a échoué (%w) : %s", err, strings.TrimSpace(string(output)))
	}
	if err := os.Rename(unfinished, place.data); err != nil {
		return "", fmt.Errorf("put the data in place: %w", err)
	}
	return password, nil
}

func initArguments(version int, data, passwordFile string, durable bool) []string {
	arguments := []string{
		"--pgdata", data,
		"--username", superuser,
		"--pwfile", passwordFile,
		"--auth", "scram-sha-256",
		"--encoding", "UTF8",
	}
	if !durable {
		arguments = append(arguments, "--no-sync")
	}
	return append(arguments, localeArguments(version)...)
}

// localeArguments asks for code point order: the same everywhere, and fast. The
// queries that sort for people name their collation.
func localeArguments(version int) []string {
	switch {
	case version >= 17:
		return []string{"--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"}
	case runtime.GOOS == "linux":
		return []string{"--locale", "C.UTF-8"}
	default:
		return []string{"--locale", "en_US.UTF-8"}
	}
}

func serverArguments(place place, durable bool) []string {
	settings := []string{
		"listen_addresses=",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=" + place.socket,
		"unix_socket_permissions=0700",
		"max_connections=200",
		"shared_buffers=512MB",
		"work_mem=16MB",
		"maintenance_work_mem=256MB",
		"max_wal_size=4GB",
		"checkpoint_timeout=15min",
		"max_parallel_workers_per_gather=1",
		"jit=off",
		"log_min_messages=warning",
		"log_checkpoints=off",
		"logging_collector=off",
	}
	if !durable {
		settings = append(settings,
			"shared_buffers=256MB",
			"max_wal_size=512MB", // the log may be in memory
			"wal_level=minimal", "max_wal_senders=0",
			"fsync=off", "full_page_writes=off", "synchronous_commit=off",
			// A worker visiting a template database would make its copies wait.
			"autovacuum=off")
	}
	arguments := []string{"-D", place.data}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	return arguments
}

func wrongPassword(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "28P01"
}
