// Package ending is how an order ends: its calendar of alerts, blocking and
// acknowledgement, the expiry of what was not used, the final statement that
// both sides sign, the avoir and what becomes of it. It refuses to do a step
// twice, to close an order while a chèque of it may still be paid, and to give
// back more than what is owed.
package ending

import (
	"time"

	"passnum/internal/carnet"
)

// Step names what happens at a date of an order's end.
type Step string

// The steps of the calendar, in the order of their dates.
const (
	Early       Step = "rappel_60"  // points and structures are reminded, sixty days before
	Alert       Step = "alerte"     // the commanditaire sees its four counters
	Late        Step = "rappel_30"  // points and structures are reminded again
	Block       Step = "blocage"    // the commanditaire is asked to stop the hand-overs
	Acknowledge Step = "accuse"     // and to say that it knows what follows
	NominalEnd  Step = "echeance"   // the last day printed on the carnets
	LastDay     Step = "tolerance"  // the last day a chèque is accepted
	Expiry      Step = "peremption" // what was not used leaves circulation
	Statement   Step = "etat"       // the final statement is drawn
)

// The acts of people, kept beside the steps they answer.
const (
	BlockAgreed Step = "blocage_valide"
	EndAgreed   Step = "accuse_valide"
	Settled     Step = "cloture"
)

// answers are the acts that a step asks for.
var answers = map[Step]Step{Block: BlockAgreed, Acknowledge: EndAgreed}

// Label names the step on screens and in calendars.
func (s Step) Label() string {
	switch s {
	case Early:
		return "J-60 · Rappel aux points et aux structures"
	case Alert:
		return "J-30 · Alerte au commanditaire"
	case Late:
		return "J-30 · Rappel aux points et aux structures"
	case Block:
		return "J-15 · Arrêt des remises, à valider"
	case Acknowledge:
		return "J-7 · Annulation à reconnaître"
	case NominalEnd:
		return "Dernier jour imprimé"
	case LastDay:
		return "Dernier jour accepté, tolérance comprise"
	case Expiry:
		return "Péremption des chèques"
	case Statement:
		return "J+37 · État contradictoire"
	case BlockAgreed:
		return "Arrêt des remises validé"
	case EndAgreed:
		return "Annulation reconnue"
	case Settled:
		return "Commande close"
	default:
		return string(s)
	}
}

// Words is the sentence of the acknowledgement, which nobody may change.
const Words = "j’ai bien noté que les pass vont être annulés et que ceux qui seraient distribués pendant l’intervalle seront à ma charge"

// BlockWords is what a commanditaire agrees to when it stops the hand-overs.
const BlockWords = "je demande que les carnets qui ne sont pas encore remis ne le soient plus, et que les points de distribution soient prévenus"

// Dated is a step and the day it is due.
type Dated struct {
	Step Step
	Day  time.Time
}

// How many days before the last day printed, or after the last day accepted.
const (
	earlyDays     = 60
	lateDays      = 30
	blockDays     = 16
	agreeDays     = 9
	statementDays = 7
)

// Calendar gives every dated step of an order whose last day is end, in the
// order of their dates (domain dossier §2.5): for 31 December, 30 November, 15
// and 22 December, 31 January and 7 February. The alert is a calendar month
// before the end and the tolerance one after, ends of months following each
// other; between the two, days are counted.
func Calendar(end time.Time) []Dated {
	last := carnet.Tolerated(end)
	alert := monthBefore(end)
	days := []Dated{
		{Early, end.AddDate(0, 0, -earlyDays)},
		{Alert, alert},
		{Late, end.AddDate(0, 0, -lateDays)},
		{Block, end.AddDate(0, 0, -blockDays)},
		{Acknowledge, end.AddDate(0, 0, -agreeDays)},
		{NominalEnd, end},
		{LastDay, last},
		{Expiry, last.AddDate(0, 0, 1)},
		{Statement, last.AddDate(0, 0, statementDays)},
	}
	if days[2].Day.Before(alert) {
		days[1], days[2] = days[2], days[1]
	}
	return days
}

// DayOf is when a step of an order's end is due.
func DayOf(end time.Time, step Step) time.Time {
	for _, d := range Calendar(end) {
		if d.Step == step {
			return d.Day
		}
	}
	return time.Time{}
}

// monthBefore is the mirror of the tolerance: the last day of a month gives the
// last day of the one before.
func monthBefore(end time.Time) time.Time {
	y, m, d := end.Date()
	lastOfPrevious := time.Date(y, m, 0, 0, 0, 0, 0, time.UTC)
	lastOfOwn := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
	if d == lastOfOwn.Day() || d > lastOfPrevious.Day() {
		return lastOfPrevious
	}
	return time.Date(y, m-1, d, 0, 0, 0, 0, time.UTC)
}

// due lists the steps of the daily job that are due on a day. The last day
// accepted is a date to know, nothing to do.
func due(end, today time.Time) []Dated {
	var list []Dated
	for _, d := range Calendar(end) {
		if d.Step != LastDay && !d.Day.After(today) {
			list = append(list, d)
		}
	}
	return list
}

// worthTelling reports whether a step done on a day still deserves its mail: not
// when the next one that would be told is due as well, nor when its date has
// lost its meaning.
func worthTelling(step Step, end, today time.Time) bool {
	until := map[Step]Step{Early: Late, Alert: Block, Late: NominalEnd, Block: Acknowledge, Acknowledge: NominalEnd, NominalEnd: LastDay}
	next, bounded := until[step]
	return !bounded || today.Before(DayOf(end, next)) || step == Acknowledge && today.Equal(end)
}
