package ending

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Calendars writes the dates of orders as an iCalendar file (RFC 5545): one
// whole-day event a step, each under a name that does not change.
func Calendars(list []Summary, base string, at time.Time) []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Passnum//Echeances//FR")
	line("CALSCALE", "GREGORIAN")
	line("X-WR-CALNAME", "Échéances Pass numérique")
	for _, s := range list {
		for _, d := range s.Days() {
			line("BEGIN", "VEVENT")
			line("UID", string(d.Step)+"-"+s.ID.String()+"@passnum")
			line("DTSTAMP", at.UTC().Format("20060102T150405Z"))
			line("DTSTART;VALUE=DATE", d.Day.Format("20060102"))
			line("DTEND;VALUE=DATE", d.Day.AddDate(0, 0, 1).Format("20060102"))
			line("SUMMARY", escape(s.Number+" · "+d.Step.Label()))
			line("DESCRIPTION", escape(s.Commanditaire+", "+s.Title+"\n"+base+s.ID.String()))
			line("URL", base+s.ID.String())
			line("TRANSP", "TRANSPARENT")
			line("END", "VEVENT")
		}
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

func escape(s string) string { return escaper.Replace(s) }

// fold cuts a line after at most 75 octets, never inside a letter.
func fold(b *strings.Builder, s string) {
	for most := 75; len(s) > most; most = 74 {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	b.WriteString(s + "\r\n")
}
