package testworld_test

import (
	"context"
	"testing"

	"passnum/internal/ledger"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func TestTheWorldStands(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	codes := order.HandedOver(2)
	if len(codes) != 10 {
		t.Fatalf("%d codes, want 10", len(codes))
	}
	err := w.DB.InOrganisation(context.Background(), w.Commanditaire, func(tx *postgres.Tx) error {
		balances, err := ledger.OfOrder(context.Background(), tx, w.Departement, order.ID)
		if err != nil {
			return err
		}
		if balances.Bank != 15000 || balances.Circulation != 15000 || balances.Funds != 0 || !balances.Covered() {
			t.Errorf("balances = %+v", balances)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
