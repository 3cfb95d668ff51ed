package proof_test

import (
	"testing"

	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// promise has a programme help an order, whose service is billed at once.
func promise(w *testworld.World, order uuid.UUID) {
	w.T.Helper()
	programme := postgres.NewID()
	w.Exec(`UPDATE orders SET signed_at = $1 WHERE id = $2`, w.Now(), order)
	w.Exec(`INSERT INTO programmes (id, funder_id, name, envelope_cents, rate_basis_points, opens_on, closes_on, created_at, created_by, created_by_name)
		VALUES ($1, $2, 'Appel', 100000, 3500, '2026-01-01', '2026-12-31', $3, $4, 'x')`, programme, w.Region, w.Now(), w.Finance.AccountID)
	w.Exec(`INSERT INTO programme_orders (commanditaire_id, id, order_id, programme_id, funder_id, face_cents, share_cents, asked_at, asked_by, asked_by_name, state, decided_at)
		SELECT commanditaire_id, $1, id, $2, $3, face_value_cents * cheques_per_carnet * carnets, 700, $4, created_by, 'x', 'accepte', $4 FROM orders WHERE id = $5`,
		postgres.NewID(), programme, w.Region, w.Now(), order)
	w.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents, programme_id) VALUES ($1, $2, $3, 700, $4)`, w.Departement, order, w.Region, programme)
	w.Exec(`INSERT INTO order_services (commanditaire_id, order_id, kind, amount_cents) VALUES ($1, $2, 'formation', 100)`, w.Departement, order)
	w.Exec(`INSERT INTO order_milestones (commanditaire_id, id, order_id, kind, rank, label, basis_points, at_order) VALUES ($1, $2, $3, 'formation', 1, 'x', 10000, true)`, w.Departement, postgres.NewID(), order)
}

// TestSharesAndEnvelopesAreProven plants what no use case can write.
func TestSharesAndEnvelopesAreProven(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	promise(w, w.ActiveOrder(testworld.OrderOptions{Carnets: 2, Funders: []uuid.UUID{w.Region}}).ID)
	planted := []struct{ name, sql, seen string }{
		{"nothing", `SELECT 1`, ""},
		{"shares above the face", `UPDATE order_cofunders SET share_cents = 100000000`, "parts des cofinanceurs"},
		{"a payer above its share", `ALTER TABLE order_funds DISABLE TRIGGER append_only; UPDATE order_funds SET payer_id = (SELECT organisation_id FROM order_cofunders)`, "versements par payeur"},
		{"milestones of ninety per cent", `UPDATE order_milestones SET basis_points = 9000`, "échéances des services"},
		{"a sum forgotten", `UPDATE programmes SET committed_cents = 0`, "enveloppes des programmes"},
		{"a cap exceeded", `UPDATE programmes SET order_cap_cents = 699`, "enveloppes des programmes"},
		{"a share that moved", `UPDATE order_cofunders SET share_cents = 701`, "programmes et commandes"},
		{"a funder forgotten", `DELETE FROM order_cofunders`, "programmes et commandes"},
		{"an envelope unbound", `ALTER TABLE programmes DROP CONSTRAINT programmes_within_envelope`, "contraintes"},
	}
	for _, plant := range planted {
		var seen bool
		for _, failed := range verifyWith(t, w, plant.sql).Failed() {
			seen = seen || failed.Name == plant.seen
			if plant.seen == "" && failed.Name != "contraintes" && programmeCheck(failed.Name) {
				t.Errorf("a sound world fails %s: %v", failed.Name, failed.Offenders)
			}
		}
		if plant.seen != "" && !seen {
			t.Errorf("%s is not seen", plant.name)
		}
	}
}

func programmeCheck(name string) bool {
	for _, one := range []string{"parts des cofinanceurs", "versements par payeur", "échéances des services", "enveloppes des programmes", "programmes et commandes"} {
		if one == name {
			return true
		}
	}
	return false
}
