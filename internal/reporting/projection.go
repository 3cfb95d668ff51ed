package reporting

import (
	"time"

	"passnum/internal/postgres"
)

// Projection is where the usage of an order goes at the pace of its last whole
// month.
type Projection struct {
	Month   time.Time // whose pace it is
	Until   time.Time // last day of validity
	Cheques int64     // used by then, at most those handed over
	Of      int64     // chèques handed over
}

// Projection extends the last whole month to the end of validity. It is false
// without a whole month of usage, and for orders whose chèques do not all end
// on the same day.
func (f Figures) Projection() (Projection, bool) {
	line, today := f.One(), postgres.Day(f.Now)
	left := int64(line.ValidUntil.Sub(today).Hours() / 24)
	reference := firstOfMonth(today).AddDate(0, -1, 0)
	if len(f.Orders) != 1 || line.Validity != "date" || left <= 0 || f.Handed() == 0 {
		return Projection{}, false
	}
	for _, m := range f.Months {
		if m.Month.Equal(reference) && m.Cheques > 0 {
			days := int64(reference.AddDate(0, 1, -1).Day())
			used := min(f.Used.Cheques+m.Cheques*left/days, f.Handed())
			return Projection{Month: reference, Until: line.ValidUntil, Cheques: used, Of: f.Handed()}, true
		}
	}
	return Projection{}, false
}
