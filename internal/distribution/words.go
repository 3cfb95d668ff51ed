package distribution

import (
	"fmt"
	"time"

	"passnum/internal/french"
	"passnum/internal/postgres"
)

// clock writes an hour of Paris: « 14 h 30 ».
func clock(t time.Time) string {
	t = t.In(postgres.Paris)
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// frenchDay writes a Paris day in full: « 1er décembre 2026 ».
func frenchDay(t time.Time) string {
	return french.Date(t.In(postgres.Paris))
}
