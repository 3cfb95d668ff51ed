package app

import (
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sessionStore keeps sessions. One that was ended stays as a mark until it is swept:
// a request that had read it before would otherwise write it again, and a sign-out,
// a changed password or a locked screen would be undone.
type sessionStore struct {
	*pgxstore.PostgresStore
	pool *pgxpool.Pool
}

func newSessionStore(pool *pgxpool.Pool) *sessionStore {
	return &sessionStore{pgxstore.NewWithCleanupInterval(pool, 0), pool} // a job cleans up
}

// Commit writes a session, unless it was ended.
func (s *sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	_, err := s.pool.Exec(context.Background(), `
		INSERT INTO sessions AS s (token, data, expiry) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET data = EXCLUDED.data, expiry = EXCLUDED.expiry WHERE s.expiry > now()`, token, data, expiry)
	if err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	return nil
}

// Delete ends a session and forgets what it held.
func (s *sessionStore) Delete(token string) error {
	if _, err := s.pool.Exec(context.Background(), `UPDATE sessions SET data = '', expiry = least(expiry, now()) WHERE token = $1`, token); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
