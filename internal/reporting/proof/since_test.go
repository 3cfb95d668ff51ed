package proof_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/reporting/proof"
	"passnum/internal/testworld"
)

func prove(t *testing.T, w *testworld.World, o proof.Order) (proof.Proof, proof.Report) {
	t.Helper()
	p, report, err := proof.Prove(t.Context(), w.DB, w.Operator, o)
	if err != nil {
		t.Fatal(err)
	}
	return p, report
}

// proven is a world whose past was proven in full, and what happened since: four
// chèques taken, one of them given back.
func proven(t *testing.T) (w *testworld.World, before proof.Proof) {
	t.Helper()
	w = testworld.New(t)
	w.At(time.Date(2026, 9, 3, 8, 0, 0, 0, time.UTC))
	codes := w.ActiveOrder(testworld.OrderOptions{Carnets: 4}).HandedOver(3)
	take := redemption.NewService(w.DB, w.Keys)
	accept(t, take, w.Mediateur, codes[0:3])
	before, report := prove(t, w, proof.Order{Choice: proof.Complete})
	if !before.OK || !before.Complete || before.SealNumber == 0 {
		t.Fatalf("first proof: %+v, %+v", before, report.Failed())
	}
	w.At(time.Date(2026, 9, 3, 9, 0, 0, 0, time.UTC))
	accept(t, take, w.Mediateur, codes[3:6])
	undone := accept(t, take, w.Mediateur, codes[6:7])
	if _, err := take.Undo(t.Context(), w.Mediateur, undone.Results[0].ID, "erreur"); err != nil {
		t.Fatal(err)
	}
	return w, before
}

func TestOnlyWhatChangedIsProven(t *testing.T) {
	t.Parallel()
	w, before := proven(t)
	p, report := prove(t, w, proof.Order{Choice: proof.Since, Anchor: fmt.Sprintf("%d:%x", before.SealNumber, before.SealHash)})
	if !p.OK || p.Complete || p.FromStamp != before.ToStamp || p.SealNumber <= before.SealNumber {
		t.Errorf("%+v, %+v", p, report.Failed())
	}
	counted := map[string]int64{}
	for _, r := range report {
		counted[r.Name] = r.Counted
	}
	for name, want := range map[string]int64{"nouveaux mouvements": 3, "nouveaux encaissements": 4, "nouvelles annulations": 1, "chèques touchés": 4, "ancre": 1} {
		if counted[name] != want {
			t.Errorf("%s: %d examined, want %d", name, counted[name], want)
		}
	}
	again, _ := prove(t, w, proof.Order{Choice: proof.Since})
	if !again.OK || again.Examined >= p.Examined {
		t.Errorf("nothing changed, yet %d rows after %d", again.Examined, p.Examined)
	}
	whole, _ := prove(t, w, proof.Order{})
	if !whole.Complete || whole.Why != "la base est petite" {
		t.Errorf("a small database: %+v", whole)
	}
}

func TestFaultsSinceTheLastProof(t *testing.T) {
	t.Parallel()
	w, before := proven(t)
	recent := fmt.Sprintf("stamp >= %d", before.ToStamp)
	for name, fault := range map[string]struct {
		sql  string
		seen []string
	}{
		"a movement deleted":        {`DELETE FROM ledger_movements WHERE transaction_id IN (SELECT id FROM ledger_transactions WHERE kind = 'redemption' AND ` + recent + `)`, []string{"nouveaux mouvements", "nouveaux encaissements"}},
		"an operation skipped":      {`DELETE FROM ledger_transactions WHERE kind = 'redemption' AND ` + recent, []string{"nouveaux encaissements"}},
		"an amount altered":         {`UPDATE ledger_movements SET amount_cents = 1 WHERE transaction_id IN (SELECT id FROM ledger_transactions WHERE kind = 'redemption' AND ` + recent + `)`, []string{"nouveaux encaissements"}},
		"an undo not booked":        {`DELETE FROM ledger_transactions WHERE kind = 'undo'`, []string{"nouvelles annulations"}},
		"an undo of nothing":        {`UPDATE redemptions SET undone_at = NULL WHERE undone_at IS NOT NULL`, []string{"nouvelles annulations", "chèques touchés"}},
		"a used chèque usable":      {`UPDATE cheques SET state = 'actif' WHERE id IN (SELECT cheque_id FROM redemptions WHERE ` + recent + `)`, []string{"chèques touchés"}},
		"a chèque redeemed twice":   {`DROP INDEX redemptions_one_live; INSERT INTO redemptions SELECT commanditaire_id, gen_random_uuid(), cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day FROM redemptions WHERE undone_at IS NULL AND ` + recent + ` LIMIT 1`, []string{"chèques touchés", "contraintes", "nouveaux encaissements"}},
		"a journal line erased":     {`DELETE FROM journal WHERE act = 'encaissement' AND ` + recent, []string{"nouvelles lignes de journal"}},
		"funds gone":                {`INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents) SELECT commanditaire_id, id, 9, order_id, structure_id, 'fees', 'bank', 100000 FROM ledger_transactions WHERE ` + recent + ` LIMIT 1`, []string{"soldes"}},
		"the last proven block cut": {`DELETE FROM seals`, []string{"ancre"}},
		"a guard down":              {`ALTER TABLE journal DISABLE TRIGGER append_only`, []string{"historique inaltérable"}},
	} {
		t.Run(name, func(t *testing.T) {
			seen := examineWith(t, w, before, fault.sql)
			for _, want := range fault.seen {
				if !slices.Contains(seen, want) {
					t.Errorf("« %s » did not see it, only %q did", want, seen)
				}
			}
		})
	}
}

// examineWith names the checks on what changed that fail once sql was run; it is
// undone afterwards.
func examineWith(t *testing.T, w *testworld.World, before proof.Proof, sql string) []string {
	t.Helper()
	tx, err := w.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), "SET LOCAL session_replication_role = replica; "+sql+"; SET LOCAL ROLE passnum_platform"); err != nil {
		t.Fatalf("plant: %v", err)
	}
	report, err := proof.ExamineSince(t.Context(), &postgres.Tx{Tx: tx}, before)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, failed := range report.Failed() {
		seen = append(seen, failed.Name)
	}
	return seen
}

// Whoever owns the server and rewrites the past is found by the next proof, even
// the quick one: PostgreSQL counts the rows that were changed.
func TestAnEditOfThePastCallsForACompleteProof(t *testing.T) {
	t.Parallel()
	w, _ := proven(t)
	prove(t, w, proof.Order{Choice: proof.Since})
	w.Exec(`BEGIN; SET LOCAL session_replication_role = replica; UPDATE journal SET actor_name = 'Personne' WHERE act = 'encaissement'; COMMIT; SELECT pg_stat_force_next_flush()`)
	p, report := prove(t, w, proof.Order{Choice: proof.Since})
	if p.OK || !p.Complete || len(report.Failed()) != 1 || report.Failed()[0].Name != "chaîne scellée" {
		t.Errorf("%+v, %+v", p, report.Failed())
	}
	if again, _ := prove(t, w, proof.Order{Choice: proof.Since}); again.OK {
		t.Error("the second proof forgot what the first one found")
	}
}

func TestTheEndOfTheChainCannotBeCut(t *testing.T) {
	t.Parallel()
	w, before := proven(t)
	last := seal(t, w)
	w.Exec(`SET session_replication_role = replica; DELETE FROM seals WHERE number > 1; DELETE FROM proofs; DELETE FROM journal WHERE stamp >= ` + fmt.Sprint(before.ToStamp) + `; RESET session_replication_role`)
	if p, _ := prove(t, w, proof.Order{Anchor: last.Anchor()}); p.OK {
		t.Error("the anchor kept outside did not see it")
	}
	for _, wrong := range []string{"", "12", "x:" + last.Anchor()[2:], "1:00"} {
		if _, _, err := proof.ParseAnchor(wrong); !errors.Is(err, proof.ErrAnchor) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestManySealersMakeOneChain(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	codes := w.ActiveOrder(testworld.OrderOptions{Carnets: 4}).HandedOver(4)
	take := redemption.NewService(w.DB, w.Keys)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			redeemOne(t, take, w.Mediateur, codes[2*i])
			if _, _, err := proof.Append(t.Context(), w.DB); err != nil {
				t.Error(err)
			}
			redeemOne(t, take, w.Mediateur, codes[2*i+1])
		})
	}
	all.Wait()
	last := seal(t, w)
	if sealed := w.Count(`SELECT sum(transactions) FROM seals`); sealed != w.Count(`SELECT count(*) FROM ledger_transactions`) {
		t.Errorf("%d transactions sealed", sealed)
	}
	if n := w.Count(`SELECT count(*) FROM seals`); int64(n) != last.Number {
		t.Errorf("%d seals, the last is number %d", n, last.Number)
	}
	if p, report := prove(t, w, proof.Order{Choice: proof.Complete}); !p.OK {
		t.Errorf("%+v", report.Failed())
	}
}

func redeemOne(t *testing.T, take *redemption.Service, actor identity.Actor, c code.Code) {
	if _, err := take.Redeem(t.Context(), actor, redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel, Codes: []string{c.Clear()}}); err != nil {
		t.Error(err)
	}
}
