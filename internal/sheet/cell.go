package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Paris must be known on machines that have no zones

	"passnum/internal/money"
)

// Cell is one value, already written the French way. The zero Cell is empty.
type Cell struct{ text string }

var (
	paris = mustZone("Europe/Paris")
	// A negative number is the one thing that may start with a sign.
	negative = regexp.MustCompile(`^-[0-9]+([.,][0-9]+)?$`)
)

// What makes a spreadsheet read a text as a formula, full-width forms included.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Text is a text as people wrote it; one that a spreadsheet would run gets an
// apostrophe in front.
func Text(s string) Cell {
	s = strings.ReplaceAll(s, "\x00", "")
	if s != "" && strings.ContainsRune(formulaStarts, []rune(s)[0]) && !negative.MatchString(s) {
		return Cell{"'" + s}
	}
	return Cell{s}
}

// Int is a whole number.
func Int[T ~int | ~int16 | ~int32 | ~int64](n T) Cell {
	return Cell{strconv.FormatInt(int64(n), 10)}
}

// Money is an amount in euros that a spreadsheet can add up: « 1234,56 ».
func Money(c money.Cents) Cell {
	return Cell{strings.Replace(c.Decimal(), ".", ",", 1)}
}

// Date is a day, as it stands in t: « 04/11/2026 ». The zero time is empty.
func Date(t time.Time) Cell { return moment(t, "02/01/2006") }

// Time is a moment, in Paris: « 04/11/2026 14:30:05 ». The zero time is empty.
func Time(t time.Time) Cell { return moment(t.In(paris), "02/01/2006 15:04:05") }

func moment(t time.Time, layout string) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{t.Format(layout)}
}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zones are embedded
	}
	return zone
}
