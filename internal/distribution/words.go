package distribution

import (
	"fmt"
	"time"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

func count(n int, one, many string) string {
	word := many
	if n < 2 {
		word = one
	}
	return money.Count(int64(n)) + "\u00a0" + word
}

// clock writes an hour of Paris: « 14 h 30 ».
func clock(t time.Time) string {
	t = t.In(postgres.Paris)
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// frenchDay writes a Paris day in full: « 1er décembre 2026 ».
func frenchDay(t time.Time) string {
	t = t.In(postgres.Paris)
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s\u00a0%s\u00a0%d", day, frenchMonths[t.Month()-1], t.Year())
}
