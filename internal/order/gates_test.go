package order_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"image"
	"image/png"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

func TestSignOnceUnderClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Quoted)
	won, lost := race(8, func() error { return w.orders.Sign(context.Background(), w.Commanditaire, id, signature) })
	if won != 1 {
		t.Errorf("%d signatures", won)
	}
	for _, err := range lost {
		wantKind(t, err, fault.KindConflict)
	}
	if n := w.Count(`SELECT count(*) FROM order_steps WHERE state = 'signee'`); n != 1 {
		t.Errorf("%d signature steps", n)
	}
}

func TestAttestAndActivateOnceUnderClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Delivered)
	funds := w.allFunds(id)
	if won, _ := race(8, func() error { return w.orders.AttestFunds(context.Background(), w.Finance, id, funds) }); won != 1 {
		t.Errorf("%d attestations", won)
	}
	if won, _ := race(8, func() error { return w.orders.Activate(context.Background(), w.Finance, id) }); won != 1 {
		t.Errorf("%d activations", won)
	}
	if b := w.balances(id); b.Circulation != euros(600) || b.Funds != 0 || b.Bank != w.read(id).Quote().Total {
		t.Errorf("ledger %+v", b)
	}
}

func TestFundsMayComeBeforeTheDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Signed)
	must(t, w.orders.AttestFunds(t.Context(), w.Finance, id, w.allFunds(id)))
	if o := w.read(id); o.State != order.Signed || o.Attested != euros(600) {
		t.Errorf("%s, %s attested", o.State, o.Attested)
	}
	wantKind(t, w.orders.Activate(t.Context(), w.Finance, id), fault.KindConflict)
	w.walk(id)
	must(t, w.ship(id))
	w.Exec(`UPDATE order_deliveries SET received_at = now(), received_carnets = carnets WHERE order_id = $1`, id)
	must(t, w.orders.Arrived(t.Context(), order.ArrivedArgs{OrderID: id}))
	must(t, w.orders.Arrived(t.Context(), order.ArrivedArgs{OrderID: id})) // a retried job changes nothing
	if o := w.read(id); o.State != order.Funded {
		t.Errorf("delivered and funded, yet %s", o.State)
	}
	must(t, w.orders.Activate(t.Context(), w.Finance, id))
}

func TestAMissingParcelKeepsTheOrderShipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Shipped)
	must(t, w.orders.Arrived(t.Context(), order.ArrivedArgs{OrderID: id}))
	if o := w.read(id); o.State != order.Shipped {
		t.Errorf("nothing was received, yet %s", o.State)
	}
}

func TestFundsMustMatchTheQuote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Delivered)
	short := w.allFunds(id)
	short.Face -= euros(100)
	err := w.orders.AttestFunds(t.Context(), w.Finance, id, short)
	if f, _ := fault.As(err); sentenceOf(f, "valeur_faciale") != "Il manque 100,00\u00a0€ de valeur faciale. Si un autre versement doit suivre, cochez «\u00a0Versement partiel\u00a0»." {
		t.Errorf("told %v", f)
	}
	over := w.allFunds(id)
	over.VAT++
	if got := fields(w.orders.AttestFunds(t.Context(), w.Finance, id, over)); got != "tva" {
		t.Errorf("told %q", got)
	}
	short.Partial = true
	must(t, w.orders.AttestFunds(t.Context(), w.Finance, id, short))
	if o := w.read(id); o.State != order.Delivered || o.Missing().Face != euros(100) {
		t.Errorf("after a part: %s, %s missing", o.State, o.Missing().Face)
	}
	rest := w.allFunds(id)
	wantErr(t, w.orders.AttestFunds(t.Context(), w.Finance, id, rest), order.ErrMandatKnown)
	rest.Mandat = "2026-1188"
	must(t, w.orders.AttestFunds(t.Context(), w.Finance, id, rest))
	if o := w.read(id); o.State != order.Funded {
		t.Errorf("after the rest: %s", o.State)
	}
}

func TestDatabaseRefusesActiveAboveAttested(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Funded)
	w.Exec(`UPDATE orders SET attested_cents = attested_cents - 1 WHERE id = $1`, id)
	wantErr(t, w.orders.Activate(t.Context(), w.Finance, id), order.ErrNotCovered)
	err := w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE orders SET active_cents = attested_cents + 1 WHERE id = @id`, postgres.Args{"id": id})
		return err
	})
	if postgres.Constraint(err) != "orders_active_within_attested" {
		t.Errorf("the database accepts it: %v", err)
	}
	err = w.DB.InOrganisation(t.Context(), w.Commanditaire, func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE orders SET state = 'active' WHERE id = @id`, postgres.Args{"id": id})
		return err
	})
	if err == nil {
		t.Error("a commanditaire activates its own order")
	}
	err = w.DB.InOrganisation(t.Context(), w.Commanditaire, func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `
			INSERT INTO orders (commanditaire_id, id, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until, created_at, created_by, updated_at, attested_cents)
			SELECT commanditaire_id, @new, title, 1, 100, 1, 'date', valid_until, created_at, created_by, updated_at, 100 FROM orders WHERE id = @id`,
			postgres.Args{"new": postgres.NewID(), "id": id})
		return err
	})
	if err == nil {
		t.Error("a commanditaire attests its own funds")
	}
}

// walk plays the operator's part from a signed order to made carnets.
func (w *world) walk(id [16]byte) {
	w.T.Helper()
	ctx := w.T.Context()
	must(w.T, w.orders.OpenCadrage(ctx, w.Operator, id, "Fait"))
	must(w.T, w.orders.ProposeProof(ctx, w.Operator, id, ""))
	must(w.T, w.approve(id))
	must(w.T, w.orders.StartMinting(ctx, w.Operator, id))
	w.drain()
}

func TestMintingIsCancelledAndResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.ProofApproved)
	w.Exec(`UPDATE orders SET carnets = 2500, cheques_per_carnet = 10 WHERE id = $1`, id)
	w.Exec(`UPDATE order_deliveries SET carnets = 2500 WHERE order_id = $1`, id)
	must(t, w.orders.StartMinting(t.Context(), w.Operator, id))
	wantErr(t, w.orders.StartMinting(t.Context(), w.Operator, id), jobs.ErrAlreadyRunning)
	// Somebody stops it while its first batch of 1,000 carnets is being made.
	w.Exec(`CREATE FUNCTION stop_minting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
		BEGIN UPDATE job_runs SET state = 'annule'; RETURN NEW; END $$`)
	w.Exec(`CREATE TRIGGER stop_minting AFTER UPDATE OF minted_carnets ON orders FOR EACH ROW WHEN (NEW.minted_carnets = 1000) EXECUTE FUNCTION stop_minting()`)
	w.drain()
	if n := w.Count(`SELECT count(*) FROM carnets`); n != 1000 {
		t.Fatalf("%d carnets after the stop", n)
	}
	wantKind(t, w.ship(id), fault.KindConflict)
	w.Travel(time.Second)
	must(t, w.orders.StartMinting(t.Context(), w.Operator, id))
	w.drain()
	for sql, want := range map[string]int64{
		`SELECT count(DISTINCT serial) FROM carnets`:                                                    2500,
		`SELECT count(*) FROM cheques`:                                                                  25000,
		`SELECT count(DISTINCT code_hash) FROM cheque_codes`:                                            25000,
		`SELECT count(*) FROM (SELECT 1 FROM cheques GROUP BY carnet_id HAVING count(*) <> 10) AS half`: 0,
		`SELECT count(*) FROM custody_moves WHERE kind = 'fabrication'`:                                 1,
	} {
		if got := w.Count(sql); got != want {
			t.Errorf("%d, want %d: %s", got, want, sql)
		}
	}
	run, ok, err := w.orders.Making(t.Context(), w.Operator, id)
	if err != nil || !ok || run.State != jobs.Done || run.Done != 2500 {
		t.Errorf("run %+v, %v, %v", run, ok, err)
	}
	wantKind(t, w.orders.StartMinting(t.Context(), w.Operator, id), fault.KindConflict)
	wantKind(t, w.orders.CancelMinting(t.Context(), w.Operator, id), fault.KindConflict)
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

var tinyPNG = func() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 32, 32))); err != nil {
		panic(err)
	}
	return out.Bytes()
}()
