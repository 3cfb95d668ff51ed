package workshop

import (
	"strconv"
	"time"

	"passnum/internal/french"
	"passnum/internal/postgres"
)

var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// Weekday names the day of the week: « mardi ».
func Weekday(d time.Weekday) string { return weekdays[d] }

// When writes « mardi 24 novembre 2026 à 14 h 30 », on Paris clocks.
func When(t time.Time) string {
	t = t.In(postgres.Paris)
	return Weekday(t.Weekday()) + " " + french.Date(t) + " à " + Clock(t)
}

// Clock writes « 14 h 30 », « 9 h », on Paris clocks.
func Clock(t time.Time) string {
	t = t.In(postgres.Paris)
	hour := strconv.Itoa(t.Hour()) + "\u00a0h"
	if t.Minute() == 0 {
		return hour
	}
	return hour + "\u00a0" + t.Format("04")
}

// Asked says how many chèques an atelier asks for.
func Asked(cheques int) string {
	switch cheques {
	case 0:
		return "sans chèque"
	case 1:
		return "1\u00a0chèque"
	default:
		return strconv.Itoa(cheques) + "\u00a0chèques"
	}
}

// SeatsLeft says how many seats are left.
func (w Workshop) SeatsLeft() string {
	switch left := w.Left(); {
	case left == 0:
		return "complet"
	case left == 1:
		return "1\u00a0place libre"
	default:
		return strconv.Itoa(left) + "\u00a0places libres"
	}
}
