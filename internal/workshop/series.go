package workshop

import (
	"time"

	"passnum/internal/fault"
)

// Every names how often an atelier comes back.
const (
	Once            = ""
	EveryWeek       = "semaine"
	EveryOtherWeeks = "quinzaine"
)

// mostSessions bounds what one form plans: every week of a year.
const mostSessions = 53

// occurrences are the moments of an atelier: the first one, then as often as
// asked for until a day, at the same hour on Paris clocks. Bank holidays are
// left out, and told.
func (f Form) occurrences(first, now time.Time) (moments, skipped []time.Time, err error) {
	days := map[string]int{Once: 0, EveryWeek: 7, EveryOtherWeeks: 14}
	step, known := days[f.Every]
	if !known {
		return nil, nil, fault.Field("rythme", "Choisissez un rythme de la liste.")
	}
	if step == 0 {
		return []time.Time{first}, nil, nil
	}
	last, err := readDay(f.Until)
	if err != nil {
		return nil, nil, fault.Field("fin", "Écrivez la date du dernier atelier, par exemple 30/06/2027.")
	}
	limit := at(last, time.Date(0, 1, 1, 23, 59, 0, 0, time.UTC))
	switch {
	case limit.Before(first):
		return nil, nil, fault.Field("fin", "Le dernier atelier vient avant le premier.")
	case limit.After(now.AddDate(1, 0, 7)):
		return nil, nil, fault.Field("fin", "Une série s’annonce un an à l’avance au plus.")
	}
	for day := first; !day.After(limit) && len(moments) < mostSessions; day = day.AddDate(0, 0, step) {
		if Holiday(day) != "" {
			skipped = append(skipped, day)
			continue
		}
		moments = append(moments, day)
	}
	if len(moments) == 0 {
		return nil, nil, fault.Field("jour", "Tous ces jours sont fériés.")
	}
	return moments, skipped, nil
}

// Holiday names the French bank holiday of a day; empty for none.
func Holiday(day time.Time) string {
	fixed := map[[2]int]string{
		{1, 1}: "jour de l’An", {5, 1}: "fête du Travail", {5, 8}: "8\u00a0mai", {7, 14}: "fête nationale",
		{8, 15}: "Assomption", {11, 1}: "Toussaint", {11, 11}: "11\u00a0novembre", {12, 25}: "Noël",
	}
	year, month, date := day.Date()
	if name := fixed[[2]int{int(month), date}]; name != "" {
		return name
	}
	after := int(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Sub(easter(year)).Hours() / 24)
	return map[int]string{1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"}[after]
}

// easter is Easter Sunday of a year (Meeus, Jones and Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
