package ending_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
)

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestCalendar reads the dossier's own example, then the ends of months that
// calendars get wrong.
func TestCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ end, alert, block, agree, last, expiry, statement string }{
		{"2026-12-31", "2026-11-30", "2026-12-15", "2026-12-22", "2027-01-31", "2027-02-01", "2027-02-07"},
		{"2027-02-28", "2027-01-31", "2027-02-12", "2027-02-19", "2027-03-31", "2027-04-01", "2027-04-07"},
		{"2028-02-29", "2028-01-31", "2028-02-13", "2028-02-20", "2028-03-31", "2028-04-01", "2028-04-07"},
		{"2028-02-28", "2028-01-28", "2028-02-12", "2028-02-19", "2028-03-28", "2028-03-29", "2028-04-04"},
		{"2027-04-30", "2027-03-31", "2027-04-14", "2027-04-21", "2027-05-31", "2027-06-01", "2027-06-07"},
		{"2027-03-30", "2027-02-28", "2027-03-14", "2027-03-21", "2027-04-30", "2027-05-01", "2027-05-07"},
		{"2028-01-31", "2027-12-31", "2028-01-15", "2028-01-22", "2028-02-29", "2028-03-01", "2028-03-07"},
		{"2027-10-31", "2027-09-30", "2027-10-15", "2027-10-22", "2027-11-30", "2027-12-01", "2027-12-07"},
		{"2027-06-15", "2027-05-15", "2027-05-30", "2027-06-06", "2027-07-15", "2027-07-16", "2027-07-22"},
	} {
		end := date(c.end)
		for step, want := range map[ending.Step]string{
			ending.Alert: c.alert, ending.Block: c.block, ending.Acknowledge: c.agree, ending.NominalEnd: c.end,
			ending.LastDay: c.last, ending.Expiry: c.expiry, ending.Statement: c.statement,
			ending.Early: end.AddDate(0, 0, -60).Format(time.DateOnly), ending.Late: end.AddDate(0, 0, -30).Format(time.DateOnly),
		} {
			if got := ending.DayOf(end, step).Format(time.DateOnly); got != want {
				t.Errorf("end %s: %s on %s, want %s", c.end, step, got, want)
			}
		}
	}
}

// TestCalendarIsInOrder walks every day of six years, leap years included.
func TestCalendarIsInOrder(t *testing.T) {
	t.Parallel()
	for end := date("2026-01-01"); end.Year() < 2032; end = end.AddDate(0, 0, 1) {
		days := ending.Calendar(end)
		if len(days) != 9 {
			t.Fatalf("%d steps", len(days))
		}
		for i := 1; i < len(days); i++ {
			if days[i].Day.Before(days[i-1].Day) {
				t.Fatalf("end %s: %s on %s after %s on %s", end.Format(time.DateOnly), days[i].Step, days[i].Day, days[i-1].Step, days[i-1].Day)
			}
		}
	}
}

func TestICalendar(t *testing.T) {
	t.Parallel()
	s := ending.Summary{ID: uuid.MustParse("01900000-0000-7000-8000-000000000001"), Number: "2026-014", Title: "Séniors; minima, sociaux et un titre assez long pour être replié par la norme",
		Commanditaire: "Département de la Creuse", ValidUntil: date("2026-12-31")}
	file := ending.Calendars([]ending.Summary{s}, "https://exemple.fr/admin/echeances/", date("2026-11-16"))
	if n := bytes.Count(file, []byte("BEGIN:VEVENT")); n != 9 {
		t.Errorf("%d events", n)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(file), "\r\n"), "\r\n") {
		if len(line) > 75 {
			t.Errorf("line of %d octets: %s", len(line), line)
		}
	}
	for _, want := range []string{"DTSTART;VALUE=DATE:20270207", "UID:etat-01900000-0000-7000-8000-000000000001@passnum", `Séniors\; minima\, sociaux`} {
		if !strings.Contains(strings.ReplaceAll(string(file), "\r\n ", ""), want) {
			t.Errorf("calendar lacks %s", want)
		}
	}
}
