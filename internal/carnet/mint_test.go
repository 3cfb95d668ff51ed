package carnet_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"passnum/internal/carnet"
	"passnum/internal/testworld"
)

// lotOf makes an order in « fabrication » whose carnets remain to be minted.
func lotOf(w *testworld.World, carnets int) carnet.Lot {
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 20, State: "fabrication"})
	w.Exec(`DELETE FROM cheque_codes`)
	w.Exec(`DELETE FROM cheques`)
	w.Exec(`DELETE FROM carnets`)
	w.Exec(`UPDATE orders SET carnets = $1, minted_carnets = 0`, carnets)
	return carnet.Lot{CommanditaireID: w.Departement, OrderID: order.ID, OrderNumber: order.Number, Carnets: carnets, PerCarnet: 20, FaceValue: 1000}
}

func checkMinted(t *testing.T, w *testworld.World, carnets int64) {
	t.Helper()
	for query, want := range map[string]int64{
		`SELECT count(*) FROM carnets`:                       carnets,
		`SELECT count(*) FROM cheques`:                       carnets * 20,
		`SELECT count(DISTINCT code_hash) FROM cheque_codes`: carnets * 20,
		`SELECT count(*) FROM (SELECT carnet_id FROM cheques GROUP BY carnet_id HAVING count(*) <> 20) AS half`:      0,
		`SELECT count(*) FROM cheques c WHERE NOT EXISTS (SELECT FROM cheque_codes h WHERE h.cheque_id = c.id)`:      0,
		`SELECT coalesce(max(number), 0) - count(*) FROM carnets`:                                                    0,
		`SELECT count(*) FROM orders o WHERE minted_carnets <> (SELECT count(*) FROM carnets WHERE order_id = o.id)`: 0,
	} {
		if got := w.Count(query); got != want {
			t.Errorf("%s = %d, want %d", query, got, want)
		}
	}
}

func TestMintingStopsAndResumes(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	lot := lotOf(w, 1200)
	stop := errors.New("stop")
	err := carnet.Mint(context.Background(), w.DB, w.Keys, lot, func(int) error { return stop })
	if !errors.Is(err, stop) {
		t.Fatalf("stopped mint: %v", err)
	}
	checkMinted(t, w, 500)
	if err := carnet.Mint(context.Background(), w.DB, w.Keys, lot, func(int) error { return nil }); err != nil {
		t.Fatal(err)
	}
	checkMinted(t, w, 1200)
	if err := carnet.Mint(context.Background(), w.DB, w.Keys, lot, func(int) error { return nil }); err != nil {
		t.Fatal(err)
	}
	checkMinted(t, w, 1200)
}

func TestTwoMintersMakeOneOrder(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	lot := lotOf(w, 1500)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			errs[i] = carnet.Mint(context.Background(), w.DB, w.Keys, lot, func(int) error { return nil })
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	checkMinted(t, w, 1500)
}
