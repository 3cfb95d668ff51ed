package proof_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/internal/testworld"
)

// correct has a paid transfer come back, a chèque taken back, a gesture refused,
// an account changed and another change refused.
func correct(t *testing.T, w *testworld.World) {
	t.Helper()
	ctx := t.Context()
	var line, redemption uuid.UUID
	if err := w.Owner.QueryRow(ctx, `SELECT l.id, r.id FROM settlement_lines l JOIN redemptions r ON r.settlement_line_id = l.id
		WHERE l.state = 'executee' AND l.structure_id = $1 ORDER BY r.id LIMIT 1`, w.Mediatheque).Scan(&line, &redemption); err != nil {
		t.Fatal(err)
	}
	incidents := incident.NewService(w.DB)
	propose := func(kind incident.Kind) uuid.UUID {
		id, err := incidents.Propose(ctx, w.Finance, incident.Proposal{Kind: kind, Amount: 400, Reason: "Séance annulée", RedemptionID: redemption})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	taken, refused := propose(incident.Overpayment), propose(incident.Fraud)
	accounts := structure.NewService(w.DB, nil, structure.Options{Queue: &jobs.Inline{}, Reauthenticate: func(context.Context, identity.Actor, string) error { return nil }})
	change := func(iban string) uuid.UUID {
		if err := accounts.SaveBank(ctx, w.Mediateur, structure.BankForm{Holder: "Régie", IBAN: iban, BIC: "PSSTFRPPBOR", Password: "x"}); err != nil {
			t.Fatal(err)
		}
		list, err := accounts.Accounts(ctx, w.Mediateur)
		if err != nil {
			t.Fatal(err)
		}
		waiting, _ := structure.Pending(list)
		return waiting.ID
	}
	err := errors.Join(
		service(w).RecordReturn(ctx, w.Finance, line, settlement.ReturnForm{Code: "AC04", On: postgres.Day(w.Now())}),
		incidents.Accept(ctx, w.Operator, taken, ""), incidents.Refuse(ctx, w.Operator, refused, "Rien ne le montre"),
		accounts.RefuseAccount(ctx, w.Mediateur, change("FR7610107001011234567890129"), "Ce n’est pas nous"),
		accounts.ConfirmAccountByCall(ctx, w.Finance, w.Mediatheque, change("FR7610107001011234567890129"), "Rappelée au 05 55 00 00 00"))
	if err != nil {
		t.Fatal(err)
	}
	w.Travel(structure.AccountHold)
	if n, err := accounts.TakeEffect(ctx, uuid.Nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.Travel(-structure.AccountHold)
}

// TestCorrectionsAreWatched plants faults in accounts, returns and incidents, and
// expects the check of each to name it.
func TestCorrectionsAreWatched(t *testing.T) {
	t.Parallel()
	w := life(t)
	for _, fault := range []struct{ check, plant string }{
		{"gardes des comptes", `ALTER TABLE structure_bank_accounts DISABLE TRIGGER guard_bank_account`},
		{"gardes des incidents", `ALTER TABLE incidents DISABLE TRIGGER guard_incident`},
		{"compte en vigueur", `ALTER TABLE structures DISABLE TRIGGER guard_account_in_force; UPDATE structures SET iban = 'FR00' WHERE iban <> ''`},
		{"comptes au journal", `UPDATE structure_bank_accounts SET confirmed_at = confirmed_at + interval '1 second' WHERE confirmed_at IS NOT NULL`},
		{"changements de compte", `UPDATE structure_bank_accounts SET kind = 'correction' WHERE kind = 'changement' AND effective_at IS NOT NULL`},
		{"comptes payés", `UPDATE settlement_lines SET iban = 'FR00'`},
		{"incidents au grand livre", `UPDATE incidents SET amount_cents = amount_cents - 1 WHERE state = 'valide'`},
		{"incidents bornés", `UPDATE incidents SET amount_cents = -999999 WHERE state = 'valide'`},
		{"virements revenus", `UPDATE settlement_returns SET amount_cents = amount_cents + 1`},
		{"incidents à deux", `UPDATE incidents SET proposed_by = gen_random_uuid()`},
	} {
		w.Exec(fault.plant)
		found := false
		for _, failed := range verify(t, w).Failed() {
			found = found || failed.Name == fault.check
		}
		if !found {
			t.Errorf("%s sees nothing", fault.check)
		}
	}
}
