package workshop_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/workshop"
)

func TestCalendarIsWellFormed(t *testing.T) {
	t.Parallel()
	lat, lon := 46.1703, 1.8683
	w := workshop.Workshop{ID: uuid.New(), Title: "\aÉteindre, allumer; et le reste \\ éàéàéàéàéàéàéàéàéàéàéàéàéàéàéàéàéàéàéà", Note: "Une ligne\nune autre", StartsAt: paris(t, "2027-07-06 14:30"), Minutes: 90,
		Place: "Médiathèque", Town: "Guéret", PostalCode: "23000", Street: "8 avenue", Latitude: &lat, Longitude: &lon, Revision: 2, Cheques: 1}
	file := string(workshop.Calendar("Ateliers", []workshop.Workshop{w}, func(workshop.Workshop) string { return "https://passnum.test/ateliers/x" }, time.Unix(0, 0)))
	open := []string{}
	for _, line := range strings.Split(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if strings.ContainsFunc(line, unicode.IsControl) || strings.HasPrefix(line, "METHOD") {
			t.Errorf("line %q", line)
		}
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(file, "\r\n ", "")
	for _, line := range strings.Split(strings.TrimSuffix(unfolded, "\r\n"), "\r\n") {
		name, value, found := strings.Cut(line, ":")
		switch {
		case !found:
			t.Errorf("no value: %q", line)
		case name == "BEGIN":
			open = append(open, value)
		case name == "END" && (len(open) == 0 || open[len(open)-1] != value):
			t.Errorf("END:%s within %v", value, open)
		case name == "END":
			open = open[:len(open)-1]
		}
	}
	if len(open) != 0 {
		t.Errorf("left open: %v", open)
	}
	for _, want := range []string{"DTSTART;TZID=Europe/Paris:20270706T143000\r\n", "DTEND;TZID=Europe/Paris:20270706T160000\r\n", "TZID:Europe/Paris\r\n", "SEQUENCE:2\r\n",
		`SUMMARY:Éteindre\, allumer\; et le reste \\ é`, `Une ligne\nune autre`, "STATUS:CONFIRMED\r\n", "DTSTAMP:19700101T000000Z\r\n"} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("no %q in\n%s", want, unfolded)
		}
	}
}

func TestCalendarOverseasTellsTheMoment(t *testing.T) {
	t.Parallel()
	w := workshop.Workshop{ID: uuid.New(), Title: "Premiers pas", StartsAt: paris(t, "2027-07-06 14:30"), Minutes: 90, Place: "Médiathèque", Town: "Saint-Denis", Insee: "97411"}
	file := string(workshop.Calendar("", []workshop.Workshop{w}, func(workshop.Workshop) string { return "https://passnum.test/ateliers/x" }, time.Unix(0, 0)))
	for _, want := range []string{"DTSTART:20270706T103000Z\r\n", "DTEND:20270706T120000Z\r\n"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
}
