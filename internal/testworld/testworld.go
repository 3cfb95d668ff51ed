// Package testworld builds a small true world in a fresh database for tests:
// organisations, people, a qualified structure with a place, a counter with a
// signed convention, and orders in circulation. It refuses to be used outside
// tests: it writes as the database's owner.
package testworld

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
)

// World is one test's database and the people in it.
type World struct {
	T     testing.TB
	DB    *postgres.DB  // the application's role, on the world's clock
	Owner *pgxpool.Pool // for assertions
	Base  *pgtest.Database
	Keys  *code.Keyring

	Departement, Region, Mairie, Mediatheque, Stranger uuid.UUID // organisations
	Place, Point                                       uuid.UUID // in Guéret (23096)

	Commanditaire identity.Actor // responsable of Departement
	Cofunder      identity.Actor // reader in Region
	Agent         identity.Actor // responsable of Mairie, a counter
	Mediateur     identity.Actor // responsable of Mediatheque, a structure
	Other         identity.Actor // responsable of Stranger, every capacity
	Operator      identity.Actor // administration
	Finance       identity.Actor // finance

	mu  sync.Mutex
	now time.Time
}

// Start is the world's first moment: Monday 16 November 2026, 10:00 in Paris.
var Start = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

// New builds the world.
func New(t testing.TB) *World {
	t.Helper()
	base := pgtest.New(t)
	keys, err := code.ParseKeyring(code.GenerateKey("k1"))
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, Base: base, Owner: base.Owner(), Keys: keys, now: Start}
	w.DB = base.DB().WithClock(w.Now)
	w.organisations()
	w.people()
	w.network()
	return w
}

// Now is the world's clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Travel moves the clock.
func (w *World) Travel(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// At sets the clock.
func (w *World) At(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

// Exec runs a statement as the owner.
func (w *World) Exec(sql string, args ...any) {
	w.T.Helper()
	if _, err := w.Owner.Exec(context.Background(), sql, args...); err != nil {
		w.T.Fatalf("world: %v\n%s", err, sql)
	}
}

// Count runs a query that returns one number, as the owner.
func (w *World) Count(sql string, args ...any) int64 {
	w.T.Helper()
	var n int64
	if err := w.Owner.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		w.T.Fatalf("world: %v\n%s", err, sql)
	}
	return n
}
