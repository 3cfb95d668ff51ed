package proof_test

import (
	"encoding/hex"
	"testing"
	"time"

	"passnum/internal/ending"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/internal/sepa"
	"passnum/internal/testworld"
)

// finish has one order closed and its avoir paid back, and another whose chèques
// expired one by one from their hand-over.
func finish(t *testing.T, w *testworld.World) {
	t.Helper()
	ctx := t.Context()
	ends := ending.NewService(ending.Deps{DB: w.DB, Orders: order.NewService(order.Deps{DB: w.DB, Queue: &jobs.Inline{}}), Issuer: print.Issuer{Name: "Coopérative"},
		Debtor: sepa.Debtor{Name: "Coopérative", IBAN: "FR7630001007941234567890185"}})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	past := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, Until: time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)})
	past.HandedOver(1)
	w.Exec(`UPDATE carnets SET accepted_until = '2026-09-30' WHERE order_id = $1 AND accepted_until IS NOT NULL`, past.ID)
	w.Exec(`UPDATE cheques SET accepted_until = '2026-09-30' WHERE order_id = $1 AND accepted_until IS NOT NULL`, past.ID)
	months := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, Until: time.Date(2027, 8, 31, 0, 0, 0, 0, time.UTC)})
	months.HandedOver(1)
	w.Exec(`UPDATE orders SET validity = 'remise', validity_months = 1 WHERE id = $1`, months.ID)
	w.Exec(`UPDATE carnets SET accepted_until = '2026-10-31' WHERE order_id = $1`, months.ID)
	w.Exec(`UPDATE cheques SET accepted_until = '2026-10-31' WHERE order_id = $1`, months.ID)
	must(ends.Run(ctx))
	d, err := ends.Of(ctx, w.Operator, ending.ForOperator, past.ID)
	must(err)
	if d.Closing == nil {
		t.Fatal("no statement")
	}
	sig := ending.Signature{Title: "Directrice", Hash: hex.EncodeToString(d.Closing.DocumentHash), Agreed: true}
	must(ends.Sign(ctx, w.Commanditaire, ending.ForCommanditaire, past.ID, sig))
	must(ends.Sign(ctx, w.Finance, ending.ForOperator, past.ID, sig))
	refund, err := ends.PrepareRefund(ctx, w.Operator, past.ID, ending.RefundRequest{Kind: ending.PaidBack, Holder: "Paierie", IBAN: "FR7630006000011234567890189"})
	must(err)
	must(ends.ApproveRefund(ctx, w.Finance, past.ID, refund))
	today := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	must(ends.ExecuteRefund(ctx, w.Finance, past.ID, refund, today))
	must(ends.ReturnRefund(ctx, w.Finance, past.ID, refund, ending.ReturnForm{Code: "AC04", On: today}))
	again, err := ends.PrepareRefund(ctx, w.Operator, past.ID, ending.RefundRequest{Repays: refund, Holder: "Paierie", IBAN: "FR7630006000011234567890189"})
	must(err)
	must(ends.ApproveRefund(ctx, w.Finance, past.ID, again))
	must(ends.ExecuteRefund(ctx, w.Finance, past.ID, again, today))
}

// TestPlantedFaultsInEndings plants what could go wrong at the end of an order.
func TestPlantedFaultsInEndings(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.At(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	finish(t, w)
	for _, failed := range verifyWith(t, w, `SELECT 1`).Failed() {
		t.Fatalf("« %s » fails on a sound world: %+v", failed.Name, failed.Offenders)
	}
	for name, fault := range map[string]struct{ sql, seen string }{
		"a chèque outdated alone":    {`UPDATE cheques SET state = 'actif' WHERE id IN (SELECT id FROM cheques WHERE state = 'perime' LIMIT 1)`, "péremptions"},
		"an expiry forgotten":        {`DELETE FROM expiries`, "péremptions"},
		"an avoir one cent short":    {`UPDATE ledger_movements SET amount_cents = amount_cents - 1 WHERE debit = 'expired' AND credit = 'credit'`, "commandes closes"},
		"a closed order with value":  {`UPDATE cheques SET state = 'actif' WHERE id IN (SELECT id FROM cheques WHERE state = 'credite' AND accepted_until IS NOT NULL LIMIT 1)`, "commandes closes"},
		"a statement rewritten":      {`UPDATE documents SET content = 'x' WHERE id IN (SELECT document_id FROM closings)`, "états contradictoires"},
		"a refund that was not paid": {`UPDATE refunds SET state = 'approuve', executed_on = NULL WHERE state = 'execute'`, "restitutions"},
		"a return that is not told":  {`UPDATE refunds SET state = 'execute', returned_on = NULL, returned_at = NULL WHERE state = 'revenu'`, "restitutions"},
		"a return not in the ledger": {`DELETE FROM ledger_movements m USING ledger_transactions t WHERE t.id = m.transaction_id AND t.kind = 'refund_returned'`, "restitutions"},
		"repaid, and it had arrived": {`UPDATE refunds SET repays_id = (SELECT id FROM refunds WHERE repays_id IS NOT NULL) WHERE repays_id IS NULL`, "restitutions"},
		"a refund of another amount": {`UPDATE refunds SET amount_cents = amount_cents + 1`, "restitutions"},
		"one person for both sides":  {`ALTER TABLE closings DROP CONSTRAINT closings_two_sides`, "contraintes"},
		"one person refunds":         {`ALTER TABLE refunds DROP CONSTRAINT refunds_four_eyes`, "contraintes"},
	} {
		t.Run(name, func(t *testing.T) {
			seen := false
			for _, failed := range verifyWith(t, w, fault.sql).Failed() {
				seen = seen || failed.Name == fault.seen
			}
			if !seen {
				t.Errorf("« %s » did not see it", fault.seen)
			}
		})
	}
}
