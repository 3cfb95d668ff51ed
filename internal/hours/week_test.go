package hours

import (
	"testing"
	"time"
)

func TestAWeekComesBackAsItWas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "",
		"Mo-Fr 09:00-12:00,14:00-18:00": "Mo-Fr 09:00-12:00,14:00-18:00",
		"Mo,We,Fr 9:30-12:30":           "Mo 09:30-12:30; We 09:30-12:30; Fr 09:30-12:30",
		"Mo-Fr 09:00-18:00; We off":     "Mo-Tu 09:00-18:00; Th-Fr 09:00-18:00",
		"Sa-Mo 10:00-12:00":             "Mo 10:00-12:00; Sa-Su 10:00-12:00",
	} {
		week, ok := WeekOf(text)
		if got := week.OSM(); got != want || !ok {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
	for _, richer := range []string{"24/7", "Mo-Fr 09:00-12:00; PH off", "Jul-Aug Mo 10:00-12:00", "Mo 08:00-09:00,10:00-11:00,12:00-13:00", "le matin"} {
		if week, ok := WeekOf(richer); ok || week != (Week{}) {
			t.Errorf("%q fits a grid", richer)
		}
	}
}

func TestOpenAt(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		moment, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	// The 16th of November 2026 is a Monday.
	for _, c := range []struct {
		hours, at   string
		open, known bool
	}{
		{"Mo-Fr 09:00-12:00", "2026-11-16 09:00", true, true}, {"Mo-Fr 09:00-12:00", "2026-11-16 12:00", false, true},
		{"Mo-Fr 09:00-12:00; Mo off", "2026-11-16 10:00", false, true}, {"Sa-Mo 9:00-12:00", "2026-11-15 10:00", true, true},
		{"24/7", "2026-11-15 03:00", true, true}, {"", "2026-11-15 03:00", false, false}, {"le matin", "2026-11-15 03:00", false, false},
		{"Fr 20:00-02:00", "2026-11-20 23:00", true, true}, {"PH off", "2026-11-20 23:00", false, true},
	} {
		if open, known := OpenAt(c.hours, at(c.at)); open != c.open || known != c.known {
			t.Errorf("%q at %s: %v, %v", c.hours, c.at, open, known)
		}
	}
}
