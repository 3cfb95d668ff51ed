package sepa

import (
	"testing"
	"time"
)

func TestNextWorkingDay(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"2026-11-24": "2026-11-25",
		"2026-11-27": "2026-11-30", // a Friday
		"2026-11-28": "2026-11-30",
		"2026-12-24": "2026-12-28", // Christmas, the 26th, a weekend
		"2026-12-31": "2027-01-04",
		"2026-04-02": "2026-04-07", // Good Friday to Easter Monday
		"2027-03-25": "2027-03-30",
		"2024-03-28": "2024-04-02", // Easter in a leap year
		"2025-04-30": "2025-05-02",
		"2026-07-13": "2026-07-14", // a French holiday is not one of TARGET
	} {
		day, err := time.Parse(time.DateOnly, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := NextWorkingDay(day).Format(time.DateOnly); got != want {
			t.Errorf("after %s: %s, want %s", from, got, want)
		}
	}
}

func TestNextWorkingDayKeepsTheZone(t *testing.T) {
	t.Parallel()
	paris := time.FixedZone("CET", 3600)
	got := NextWorkingDay(time.Date(2026, 11, 23, 23, 30, 0, 0, paris))
	if got.Format("2006-01-02 15:04 -0700") != "2026-11-24 00:00 +0100" {
		t.Errorf("got %v", got)
	}
}
