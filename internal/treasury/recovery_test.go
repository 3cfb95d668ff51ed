package treasury_test

import (
	"errors"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt/camtfile"
)

// TestAStructurePaysBack has a structure paid 30 € owe 20 € of it, and pay them
// back in two lines of the bank.
func TestAStructurePaysBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	incidents := incident.NewService(s.DB)
	s.bank.Recover = incidents.ApplyRecovery
	batch, _, amount := s.paid(t, 3)
	s.load(t, camtfile.Statement08, statement("R1", 0, day(13), debit(amount, 12, "1", batch)))
	rows, err := s.Owner.Query(t.Context(), `SELECT id FROM redemptions ORDER BY id LIMIT 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		p := incident.Proposal{Kind: incident.Fraud, Amount: 1000, Reason: "Séance inventée"}
		if err := rows.Scan(&p.RedemptionID); err != nil {
			t.Fatal(err)
		}
		id, err := incidents.Propose(t.Context(), s.Finance, p)
		if err := errors.Join(err, incidents.Accept(t.Context(), s.Operator, id, "")); err != nil {
			t.Fatal(err)
		}
	}
	s.load(t, camtfile.Statement08, statement("R2", -amount, day(14), credit(3000, 14, "2", "REMBOURSEMENT MEDIATHEQUE DE GUERET")))
	page := s.only(t, "attente")
	if len(page.Suggestions) == 0 || page.Suggestions[0].Kind != treasury.Recovery || page.Suggestions[0].Amount != 2000 {
		t.Fatalf("%+v", page.Suggestions)
	}
	choose := treasury.Choice{Kind: treasury.Recovery, Target: page.Suggestions[0].Target}
	choose.Amount = 2001
	if err := s.bank.Decide(t.Context(), s.Finance, page.ID, choose); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("more than is owed: %v", err)
	}
	for _, part := range []money.Cents{1500, 500} {
		choose.Amount = part
		s.decide(t, page, choose, nil)
	}
	if n := s.Count(`SELECT coalesce(sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents END), 0)::bigint FROM ledger_movements`); n != 0 {
		t.Errorf("%d cents still owed", n)
	}
	r, err := s.bank.Reconcile(t.Context(), s.Finance)
	if err != nil || r.Rest != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	err = s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
