package accounting_test

import (
	"io"
	"os"
	"runtime"
	"testing"
	"time"
)

// manyEntries writes as many redemptions of a year as asked, of 300 structures,
// as the product would have.
const manyEntries = `
	WITH made AS (SELECT n, gen_random_uuid() AS id, timestamptz '2025-01-02 08:00+00' + n * interval '40 seconds' AS at FROM generate_series(1, $1::int) AS n),
	t AS (
		INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day)
		SELECT $2, id, 'redemption', id, $3, $4, at, (at AT TIME ZONE 'Europe/Paris')::date FROM made ORDER BY n)
	INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
	SELECT $2, id, 1, $3, $4, 'circulation', 'payable', 1000 FROM made ORDER BY n`

func TestALargeYear(t *testing.T) {
	t.Parallel()
	entries, most := 5_000, 5*time.Second
	if os.Getenv("PASSNUM_FULL") == "1" {
		entries, most = 500_000, 10*time.Second
	}
	s := newScene(t)
	s.Exec(manyEntries, entries, s.Departement, s.order.ID, s.Mediatheque)
	s.Exec(`ANALYZE ledger_transactions, ledger_movements`)
	f, err := s.accounts.FEC(t.Context(), s.Finance, 2025)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	sum, err := f.Write(io.Discard)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err != nil || sum.Entries != int64(entries) || sum.Lines != 2*sum.Entries || sum.Debit != sum.Credit {
		t.Fatalf("%+v, %v", sum, err)
	}
	if took > most {
		t.Errorf("%d entries took %s", entries, took)
	}
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 64<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	t.Logf("%d entries in %s", entries, took)
	report, err := s.accounts.CheckFEC(t.Context(), s.Finance, 2025)
	if err != nil || !report.Valid() || report.Entries != int64(entries) {
		t.Errorf("%+v, %v", report, err)
	}
}
