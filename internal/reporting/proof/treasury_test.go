package proof_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/ledger"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// bankWorld is an order whose only mandat is on a statement.
func bankWorld(t *testing.T) *testworld.World {
	t.Helper()
	w := testworld.New(t)
	w.ActiveOrder(testworld.OrderOptions{})
	bank(t, w)
	return w
}

// bank has the first mandat on a statement, and the fees of another that left
// for the operator's own account.
func bank(t *testing.T, w *testworld.World) {
	t.Helper()
	receipt := postgres.NewID()
	w.Exec(`INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by, recorded_by_name)
		SELECT commanditaire_id, $1, order_id, 'M-2', 0, 300, 60, received_on, recorded_at, recorded_by, recorded_by_name FROM order_funds ORDER BY id LIMIT 1`, receipt)
	err := w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		order, err := postgres.Value[uuid.UUID](t.Context(), tx, `SELECT order_id FROM order_funds WHERE id = @id`, postgres.Args{"id": receipt})
		if err != nil {
			return err
		}
		post := ledger.Transaction{CommanditaireID: w.Departement, OrderID: order, Kind: ledger.Funding, CauseID: receipt,
			Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Fees, Amount: 300}, {Debit: ledger.Bank, Credit: ledger.VAT, Amount: 60}}}
		if err := ledger.Post(t.Context(), tx, post); err != nil {
			return err
		}
		post.Kind, post.CauseID, post.Movements = ledger.FeesSwept, postgres.NewID(), []ledger.Movement{{Debit: ledger.OperatorBank, Credit: ledger.Bank, Amount: 360}}
		return ledger.Post(t.Context(), tx, post)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(`INSERT INTO bank_statements (id, iban, kind, reference, opened_on, opening_cents, closed_on, closing_cents, credit_cents, debit_cents, lines, content_hash, imported_at)
		VALUES (gen_random_uuid(), 'x', 'releve', '2026-1', '2026-11-15', 0, '2026-11-16', 10000, 10000, 0, 1, sha256(''), now())`)
	w.Exec(`INSERT INTO bank_lines (id, iban, line_key, statement_id, rank, is_credit, amount_cents, matched_cents, booked_on)
		SELECT gen_random_uuid(), 'x', 'x', id, 1, true, 10000, 10000, '2026-11-16' FROM bank_statements`)
	w.Exec(`INSERT INTO bank_matches (id, line_id, kind, target, label, amount_cents, rule, matched_at, moved)
		SELECT gen_random_uuid(), l.id, 'recu', f.id::text, 'x', 10000, 'x', now(), false FROM bank_lines l, (SELECT id FROM order_funds WHERE face_cents >= 10000 ORDER BY id LIMIT 1) AS f`)
}

func TestFaultsOfTheBankAreSeen(t *testing.T) {
	t.Parallel()
	w := bankWorld(t)
	if report := verify(t, w); !report.OK() {
		t.Fatalf("%+v", report.Failed())
	}
	for name, fault := range map[string]struct {
		sql  string
		seen []string
	}{
		"a line lost":                {`DELETE FROM bank_lines`, []string{"relevés bancaires"}},
		"a line's amount altered":    {`UPDATE bank_lines SET amount_cents = 10001`, []string{"relevés bancaires"}},
		"a match erased":             {`DELETE FROM bank_matches`, []string{"lignes bancaires"}},
		"a match worth more":         {`UPDATE bank_matches SET amount_cents = 20001`, []string{"lignes bancaires", "mandats et relevés", "banque et grand livre"}},
		"a mandat recognised twice":  {`INSERT INTO bank_matches (id, line_id, kind, target, label, amount_cents, rule, matched_at, moved) SELECT gen_random_uuid(), line_id, kind, target, label, 1, rule, matched_at, moved FROM bank_matches`, []string{"lignes bancaires", "mandats et relevés"}},
		"a match with nothing":       {`UPDATE bank_matches SET target = 'x'`, []string{"mandats et relevés"}},
		"a payment never made":       {`UPDATE bank_matches SET kind = 'paiement'`, []string{"banque et grand livre"}},
		"fees that nobody owed":      {`UPDATE ledger_movements SET debit = 'operator_bank', credit = 'bank' WHERE debit = 'bank'`, []string{"frais de l’opérateur"}},
		"a statement may be altered": {`GRANT UPDATE ON bank_statements TO passnum_platform`, []string{"historique inaltérable"}},
		"a line matched beyond":      {`ALTER TABLE bank_lines DROP CONSTRAINT bank_lines_matched_within`, []string{"contraintes"}},
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
