package workshop

import (
	"time"

	"passnum/internal/fault"
	"passnum/internal/hours"
)

// Every names how often an atelier comes back.
const (
	Once            = ""
	EveryWeek       = "semaine"
	EveryOtherWeeks = "quinzaine"
)

// mostSessions bounds what one form plans: every week of a year.
const mostSessions = 53

// Holiday is a day left out of a series.
type Holiday struct {
	Day  time.Time
	Name string
}

// occurrences are the moments of an atelier: the first one, then as often as
// asked for until a day, at the same hour on Paris clocks. The bank holidays of
// a commune, by its INSEE code, are left out, and told.
func (f Form) occurrences(first, now time.Time, insee string) (moments []time.Time, skipped []Holiday, err error) {
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
		if name := hours.Holiday(day, insee); name != "" {
			skipped = append(skipped, Holiday{day, name})
			continue
		}
		moments = append(moments, day)
	}
	if len(moments) == 0 {
		return nil, nil, fault.Field("jour", "Tous ces jours sont fériés.")
	}
	return moments, skipped, nil
}
