package workshop

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passnum/internal/hours"
	"passnum/internal/identifier"
	"passnum/internal/postgres"
)

// Calendar writes ateliers as an iCalendar file (RFC 5545), at Paris hours, or at
// the moment that the clocks of their commune tell overseas. It names no method:
// RFC 5546 would then want an organiser, and answers to them. link
// is the address of an atelier's page; name is the calendar's, empty for a file
// that holds one event.
func Calendar(name string, list []Workshop, link func(Workshop) string, now time.Time) []byte {
	var c calendar
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Passnum//Ateliers//FR")
	c.line("CALSCALE", "GREGORIAN")
	if name != "" {
		c.line("X-WR-CALNAME", escaped(name))
		c.line("X-WR-TIMEZONE", zone)
		c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	}
	c.timezone()
	for _, w := range list {
		c.event(w, link(w), now)
	}
	c.line("END", "VCALENDAR")
	return []byte(c.String())
}

const zone = "Europe/Paris"

type calendar struct{ strings.Builder }

// line writes a content line, folded so that none exceeds 75 octets; a letter is
// never cut in two.
func (c *calendar) line(name, value string) {
	text, room := name+":"+value, 75
	for len(text) > room {
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		c.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], 74 // the space that follows a fold counts
	}
	c.WriteString(text + "\r\n")
}

func escaped(s string) string {
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1 // no text may hold any
		}
		return r
	}, s)
}

// timezone describes Paris as it has been since 1996.
func (c *calendar) timezone() {
	c.line("BEGIN", "VTIMEZONE")
	c.line("TZID", zone)
	for _, season := range []struct{ kind, from, to, name, start, month string }{
		{"DAYLIGHT", "+0100", "+0200", "CEST", "19960331T020000", "3"},
		{"STANDARD", "+0200", "+0100", "CET", "19961027T030000", "10"},
	} {
		c.line("BEGIN", season.kind)
		c.line("TZOFFSETFROM", season.from)
		c.line("TZOFFSETTO", season.to)
		c.line("TZNAME", season.name)
		c.line("DTSTART", season.start)
		c.line("RRULE", "FREQ=YEARLY;BYMONTH="+season.month+";BYDAY=-1SU")
		c.line("END", season.kind)
	}
	c.line("END", "VTIMEZONE")
}

func (c *calendar) event(w Workshop, link string, now time.Time) {
	c.line("BEGIN", "VEVENT")
	c.line("UID", w.ID.String()+"@passnum")
	c.line("DTSTAMP", utc(now))
	c.line("LAST-MODIFIED", utc(w.UpdatedAt))
	c.line("SEQUENCE", fmt.Sprint(w.Revision))
	c.moment("DTSTART", w.Starts(), w.Insee)
	c.moment("DTEND", w.Ends(), w.Insee)
	c.line("SUMMARY", escaped(w.Title))
	c.line("LOCATION", escaped(w.Place+", "+w.Address()))
	if w.Latitude != nil && w.Longitude != nil {
		c.line("GEO", fmt.Sprintf("%.6f;%.6f", *w.Latitude, *w.Longitude))
	}
	c.line("DESCRIPTION", escaped(w.summary()))
	c.line("URL", link)
	status := "CONFIRMED"
	if w.Cancelled() {
		status = "CANCELLED"
	}
	c.line("STATUS", status)
	c.line("END", "VEVENT")
}

// moment writes when an atelier begins or ends. Ateliers are announced by the
// clock of where they take place, kept as if it were that of Paris.
func (c *calendar) moment(name string, at time.Time, insee string) {
	there := hours.Zone(insee)
	if there.String() == zone {
		c.line(name+";TZID="+zone, local(at))
		return
	}
	year, month, day := at.Date()
	c.line(name, utc(time.Date(year, month, day, at.Hour(), at.Minute(), 0, 0, there)))
}

// summary is what a calendar tells below the title.
func (w Workshop) summary() string {
	lines := []string{w.Structure, "Chèques demandés\u00a0: " + Asked(w.Cheques)}
	if w.Cancelled() {
		lines = append([]string{"ANNULÉ\u00a0: " + w.CancelReason}, lines...)
	}
	if w.Phone != "" {
		lines = append(lines, "Téléphone\u00a0: "+identifier.Phone(w.Phone).Grouped())
	}
	if w.Note != "" {
		lines = append(lines, w.Note)
	}
	return strings.Join(lines, "\n")
}

func utc(t time.Time) string   { return t.UTC().Format("20060102T150405Z") }
func local(t time.Time) string { return t.In(postgres.Paris).Format("20060102T150405") }
