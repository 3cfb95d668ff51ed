package continuity_test

import (
	"os"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"time"

	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/postgres/pgtest"
	"passnum/internal/testworld"
)

// TestAMillionCheques exports, verifies and takes over a million chèques: memory
// does not grow with them.
func TestAMillionCheques(t *testing.T) {
	t.Parallel()
	carnets := 200
	if os.Getenv("PASSNUM_FULL") == "1" {
		carnets = 100_000
	}
	w := newWorld(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 10})
	w.Exec(strings.ReplaceAll(strings.ReplaceAll(grow, "@order", "'"+order.ID.String()+"'"), "@carnets", strconv.Itoa(carnets)))
	path := filepath.Join(t.TempDir(), "kit.zip")
	file, err := os.Create(path)
	must(t, err)
	peak := watchMemory(t)
	begun := time.Now()
	_, err = w.source().Export(t.Context(), file, "", nil)
	must(t, err)
	made := time.Since(begun)
	begun = time.Now()
	info, err := file.Stat()
	must(t, err)
	k, err := kit.Open(file, info.Size())
	must(t, err)
	w.verified(t, k)
	verified := time.Since(begun)
	begun = time.Now()
	next := pgtest.New(t)
	_, err = continuity.Target{OwnerURL: next.OwnerURL(), App: next.DB()}.Import(t.Context(), k, continuity.Terms{Key: kit.Public(w.signer)})
	must(t, err)
	most := peak()
	t.Logf("%d chèques: %.1f MB in %s, verified in %s, taken over in %s, memory at most %.0f MiB", carnets*10, float64(info.Size())/1e6,
		made.Round(time.Millisecond), verified.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond), most)
	archive, err := os.ReadFile(path)
	must(t, err)
	folder := extract(t, archive)
	begun = time.Now()
	if said, ok := script(t, folder, kit.Public(w.signer)); !ok {
		t.Errorf("the verifier says:\n%s", said)
	}
	t.Logf("checked by the script in %s", time.Since(begun).Round(time.Millisecond))
	if most > 200 {
		t.Errorf("memory at most %.0f MiB", most)
	}
	if made > 2*time.Minute { // on a machine as busy as a build server
		t.Errorf("exported in %s", made)
	}
}

// grow adds carnets to an order, funded and in circulation: minting them would
// take a minute, and is not what is measured.
const grow = `BEGIN;
	SET LOCAL session_replication_role = replica;
	INSERT INTO carnets (commanditaire_id, id, order_id, number, serial, state, aiguilleur_id, point_id)
		SELECT commanditaire_id, gen_random_uuid(), order_id, n, 'C26-999-' || lpad(n::text, 6, '0'), state, aiguilleur_id, point_id
		FROM carnets, generate_series(2, @carnets) AS n WHERE order_id = @order;
	INSERT INTO cheques (commanditaire_id, id, order_id, carnet_id, rank, face_value_cents, key_id)
		SELECT commanditaire_id, gen_random_uuid(), order_id, id, r, 1000, 'k1' FROM carnets, generate_series(1, 10) AS r WHERE order_id = @order AND number > 1;
	INSERT INTO cheque_codes SELECT decode(md5(id::text), 'hex'), commanditaire_id, id FROM cheques c
		WHERE order_id = @order AND NOT EXISTS (SELECT 1 FROM cheque_codes h WHERE h.cheque_id = c.id AND h.commanditaire_id = c.commanditaire_id);
	INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, at, day)
		SELECT commanditaire_id, gen_random_uuid(), k, gen_random_uuid(), id, now(), current_date FROM orders, unnest(ARRAY['funding', 'activation']) AS k WHERE id = @order;
	INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, debit, credit, amount_cents)
		SELECT commanditaire_id, id, 1, order_id, CASE kind WHEN 'funding' THEN 'bank' ELSE 'funds' END::ledger_account, CASE kind WHEN 'funding' THEN 'funds' ELSE 'circulation' END::ledger_account,
			(@carnets - 1) * 10000 FROM ledger_transactions t WHERE order_id = @order
			AND NOT EXISTS (SELECT 1 FROM ledger_movements m WHERE m.transaction_id = t.id AND m.commanditaire_id = t.commanditaire_id);
	UPDATE orders SET carnets = @carnets, minted_carnets = @carnets, attested_cents = @carnets * 10000, active_cents = @carnets * 10000 WHERE id = @order;
	COMMIT;
	ANALYZE`

// watchMemory answers a function that stops watching and tells the most memory,
// in MiB, that this process held.
func watchMemory(t *testing.T) func() float64 {
	t.Helper()
	stop, most := make(chan struct{}), make(chan float64)
	go func() {
		ticks, peak := time.NewTicker(20*time.Millisecond), 0.0
		defer ticks.Stop()
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			peak = max(peak, float64(sample[0].Value.Uint64())/(1<<20))
			select {
			case <-stop:
				most <- peak
				return
			case <-ticks.C:
			}
		}
	}()
	return func() float64 {
		close(stop)
		return <-most
	}
}
