// Package format writes dates, hours, counts and rates the French way, in Paris
// time, with no-break spaces where a line must not be cut. It refuses amounts
// of money, which package money writes.
package format

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a container without time zones still knows Paris

	"passnum/internal/french"
	"passnum/internal/money"
)

const noBreak = "\u00a0"

// Paris is the time zone of everything shown to people.
var Paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // unreachable: tzdata is embedded
	}
	return zone
}

var shortMonths = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// Date writes « 4 novembre 2026 », « 1er décembre 2026 »; a zero time is empty.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return french.Day(t) + noBreak + french.Month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// LongDate writes « mercredi 4 novembre 2026 ».
func LongDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return weekdays[t.In(Paris).Weekday()] + " " + Date(t)
}

// ShortDate writes « 12 févr. », for places where the year is known.
func ShortDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return french.Day(t) + noBreak + shortMonths[t.Month()-1]
}

// MediumDate writes « 12 févr. 2026 » without a break, for a narrow column.
func MediumDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ShortDate(t) + noBreak + strconv.Itoa(t.In(Paris).Year())
}

// Month writes « novembre 2026 ».
func Month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return french.Month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// ShortMonth writes « nov. », for a chart's label.
func ShortMonth(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return shortMonths[t.In(Paris).Month()-1]
}

// Time writes « 14 h 30 ».
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Paris)
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), noBreak, noBreak, t.Minute())
}

// DateTime writes « 4 novembre 2026 à 14 h 30 ».
func DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Date(t) + " à " + Time(t)
}

// Typed writes a day as DateInput shows it again: « 31/12/2026 ».
func Typed(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Paris).Format("02/01/2006")
}

// ErrDay is returned by ParseDay for anything that is not a day.
var ErrDay = errors.New("not a day")

// ParseDay reads a day as people type it (« 31/12/2026 », « 1.2.26 ») or as
// browsers send it (« 2026-12-31 »): midnight in Paris.
func ParseDay(s string) (time.Time, error) {
	s = strings.NewReplacer(".", "/", " ", "/", "-", "/").Replace(strings.TrimSpace(s))
	for _, layout := range []string{"2/1/2006", "2/1/06", "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, s, Paris); err == nil {
			return t, nil
		}
	}
	return time.Time{}, ErrDay
}

// Until says how far a day is: « aujourd’hui », « demain », « dans 12 jours »,
// « hier », « il y a 3 jours ».
func Until(t, now time.Time) string {
	switch days := DaysBetween(now, t); {
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	case days == -1:
		return "hier"
	case days < 0:
		return "il y a " + Count(-days, "jour", "jours")
	default:
		return "dans " + Count(days, "jour", "jours")
	}
}

// DaysBetween counts calendar days in Paris from one moment to another.
func DaysBetween(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(Paris).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)).Hours() / 24)
}

// Left writes a short remaining time: « 9 min », « 2 h », « 3 jours ».
func Left(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "moins d’une minute"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + noBreak + "min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + noBreak + "h"
	default:
		return Count(int(d.Hours()/24), "jour", "jours")
	}
}

// Number writes « 12 345 ».
func Number(n int) string { return money.Count(int64(n)) }

// Count writes a number and its noun: « 1 chèque », « 2 000 chèques ». French
// keeps the singular below two.
func Count(n int, one, many string) string {
	return french.Count(n, one, many)
}

// Plural chooses between the singular and the plural; zero is singular.
func Plural(n int, one, many string) string { return french.Plural(n, one, many) }

// Percent writes a share, rounded to the unit: « 63 % »; « – » of nothing.
// A share that is neither nothing nor everything never reads 0 % or 100 %.
func Percent(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	rounded := (200*part + whole) / (2 * whole)
	switch {
	case rounded == 0 && part > 0:
		return "<" + noBreak + "1" + noBreak + "%"
	case rounded == 100 && part < whole:
		return "99" + noBreak + "%"
	}
	return strconv.FormatInt(rounded, 10) + noBreak + "%"
}

// List joins words: « a, b et c ».
func List(words []string) string { return french.List(words) }

// Of elides the preposition: « de Guéret », « d’Aubusson ».
func Of(name string) string {
	if name != "" && strings.ContainsRune("aeiouyàâéèêîôûAEIOUYÀÂÉÈÊÎÔÛ", []rune(name)[0]) {
		return "d’" + name
	}
	return "de " + name
}

// Size writes a file's size: « 120 Ko », « 1,4 Mo ».
func Size(bytes int64) string {
	if bytes < 1_000_000 {
		return strconv.FormatInt(max(1, (bytes+500)/1000), 10) + noBreak + "Ko"
	}
	tenths := (bytes + 50_000) / 100_000
	return strconv.FormatInt(tenths/10, 10) + "," + strconv.FormatInt(tenths%10, 10) + noBreak + "Mo"
}

// Distance writes how far a place is: « 600 m », « 1,1 km », « 18 km ».
func Distance(metres int) string {
	switch {
	case metres < 100:
		return "moins de 100" + noBreak + "m"
	case metres < 950:
		return strconv.Itoa((metres+50)/100*100) + noBreak + "m"
	case metres < 9_950:
		tenths := (metres + 50) / 100
		return strconv.Itoa(tenths/10) + "," + strconv.Itoa(tenths%10) + noBreak + "km"
	default:
		return strconv.Itoa((metres+500)/1000) + noBreak + "km"
	}
}

// Groups spaces a long identifier: « FR76 3000 … », « 123 456 789 00012 ».
func Groups(s string, sizes ...int) string {
	var parts []string
	for i := 0; s != "" && len(sizes) > 0; i++ {
		n := min(sizes[min(i, len(sizes)-1)], len(s))
		parts, s = append(parts, s[:n]), s[n:]
	}
	return strings.Join(parts, noBreak)
}

// SIRET writes « 123 456 789 00012 ».
func SIRET(s string) string { return Groups(s, 3, 3, 3, 5) }

// IBAN writes the account number by fours.
func IBAN(s string) string { return Groups(s, 4) }
