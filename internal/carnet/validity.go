package carnet

import "time"

// Validity says until when a carnet may be used: a fixed date, or some months
// from its hand-over, never beyond an outer date.
type Validity struct {
	Until  time.Time // fixed or outer date, inclusive
	Months int       // 0 for a fixed date
}

// UsableUntil is the last day printed or announced for a carnet handed over on
// the given day.
func (v Validity) UsableUntil(handedOver time.Time) time.Time {
	if v.Months == 0 {
		return v.Until
	}
	if end := addMonths(handedOver, v.Months); end.Before(v.Until) {
		return end
	}
	return v.Until
}

// Tolerated is the last day a chèque usable until a day is still accepted: one
// month more, for every deployment (domain dossier §2.5).
func Tolerated(usableUntil time.Time) time.Time { return addMonths(usableUntil, 1) }

// addMonths stays in the target month: 31 January plus one month is the last day
// of February, and the last day of a month gives the last day of the other.
func addMonths(day time.Time, months int) time.Time {
	y, m, d := day.Date()
	lastOfTarget := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	lastOfOwn := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
	if d == lastOfOwn.Day() || d > lastOfTarget.Day() {
		return lastOfTarget
	}
	return time.Date(y, m+time.Month(months), d, 0, 0, 0, 0, time.UTC)
}
