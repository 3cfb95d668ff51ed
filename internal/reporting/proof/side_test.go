package proof_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
)

// A complete proof says the same on one connection as on two, names its checks in
// the same order, and never waits for a second connection.
func TestAProofNeedsOneConnection(t *testing.T) {
	t.Parallel()
	w, _ := proven(t)
	if _, err := w.Owner.Exec(t.Context(), `UPDATE cheques SET state = 'utilise' WHERE state = 'actif'`); err != nil {
		t.Fatal(err)
	}
	_, two := prove(t, w, proof.Order{Choice: proof.Complete})
	cfg, err := pgxpool.ParseConfig(w.Base.AppURL())
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 1
	db, err := postgres.OpenConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := w.DB.Now()
	_, one, err := proof.Prove(t.Context(), db.WithClock(func() time.Time { return now }), w.Operator, proof.Order{Choice: proof.Complete})
	if err != nil {
		t.Fatal(err)
	}
	if two.OK() || one.OK() || !slices.EqualFunc(one, two, func(a, b proof.Result) bool {
		return a.Name == b.Name && slices.Equal(a.Offenders, b.Offenders)
	}) {
		t.Errorf("one connection found %+v, two %+v", one.Failed(), two.Failed())
	}
}
