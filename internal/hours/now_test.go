package hours

import (
	"testing"
	"time"
)

func TestAt(t *testing.T) {
	t.Parallel()
	const gueret, strasbourg, saintDenis, fortDeFrance = "23096", "67482", "97411", "97209"
	// The 16th of November 2026 is a Monday.
	for _, c := range []struct {
		hours, insee, at string
		want             State
	}{
		{"Mo-Fr 09:00-12:00", gueret, "2026-11-16 09:00", Open}, {"Mo-Fr 09:00-12:00", gueret, "2026-11-16 12:00", Closed},
		{"Mo-Fr 09:00-12:00; Mo off", gueret, "2026-11-16 10:00", Closed}, {"Sa-Mo 9:00-12:00", gueret, "2026-11-15 10:00", Open},
		{"24/7", gueret, "2026-11-15 03:00", Open}, {"", gueret, "2026-11-15 03:00", Unknown}, {"le matin", gueret, "2026-11-15 03:00", Unknown},
		{"PH off", gueret, "2026-11-20 23:00", Closed}, {"Mo 10:75-12:00", gueret, "2026-11-16 11:00", Unknown},

		// Past midnight.
		{"Fr 20:00-02:00", gueret, "2026-11-20 23:00", Open}, {"Fr 20:00-02:00", gueret, "2026-11-21 01:59", Open},
		{"Fr 20:00-02:00", gueret, "2026-11-21 02:00", Closed}, {"Fr 20:00-02:00", gueret, "2026-11-20 01:00", Closed},
		{"Fr 20:00-26:00", gueret, "2026-11-21 01:59", Open}, {"Su 20:00-02:00", gueret, "2026-11-16 01:00", Open}, {"Fr 20:00-24:00", gueret, "2026-11-21 00:00", Closed},

		// The night when clocks go forward, and the one when they go back.
		{"Su 01:00-04:00", gueret, "2026-03-29 03:30", Open}, {"Sa 22:00-03:00", gueret, "2026-10-25 02:30", Open}, {"Sa 22:00-03:00", gueret, "2026-10-25 03:00", Closed},

		// Public holidays: what the hours say of them decides.
		{"Mo-Fr 09:00-12:00", gueret, "2026-05-01 10:00", Ask}, {"Mo-Fr 09:00-12:00", gueret, "2026-05-01 13:00", Closed},
		{"Mo-Fr 09:00-12:00; PH off", gueret, "2026-05-01 10:00", Closed}, {"PH off; Mo-Fr 09:00-12:00", gueret, "2026-05-01 10:00", Closed},
		{"Mo-Fr 09:00-12:00; PH 10:00-11:00", gueret, "2026-05-01 10:30", Open}, {"Su,PH 10:00-12:00", gueret, "2026-05-01 10:30", Open},
		{"24/7", gueret, "2026-05-01 10:30", Open}, {"24/7; PH off", gueret, "2026-05-01 10:30", Closed}, {"Th 20:00-02:00", gueret, "2026-05-01 01:00", Open},
		{"Fr 20:00-02:00", gueret, "2026-05-02 01:00", Ask},

		// Alsace, Moselle and overseas have their own, on their own clocks.
		{"Fr,Sa 09:00-12:00", strasbourg, "2026-04-03 10:00", Ask}, {"Fr,Sa 09:00-12:00", gueret, "2026-04-03 10:00", Open},
		{"Fr,Sa 09:00-12:00", strasbourg, "2026-12-26 10:00", Ask}, {"Fr,Sa 09:00-12:00", gueret, "2026-12-26 10:00", Open},
		{"Mo 09:00-12:00", saintDenis, "2026-11-16 07:00", Open}, {"Mo 09:00-12:00", saintDenis, "2026-11-16 10:00", Closed},
		{"Mo 09:00-12:00", fortDeFrance, "2026-11-16 15:00", Open}, {"Fr 09:00-12:00", fortDeFrance, "2026-05-22 16:00", Ask},
	} {
		moment, err := time.ParseInLocation("2006-01-02 15:04", c.at, paris)
		if err != nil {
			t.Fatal(err)
		}
		if got := At(c.hours, c.insee, moment); got != c.want {
			t.Errorf("%q in %s at %s: %v, want %v", c.hours, c.insee, c.at, got, c.want)
		}
	}
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]string{"2026-04-06": "lundi de Pâques", "2026-05-14": "Ascension", "2026-05-25": "lundi de Pentecôte",
		"2027-03-29": "lundi de Pâques", "2026-07-14": "fête nationale", "2026-11-24": "", "2024-04-01": "lundi de Pâques"} {
		day, err := time.Parse(time.DateOnly, on)
		if got := Holiday(day, ""); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", on, got, want, err)
		}
	}
	for insee, on := range map[string]string{"97105": "2026-05-27", "97209": "2026-05-22", "97302": "2026-06-10", "97411": "2026-12-20", "97608": "2026-04-27"} {
		day, err := time.Parse(time.DateOnly, on)
		if err != nil || Holiday(day, insee) != abolition || Holiday(day, "23096") != "" {
			t.Errorf("%s in %s: %q", on, insee, Holiday(day, insee))
		}
	}
}

func TestWeekly(t *testing.T) {
	t.Parallel()
	days, ok := Weekly("Mo-Fr 09:00-12:00,14:00-18:00; We off; PH 10:00-11:00")
	if !ok || len(days[0]) != 2 || len(days[2]) != 0 || len(days[5]) != 0 || len(days[holidays]) != 1 {
		t.Errorf("%v, %v", days, ok)
	}
	if days, ok := Weekly("24/7"); !ok || len(days[6]) != 1 {
		t.Errorf("%v, %v", days, ok)
	}
	if _, ok := Weekly("Jul-Aug Mo 10:00-12:00"); ok {
		t.Error("months are read")
	}
}
