package order

import (
	"fmt"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/french"
)

// How an order's validity is counted.
const (
	UntilDate    = "date"   // everyone's chèques end the same day
	FromHandOver = "remise" // N months from the hand-over, capped by Until
)

// Validity says until when chèques can be used. Until is the last day of use,
// or the outer limit when Kind is FromHandOver.
type Validity struct {
	Kind   string
	Until  time.Time
	Months int
}

// Rule is the validity as carnets apply it.
func (v Validity) Rule() carnet.Validity {
	if v.Kind != FromHandOver {
		return carnet.Validity{Until: v.Until}
	}
	return carnet.Validity{Until: v.Until, Months: v.Months}
}

// LastAccepted is the last day any chèque of the order may be accepted, the
// month of tolerance included.
func (v Validity) LastAccepted() time.Time { return carnet.Tolerated(v.Until) }

// String says the rule in one line.
func (v Validity) String() string {
	switch {
	case v.Until.IsZero():
		return "validité à préciser"
	case v.Kind == FromHandOver:
		return fmt.Sprintf("valables %d\u00a0mois après la remise, au plus tard le %s", v.Months, french.Date(v.Until))
	default:
		return "valables jusqu’au " + french.Date(v.Until)
	}
}
