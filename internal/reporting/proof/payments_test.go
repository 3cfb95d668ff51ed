package proof_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/incident"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// paid is a world of fees, of an incident, and of a transfer that came back and
// is paid again by the last batch, which is on its way.
func paid(t *testing.T) *testworld.World {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 8, 3, 8, 0, 0, 0, time.UTC))
	first, second := w.ActiveOrder(testworld.OrderOptions{Carnets: 4}), w.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	w.Exec(`UPDATE orders SET downstream_fee_basis_points = CASE WHEN id = $1 THEN 400 ELSE 550 END`, first.ID)
	codes, more := first.HandedOver(4), second.HandedOver(2)
	take, pay := redemption.NewService(w.DB, w.Keys), service(w)
	wrong := accept(t, take, w.Mediateur, append(slices.Clone(codes[:4]), more[:3]...)).Results[0].ID
	accept(t, take, w.Other, codes[10:12])

	w.At(time.Date(2026, 9, 2, 8, 0, 0, 0, time.UTC))
	month := approved(t, w, pay)
	if err := pay.Execute(t.Context(), w.Finance, month.ID, pay.Today()); err != nil {
		t.Fatal(err)
	}
	comesBack(t, w, pay, month.Page[0])
	takeBack(t, w, wrong)
	accept(t, take, w.Mediateur, codes[4:8])
	accept(t, take, w.Other, codes[12:13])
	w.At(time.Date(2026, 10, 2, 8, 0, 0, 0, time.UTC))
	approved(t, w, pay)
	return w
}

func approved(t *testing.T, w *testworld.World, pay *settlement.Service) settlement.Dossier {
	t.Helper()
	id, err := pay.Prepare(t.Context(), w.Operator, pay.Suggestion())
	if err != nil {
		t.Fatal(err)
	}
	if err := pay.Approve(t.Context(), w.Finance, id); err != nil {
		t.Fatal(err)
	}
	d, err := pay.Batch(t.Context(), w.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// comesBack has the bank send a transfer back, and finance send it again.
func comesBack(t *testing.T, w *testworld.World, pay *settlement.Service, l settlement.Line) {
	t.Helper()
	err := w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return pay.ApplyReturn(t.Context(), tx, w.Finance, settlement.Return{EndToEndID: l.EndToEndID, Amount: l.AmountCents, Code: "AC04", On: pay.Today(), Key: "relevé"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := pay.Represent(t.Context(), w.Finance, l.ID, "La banque confirme le compte"); err != nil {
		t.Fatal(err)
	}
}

func takeBack(t *testing.T, w *testworld.World, cheque uuid.UUID) {
	t.Helper()
	incidents := incident.NewService(w.DB)
	id, err := incidents.Propose(t.Context(), w.Finance, incident.Proposal{Kind: incident.Overpayment, Amount: 1000, Reason: "Séance annulée", RedemptionID: cheque})
	if err != nil {
		t.Fatal(err)
	}
	if err := incidents.Accept(t.Context(), w.Operator, id, ""); err != nil {
		t.Fatal(err)
	}
}

func TestPlantedFaultsInPayments(t *testing.T) {
	t.Parallel()
	w := paid(t)
	for _, failed := range verifyWith(t, w, `SELECT 1`).Failed() {
		t.Fatalf("« %s » fails on a sound world: %+v", failed.Name, failed.Offenders)
	}
	const of = `(SELECT id FROM settlement_lines WHERE repays_line_id IS NOT NULL)`
	for name, fault := range map[string]struct {
		sql  string
		seen []string
	}{
		"a fee of a cent more": {`UPDATE settlement_shares SET fee_cents = fee_cents + 1, net_cents = net_cents - 1 WHERE fee_cents > 0;
			UPDATE settlement_lines l SET fee_cents = s.fee, amount_cents = gross_cents + adjust_cents - s.fee - fee_vat_cents FROM (SELECT line_id, sum(fee_cents) AS fee FROM settlement_shares GROUP BY 1) AS s WHERE s.line_id = l.id`,
			[]string{"lignes de paiement", "dû, en cours, payé"}},
		"the VAT forgotten": {`UPDATE settlement_shares SET net_cents = net_cents + vat_cents, vat_cents = 0;
			UPDATE settlement_lines SET amount_cents = amount_cents + fee_vat_cents, fee_vat_cents = 0 WHERE repays_line_id IS NULL`,
			[]string{"lignes de paiement", "dû, en cours, payé", "contre-paiements"}},
		"a fee moved to another order":  {`UPDATE settlement_shares SET fee_cents = 0, net_cents = net_cents + fee_cents WHERE rate_basis_points = 550`, []string{"lignes de paiement", "dû, en cours, payé"}},
		"a fee never posted":            {`DELETE FROM ledger_movements WHERE debit = 'payable' AND credit = 'fees'`, []string{"dû, en cours, payé"}},
		"an incident dropped":           {`UPDATE incidents SET settlement_line_id = NULL`, []string{"lignes de paiement", "dû, en cours, payé"}},
		"an incident on another line":   {`UPDATE incidents SET settlement_line_id = (SELECT id FROM settlement_lines WHERE repays_line_id IS NOT NULL LIMIT 1)`, []string{"lignes de paiement", "virements payés à nouveau"}},
		"an incident that grew":         {`UPDATE incidents SET amount_cents = amount_cents - 1`, []string{"lignes de paiement"}},
		"a share lost":                  {`DELETE FROM settlement_shares WHERE rate_basis_points = 550`, []string{"lignes de paiement", "dû, en cours, payé"}},
		"paid again, and more":          {`UPDATE settlement_lines SET amount_cents = amount_cents + 1, gross_cents = gross_cents + 1 WHERE id IN ` + of, []string{"virements payés à nouveau", "contre-paiements"}},
		"paid again to somebody else":   {`UPDATE settlement_lines SET structure_id = (SELECT s.organisation_id FROM structures s WHERE s.organisation_id <> structure_id LIMIT 1) WHERE id IN ` + of, []string{"virements payés à nouveau"}},
		"paid again while on its way":   {`UPDATE settlement_lines SET state = 'approuvee', returned_on = NULL WHERE state = 'retournee'`, []string{"virements payés à nouveau", "dû, en cours, payé", "contre-paiements"}},
		"nothing keeps it paid once":    {`DROP INDEX settlement_lines_repaid_once`, []string{"contraintes"}},
		"a share of what is paid again": {`UPDATE settlement_shares SET net_cents = net_cents + 1, gross_cents = gross_cents + 1 WHERE line_id IN ` + of, []string{"virements payés à nouveau", "dû, en cours, payé"}},
		"a return never posted":         {`DELETE FROM ledger_movements WHERE debit = 'bank' AND credit = 'payable'`, []string{"dû, en cours, payé"}},
		"a file of another amount":      {`UPDATE settlement_files SET total_cents = total_cents + 1`, []string{"contre-paiements"}},
		"a file rewritten":              {`UPDATE settlement_files SET content = content || '\x20'`, []string{"contre-paiements"}},
		"a batch ended too soon":        {`UPDATE settlements SET state = 'executee', executed_on = '2026-10-02' WHERE state = 'approuvee'`, []string{"contre-paiements"}},
		"rules that can be edited":      {`GRANT UPDATE ON payment_rules TO passnum_platform`, []string{"historique inaltérable"}},
		"lines that need not add up":    {`ALTER TABLE settlement_lines DROP CONSTRAINT settlement_lines_add_up`, []string{"contraintes"}},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			for _, failed := range verifyWith(t, w, fault.sql).Failed() {
				seen = append(seen, failed.Name)
			}
			for _, want := range fault.seen {
				if !slices.Contains(seen, want) {
					t.Errorf("« %s » did not see it, only %q did", want, seen)
				}
			}
		})
	}
}
