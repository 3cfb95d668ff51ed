package sepa

import "time"

// NextWorkingDay is the first day after t on which SEPA transfers are settled:
// neither a weekend nor a closing day of TARGET. It keeps t's zone.
func NextWorkingDay(t time.Time) time.Time {
	y, m, d := t.Date()
	next := time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
	for closed(next) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

func closed(t time.Time) bool {
	if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		return true
	}
	y, m, d := t.Date()
	switch {
	case m == time.January && d == 1, m == time.May && d == 1, m == time.December && (d == 25 || d == 26):
		return true
	}
	sunday := easter(y)
	return t.YearDay() == sunday.YearDay()-2 || t.YearDay() == sunday.YearDay()+1
}

// easter is Easter Sunday by the Gregorian computus (Meeus).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// WorkingDaysAfter is the nth day after t on which SEPA transfers are settled.
func WorkingDaysAfter(t time.Time, n int) time.Time {
	for range n {
		t = NextWorkingDay(t)
	}
	return t
}
