package ending_test

import (
	"os"
	"testing"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/ending"
	"passnum/internal/testworld"
)

// TestTwoYearsOfOrders ends an order on each kind of last day, and one whose
// carnets end from their hand-over, through two years with a 29 February: every
// morning the ledger says what the chèques do, and at the end nothing is left.
func TestTwoYearsOfOrders(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("long: PASSNUM_FULL=1")
	}
	s := newScene(t)
	ends := []string{"2026-12-31", "2027-01-30", "2027-02-28", "2027-03-28", "2027-04-30", "2027-06-15", "2027-10-31", "2028-01-29", "2028-02-29"}
	var orders []testworld.Order
	for i, end := range ends {
		o := s.ActiveOrder(testworld.OrderOptions{Carnets: 40, Until: date(end)})
		codes := s.codes(o, 25)
		last := carnet.Tolerated(date(end))
		s.Exec(`UPDATE carnets SET accepted_until = $1 WHERE order_id = $2 AND accepted_until IS NOT NULL`, last, o.ID)
		s.Exec(`UPDATE cheques SET accepted_until = $1 WHERE order_id = $2 AND accepted_until IS NOT NULL`, last, o.ID)
		s.redeem(t, codes[:3+i]...)
		orders = append(orders, o)
	}
	for day := date("2026-11-17"); !day.After(date("2028-04-10")); day = day.AddDate(0, 0, 1) {
		if day.Day()%9 == 4 {
			continue // a day without a run
		}
		s.on(day.Format(time.DateOnly), 2, 30)
		s.run(t)
		for _, o := range orders {
			s.balances(t, o.ID)
		}
	}
	for i, o := range orders {
		if err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, o.ID); err != nil {
			t.Fatalf("%s: %v", ends[i], err)
		}
		if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); err != nil {
			t.Fatalf("%s: %v", ends[i], err)
		}
		used := int64(3+i) * 1_000
		b := s.balances(t, o.ID)
		if b.Circulation != 0 || b.Funds != 0 || b.Expired != 0 || b.Payable != cents(used) || b.Credit != cents(200_000-used) {
			t.Errorf("%s: %+v", ends[i], b)
		}
	}
	if n := s.Count(`SELECT count(*) FROM ending_steps WHERE step = 'cloture'`); n != int64(len(ends)) {
		t.Errorf("%d orders closed", n)
	}
}
