package proof_test

import (
	"slices"
	"testing"

	"passnum/internal/facturx"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func invoices(w *testworld.World) *invoicing.Service {
	return invoicing.NewService(invoicing.Deps{DB: w.DB, Queue: &jobs.Inline{},
		Seller: facturx.Party{Name: "Opérateur", SIRET: "99900001100018", Street: "1 place Bonnyaud", PostalCode: "23000", Town: "Guéret"}})
}

// invoice has an order billed, its paper drawn, and a chèque of it credited.
func invoice(t *testing.T, w *testworld.World) {
	t.Helper()
	order, service := w.ActiveOrder(testworld.OrderOptions{Carnets: 4, State: "livree"}), invoices(w)
	d, err := service.Issue(t.Context(), w.Finance, order.ID, w.Departement, order.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Draw(t.Context(), invoicing.PaperArgs{ID: d.ID}); err != nil {
		t.Fatal(err)
	}
	err = w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := service.IssueAvoirInTx(t.Context(), tx, w.Finance, invoicing.Avoir{CommanditaireID: w.Departement, OrderID: order.ID, Face: 1000, Reason: "x", CauseID: order.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestInvoicesAreWatched plants what no use case can write.
func TestInvoicesAreWatched(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	invoice(t, w)
	mine := []string{"numéros de facture", "factures justes", "empreintes des factures", "avoirs bornés", "frais retenus facturés"}
	for _, failed := range verifyWith(t, w, `SELECT 1`).Failed() {
		if slices.Contains(mine, failed.Name) {
			t.Errorf("a sound world fails %s: %v", failed.Name, failed.Offenders)
		}
	}
	for sql, want := range map[string]string{
		`DELETE FROM invoices WHERE kind = 'facture'`:                                                           "numéros de facture",
		`UPDATE counters SET value = value + 1 WHERE series = 'facturation F'`:                                  "numéros de facture",
		`UPDATE invoices SET fees_cents = fees_cents + 1, total_cents = total_cents + 1 WHERE kind = 'facture'`: "factures justes",
		`UPDATE invoice_lines SET vat_basis_points = 1000 WHERE tax = 'S'`:                                      "factures justes",
		`UPDATE invoices SET xml = xml || '\x20'`:                                                               "empreintes des factures",
		`UPDATE invoice_papers SET pdf = pdf || '\x20'`:                                                         "empreintes des factures",
		`UPDATE invoices SET face_cents = 100000000, total_cents = 100000000 WHERE kind = 'avoir'`:              "avoirs bornés",
		`UPDATE orders SET cheques_per_carnet = 1`:                                                              "avoirs bornés",
		`ALTER TABLE invoices DISABLE TRIGGER append_only`:                                                      "historique inaltérable",
		`ALTER TABLE invoices DROP CONSTRAINT invoices_sequence_once`:                                           "contraintes",
	} {
		seen := false
		for _, failed := range verifyWith(t, w, sql).Failed() {
			seen = seen || failed.Name == want
		}
		if !seen {
			t.Errorf("%s is not seen by « %s »", sql, want)
		}
	}
}
