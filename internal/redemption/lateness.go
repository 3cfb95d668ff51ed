package redemption

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const (
	// prompt is how long a redemption may take to arrive and still be one of now:
	// a retry is not a late claim.
	prompt = 5 * time.Minute
	// clockSlack is how far a device's clock may be from ours before its dates
	// are corrected.
	clockSlack = 10 * time.Minute
)

// The kinds of devices that claim late.
const (
	KindBrowser = "navigateur"
	KindPaired  = "appareil"
	KindToken   = "jeton"
)

// lateness is what is known of a scan made some time ago.
type lateness struct {
	device    uuid.UUID
	kind      string
	scannedAt time.Time     // as told, corrected; never in the future
	givenAt   time.Time     // the same, unless it is too old to be believed at all
	scanDay   time.Time     // the Paris day of scannedAt
	clockOff  time.Duration // by how much the device's clock was corrected
	counted   bool          // late enough to count against the order's cap
	strict    bool          // the place must be right, as for a request of now
}

// since believes a scan's date within reason: one in the future is of now, and
// so is the séance of one older than any séance may be.
func since(scanned, now time.Time) lateness {
	if scanned.After(now) {
		scanned = now
	}
	l := lateness{scannedAt: scanned, givenAt: scanned, scanDay: postgres.Day(scanned), counted: now.Sub(scanned) > prompt}
	if now.Sub(scanned) > oldest {
		l.givenAt = now
	}
	return l
}

// clockOff is how far ahead the device's clock is, when that is too far to be a
// slow network.
func (q Queue) clockOff(now time.Time) time.Duration {
	off := q.SentAt.Sub(now)
	if off.Abs() <= clockSlack {
		return 0
	}
	return off
}

// deviceOf is what a claim comes from: a paired device or a token, whatever
// their browser says, else the browser.
func deviceOf(actor identity.Actor, browser uuid.UUID) (id uuid.UUID, kind string) {
	switch {
	case actor.DeviceID != uuid.Nil:
		return actor.DeviceID, KindPaired
	case actor.TokenID != uuid.Nil:
		return actor.TokenID, KindToken
	case browser == uuid.Nil:
		return actor.AccountID, KindBrowser
	default:
		return browser, KindBrowser
	}
}
