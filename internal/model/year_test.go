package model_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"passnum/internal/postgres"
)

// scale is how large a year is played, and how many days pass at once.
type scale struct {
	name       string
	structures int
	orders     []terms
	step       int
	workers    int
	proven     string // how often what changed is
}

// terms are an order's; those of the last one await the first one's avoir.
type terms struct {
	carnets     int
	until       time.Time
	downstream  int // basis points kept from what structures are paid
	hold        int // days before a chèque is paid
	carriedFrom int // 1 + the order whose avoir pays a part of it
	opens       time.Time
}

var (
	firstDay = day2027(time.January, 1)
	lastDay  = time.Date(2028, 5, 31, 0, 0, 0, 0, time.UTC) // by then everything is over
)

func day2027(month time.Month, day int) time.Time {
	return time.Date(2027, month, day, 0, 0, 0, 0, time.UTC)
}

// shareOut gives the year's carnets to four orders: the first ends in June and
// its avoir pays a part of the last, the others end with the year.
func shareOut(carnets int) []terms {
	end := day2027(time.December, 31)
	return []terms{
		{carnets: carnets * 15 / 100, until: day2027(time.June, 15), opens: firstDay},
		{carnets: carnets * 40 / 100, until: end, opens: firstDay, downstream: 400},
		{carnets: carnets * 35 / 100, until: end, opens: day2027(time.March, 5), downstream: 333, hold: 5},
		{carnets: carnets * 10 / 100, until: end, opens: day2027(time.July, 1), carriedFrom: 1},
	}
}

func sizeOfYear() scale {
	if os.Getenv("PASSNUM_FULL") == "1" {
		return scale{name: "full", structures: 60, orders: shareOut(10_000), step: 1, workers: 4, proven: "week"}
	}
	return scale{name: "small", structures: 4, orders: shareOut(40), step: 14, workers: 2, proven: "month"}
}

// seedOfYear is drawn anew, or the one to play again.
func seedOfYear(t *testing.T) uint64 {
	t.Helper()
	given := os.Getenv("PASSNUM_YEAR_SEED")
	if given == "" {
		return uint64(time.Now().UnixNano())
	}
	seed, err := strconv.ParseUint(given, 10, 64)
	if err != nil {
		t.Fatalf("PASSNUM_YEAR_SEED: %v", err)
	}
	return seed
}

// TestAFiscalYear plays a year day by day, from the first mandat to the last
// refund of the next one, against a bank that keeps its own balance and a count
// of chèques that reads nothing of the ledger: the books close to zero.
// PASSNUM_YEAR_SEED plays a year again.
func TestAFiscalYear(t *testing.T) {
	t.Parallel()
	size, seed := sizeOfYear(), seedOfYear(t)
	t.Logf("seed %d, %s: %d orders, %d structures, a step of %d day(s)", seed, size.name, len(size.orders), size.structures, size.step)
	begun := time.Now()
	y := newYear(t, size, rand.New(rand.NewPCG(seed, 1)))
	for y.day = firstDay; !y.over(); y.day = y.day.AddDate(0, 0, size.step) {
		if y.day.After(lastDay) {
			t.Fatalf("something is still owed on %s: %s", y.day.Format(time.DateOnly), y.owing())
		}
		y.live()
	}
	y.closeBooks()
	y.tell(time.Since(begun))
}

// live is one day: the nightly job, the morning's decisions, the counters, the
// payments, the bank's evening statement, and the checks.
func (y *year) live() {
	y.days++
	y.hour(3)
	if y.day.Day()%9 != 4 { // some nights the job does not run: it catches up
		y.must(y.ends.Run(y.ctx))
	}
	if y.first("month") {
		y.analyze()
	}
	y.hour(8)
	y.openOrders()
	y.closeOrders()
	y.hour(10)
	y.handOver()
	y.redeem()
	y.hour(16)
	y.undo()
	y.oppose()
	y.hour(17)
	y.correct()
	y.pay()
	y.hour(20)
	y.receiveStatement()
	y.hour(22)
	y.verify()
}

// hour sets the clock, in Paris.
func (y *year) hour(h int) {
	y.At(time.Date(y.day.Year(), y.day.Month(), y.day.Day(), h, 0, 0, 0, postgres.Paris))
}

// first reports whether it is the first day lived of its week, month or quarter,
// as name says.
func (y *year) first(name string) bool {
	former := y.day.AddDate(0, 0, -y.size.step)
	switch name {
	case "week":
		a, b := former.ISOWeek()
		c, d := y.day.ISOWeek()
		return a != c || b != d
	case "month":
		return former.Month() != y.day.Month()
	default:
		return former.Month() != y.day.Month() && (y.day.Month()-1)%3 == 0
	}
}

// lastOfMonth reports whether no other day lived is in the same month.
func (y *year) lastOfMonth() bool {
	return y.day.AddDate(0, 0, y.size.step).Month() != y.day.Month()
}

func working(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

func nextWorking(day time.Time) time.Time {
	for day = day.AddDate(0, 0, 1); !working(day); {
		day = day.AddDate(0, 0, 1)
	}
	return day
}
