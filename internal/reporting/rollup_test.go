package reporting_test

import (
	"fmt"
	"testing"
	"time"

	"passnum/internal/postgres"
	"passnum/internal/reporting"
	"passnum/internal/testworld"
)

// redeemAt writes a redemption of the n-th chèque of the order at a moment, with
// the Paris day that the use case would give it.
func redeemAt(w *testworld.World, order testworld.Order, n int, at time.Time) {
	w.T.Helper()
	seance := postgres.NewID()
	w.Exec(`INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee) VALUES ($1, $2, $3, $4, $5, $5, 'individuel', '{3,44}', '23096')`,
		w.Departement, seance, w.Mediatheque, w.Place, at)
	w.Exec(`INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT commanditaire_id, $1, id, carnet_id, order_id, $2, $3, $4, 'x', rank, face_value_cents, $5, $6 FROM cheques
		WHERE order_id = $7 ORDER BY carnet_id, rank OFFSET $8 LIMIT 1`,
		postgres.NewID(), seance, w.Mediatheque, w.Place, at, postgres.Day(at), order.ID, n)
}

func days(t *testing.T, w *testworld.World) string {
	t.Helper()
	rows, err := w.Owner.Query(t.Context(), `SELECT day::text || ' ' || entry || ' ' || cheques || ' ' || seances || ' ' || amount_cents FROM usage_days ORDER BY day, entry`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := ""
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all += line + "\n"
	}
	return all
}

// TestRollUpAcrossMidnightAndDST closes the day when Paris goes back an hour
// (25 October 2026 has 25 hours) and the two midnights around it.
func TestRollUpAcrossMidnightAndDST(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	order.HandedOver(2)
	for n, at := range []string{
		"2026-10-24T21:59:59Z", // 23:59:59 on the 24th in Paris
		"2026-10-24T22:00:00Z", // midnight: the 25th
		"2026-10-25T22:59:59Z", // 23:59:59 on the 25th, winter time
		"2026-10-25T23:00:00Z", // the 26th
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		redeemAt(w, order, n, moment)
	}
	service := reporting.NewService(w.DB, w.Keys)
	until := time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC) // the 26th has just begun
	if err := service.RollUp(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	want := "2026-10-24 0 1 1 1000\n2026-10-24 3 1 1 1000\n2026-10-24 44 1 1 1000\n2026-10-25 0 2 2 2000\n2026-10-25 3 2 2 2000\n2026-10-25 44 2 2 2000\n"
	if got := days(t, w); got != want {
		t.Errorf("closed days:\n%swant:\n%s", got, want)
	}
	if f := read(t, service, w.Commanditaire, order.ID); f.Used.Cheques != 4 || f.Used.Seances != 4 {
		t.Errorf("the open day is missing: %+v", f.Used)
	}
}

func TestRollUpTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 30, 20, 150)
	run := func() string {
		if err := service.RollUp(t.Context(), w.Now()); err != nil {
			t.Fatal(err)
		}
		return days(t, w) + fmt.Sprint(read(t, service, w.Commanditaire, order.ID).Counts)
	}
	first := run()
	if second := run(); second != first {
		t.Errorf("%s\nbecame\n%s", first, second)
	}
	// One that reached yesterday late, at midnight, is caught by the next run.
	redeemAt(w, order, 299, testworld.Start.AddDate(0, 0, -1))
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	f := read(t, service, w.Commanditaire, order.ID)
	agreeOnUse(t, w, f)
	// A load of old days needs them all anew.
	redeemAt(w, order, 298, testworld.Start.AddDate(0, 0, -20))
	if err := service.Rebuild(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	agreeOnUse(t, w, read(t, service, w.Commanditaire, order.ID))
	w.Travel(3 * 24 * time.Hour)
	agreeOnUse(t, w, read(t, service, w.Commanditaire, order.ID))
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	agreeOnUse(t, w, read(t, service, w.Commanditaire, order.ID))
}

func agreeOnUse(t *testing.T, w *testworld.World, f reporting.Figures) {
	t.Helper()
	if want := w.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`); f.Used.Cheques != want {
		t.Errorf("%d chèques used, counting gives %d", f.Used.Cheques, want)
	}
	if want := w.Count(`SELECT count(DISTINCT carnet_id) FROM redemptions WHERE undone_at IS NULL`); int64(f.Started.Carnets) != want {
		t.Errorf("%d carnets started, counting gives %d", f.Started.Carnets, want)
	}
}

func TestPublishedFigures(t *testing.T) {
	t.Parallel()
	w, _, service := busy(t, 60, 40, 300)
	if n, err := service.National(t.Context()); err != nil || !n.ComputedAt.IsZero() {
		t.Fatalf("before the first roll-up: %+v, %v", n, err)
	}
	w.Exec(`DELETE FROM redemptions WHERE day BETWEEN '2026-08-16' AND '2026-08-31' AND ctid NOT IN (SELECT ctid FROM redemptions WHERE day BETWEEN '2026-08-16' AND '2026-08-31' LIMIT 5)`)
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	n, err := service.National(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n.Received != 600000 || n.Bank != 600000 || n.Owed != 600000 || !n.Covered() || n.Cover() != 10000 || n.Carnets != 40 || n.Structures != 2 || n.Places != 2 || n.Communes != 2 {
		t.Errorf("%+v", n)
	}
	if want := w.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`); n.Cheques != want {
		t.Errorf("%d chèques, want %d", n.Cheques, want)
	}
	if len(n.Months) != 4 || n.Months[0].Cheques != reporting.Masked || n.Months[1].Cheques < reporting.SmallCount {
		t.Errorf("months %+v: five chèques of August must be hidden", n.Months)
	}
	if w.Count(`SELECT count(*) FROM public_figures WHERE value BETWEEN 1 AND 10 AND name LIKE 'mois:%'`) != 0 {
		t.Error("a small count is in the published table")
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 30, 20, 100)
	second := w.ActiveOrder(testworld.OrderOptions{Carnets: 4, PerCarnet: 5})
	second.HandedOver(1)
	redeemAt(w, second, 0, testworld.Start)
	f, err := service.Overview(t.Context(), w.Commanditaire)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Orders) != 2 || f.Issued.Carnets != 34 || f.Issued.Amount != 320000 || f.Used.Cheques != w.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`) {
		t.Errorf("%+v", f.Counts)
	}
	if f, err = service.Overview(t.Context(), w.Cofunder); err != nil || len(f.Orders) != 1 || f.Orders[0].ID != order.ID || f.Live {
		t.Errorf("co-funder: %+v, %v", f.Orders, err)
	}
	if f, err = service.Overview(t.Context(), w.Other); err != nil || len(f.Orders) != 0 {
		t.Errorf("stranger: %+v, %v", f.Orders, err)
	}
}
