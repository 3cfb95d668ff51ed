package redemption_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestListIsPagedAndCountsSeances(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 12, PerCarnet: 10})
	for i := range 40 {
		s.redeem(t, s.Mediateur, request(fmt.Sprint("s", i), s.codes[3*i:3*i+3]...))
		s.Travel(time.Minute)
	}
	var seen []uuid.UUID
	var after redemption.Cursor
	for pages := 1; ; pages++ {
		page, err := s.List(t.Context(), s.Mediateur, redemption.Filter{}, after)
		if err != nil {
			t.Fatal(err)
		}
		if page.Totals != (redemption.Totals{Cheques: 120, Seances: 40, Amount: 120_000}) {
			t.Errorf("totals: %+v", page.Totals)
		}
		for _, taking := range page.Takings {
			seen = append(seen, taking.ID)
		}
		if after = page.Next; after.At.IsZero() {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
	}
	slices.SortFunc(seen, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	if len(slices.Compact(seen)) != 120 {
		t.Errorf("%d different chèques listed", len(seen))
	}
	exported := 0
	err := s.Export(t.Context(), s.Mediateur, redemption.Filter{}, func(redemption.Taking) error { exported++; return nil })
	if err != nil || exported != 120 {
		t.Errorf("exported %d: %v", exported, err)
	}
}

func TestFiltersAndToday(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	monday := s.redeem(t, s.Mediateur, request("monday", s.codes[0], s.codes[1]))
	if _, err := s.Undo(t.Context(), s.Mediateur, monday.Results[1].ID, ""); err != nil {
		t.Fatal(err)
	}
	s.Travel(24 * time.Hour)
	s.redeem(t, s.Mediateur, request("tuesday", s.codes[2]))
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	cases := []struct {
		name   string
		filter redemption.Filter
		lines  int
		live   int
	}{
		{"all", redemption.Filter{}, 3, 2},
		{"monday", redemption.Filter{From: day(16), To: day(16)}, 2, 1},
		{"from tuesday", redemption.Filter{From: day(17)}, 1, 1},
		{"undone", redemption.Filter{Payment: redemption.PaymentUndone}, 1, 0},
		{"due", redemption.Filter{Payment: redemption.PaymentDue}, 2, 2},
		{"paid", redemption.Filter{Payment: redemption.PaymentDone}, 0, 0},
		{"place", redemption.Filter{PlaceID: s.Place}, 3, 2},
		{"other place", redemption.Filter{PlaceID: uuid.New()}, 0, 0},
	}
	for _, c := range cases {
		page, err := s.List(t.Context(), s.Mediateur, c.filter, redemption.Cursor{})
		if err != nil || len(page.Takings) != c.lines || page.Totals.Cheques != c.live {
			t.Errorf("%s: %d lines, %+v, %v", c.name, len(page.Takings), page.Totals, err)
		}
	}
	if today, err := s.Today(t.Context(), s.Mediateur); err != nil || len(today.Takings) != 1 {
		t.Errorf("today: %+v, %v", today, err)
	}
}

func TestDeskOffersHabitsFirst(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	r := request("a", s.codes[0])
	r.Entries = []int{84, 99}
	s.redeem(t, s.Mediateur, r)
	r.Key, r.Codes, r.Entries = "b", s.codes[1:2], []int{99}
	s.redeem(t, s.Mediateur, r)
	desk, err := s.Desk(t.Context(), s.Mediateur, uuid.Nil)
	if err != nil || desk.Place != s.Place || len(desk.Places) != 1 || fmt.Sprint(desk.Favourites) != "[99 84 3 44 48]" {
		t.Errorf("desk: %+v, %v", desk, err)
	}
}
