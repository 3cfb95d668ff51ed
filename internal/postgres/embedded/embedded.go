// Package embedded starts a private PostgreSQL for development and tests, from
// the server binaries found on the machine. It refuses to be a production
// database: it listens on a Unix socket only and lives as long as its process.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser = "postgres"
	// port only names the socket file: nothing listens on TCP.
	port = 5432

	startTimeout = 60 * time.Second
	stopTimeout  = 30 * time.Second
)

// Options says where the server keeps its data and how careful it is with it.
type Options struct {
	// Dir holds the data, the password, the log and the lock. It is made when
	// missing; a second start finds its data again.
	Dir string
	// Durable keeps PostgreSQL's promises on a crash. Without it the server is
	// several times faster and good for tests only.
	Durable bool
	// Bin is the directory of the server binaries; empty means search for them.
	Bin string
	// Notices receives one line when something surprising is done, such as
	// keeping the data elsewhere; nil means standard error.
	Notices io.Writer
}

// Server is a running PostgreSQL that stops with the process that started it.
type Server struct {
	place     place
	password  string
	process   *process
	lock      *lock
	temporary bool
	stop      sync.Once
	stopErr   error
}

// Start starts a server on the data of options.Dir, making them when they do
// not exist yet. It answers once the server accepts connections.
func Start(ctx context.Context, options Options) (*Server, error) {
	if options.Notices == nil {
		options.Notices = os.Stderr
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("locate the database directory: %w", err)
	}
	options.Dir = dir
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the database directory: %w", err)
	}
	held, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	server, err := start(ctx, options, held)
	if err != nil {
		return nil, errors.Join(err, held.release())
	}
	return server, nil
}

func start(ctx context.Context, options Options, held *lock) (*Server, error) {
	bin, err := findBinaries(ctx, options.Bin)
	if err != nil {
		return nil, err
	}
	place, err := choosePlace(ctx, options)
	if err != nil {
		return nil, err
	}
	bin, err = reachableBinaries(ctx, bin, place)
	if err != nil {
		return nil, err
	}
	if err := stopOrphan(ctx, place); err != nil {
		return nil, err
	}
	password, err := ensureCluster(ctx, bin, place, options.Durable)
	if err != nil {
		return nil, err
	}
	process, err := startProcess(bin, place, options.Durable)
	if err != nil {
		return nil, err
	}
	server := &Server{place: place, password: password, process: process, lock: held}
	if err := server.waitReady(ctx); err != nil {
		process.end(interruptSignal, stopTimeout)
		return nil, err
	}
	return server, nil
}

// URL is the address of a database for one login role. Every role of a private
// server is given the same password by whoever creates it: see Password.
func (s *Server) URL(database, user string) string {
	address := url.URL{
		Scheme: "postgres",
		User:   url.UserPassword(user, s.password),
		Path:   "/" + database,
		RawQuery: url.Values{
			"host": {s.place.socket},
			"port": {strconv.Itoa(port)},
		}.Encode(),
	}
	return address.String()
}

// SuperuserURL is the address of a database for the server's superuser.
func (s *Server) SuperuserURL(database string) string { return s.URL(database, superuser) }

// Password is the one password of this server, drawn at random when its data
// were made.
func (s *Server) Password() string { return s.password }

// Exited is closed when the server has stopped, whoever stopped it.
func (s *Server) Exited() <-chan struct{} { return s.process.exited }

// Stop stops the server and lets another process use its data. It may be
// called several times.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		signal := interruptSignal
		if s.temporary {
			signal = quitSignal // nothing to save: do not write a checkpoint
		}
		s.process.end(signal, stopTimeout)
		s.stopErr = s.place.forgetSocket()
		if s.temporary {
			s.stopErr = errors.Join(s.stopErr, s.place.removeData(), os.RemoveAll(s.place.dir))
		}
		s.stopErr = errors.Join(s.stopErr, s.lock.release())
	})
	return s.stopErr
}

func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	address := s.SuperuserURL("postgres")
	pause := time.NewTicker(15 * time.Millisecond)
	defer pause.Stop()
	for {
		connection, err := pgx.Connect(ctx, address)
		if err == nil {
			return connection.Close(ctx)
		}
		if wrongPassword(err) {
			return fmt.Errorf("le mot de passe de la base privée (%s) ne correspond plus à ses données ; « make reset » recommence à neuf", s.place.dir)
		}
		select {
		case <-s.process.exited:
			return fmt.Errorf("PostgreSQL s’est arrêté au démarrage : %s", s.place.lastLogLine())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL ne répond pas (%w) : %s", ctx.Err(), s.place.lastLogLine())
		case <-pause.C:
		}
	}
}
