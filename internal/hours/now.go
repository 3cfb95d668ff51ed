package hours

import (
	"strconv"
	"strings"
	"time"
)

// State is what opening hours say of a moment.
type State int

// The states of a place. Ask is a public holiday of which the hours say nothing,
// at an hour when the place is open on other days.
const (
	Unknown State = iota // not told, or richer than this reads
	Closed
	Open
	Ask
)

const dayLong = 24 * 60 // minutes

// At tells whether a place of a commune is open at a moment, on the clocks and
// with the public holidays of that commune. The code is INSEE's.
func At(osm, insee string, moment time.Time) State {
	rules, ok := Rules(osm)
	if !ok {
		return Unknown
	}
	at := moment.In(Zone(insee))
	minute := at.Hour()*60 + at.Minute()
	today, yesterday := openOn(rules, at, insee), openOn(rules, at.AddDate(0, 0, -1), insee)
	state := today.at(minute)
	if late := yesterday.at(minute + dayLong); state == Closed || late == Open {
		state = late // what began the day before and ends after midnight
	}
	return state
}

// aDay is when a place is open on one day, in minutes since it began; beyond
// midnight it goes on. Doubtful is a public holiday of which the hours say nothing.
type aDay struct {
	spans    [][2]int
	doubtful bool
}

func (d aDay) at(minute int) State {
	for _, s := range d.spans {
		if minute >= s[0] && minute < s[1] {
			if d.doubtful {
				return Ask
			}
			return Open
		}
	}
	return Closed
}

const holidays = 7 // where dayCodes has them

// openOn applies the rules to a date: the last one that speaks of it decides, and
// one that speaks of public holidays comes before those of the week.
func openOn(rules []Rule, date time.Time, insee string) aDay {
	weekday := (int(date.Weekday()) + 6) % 7
	holiday := Holiday(date, insee) != ""
	var ordinary, special *Rule
	for i, r := range rules {
		if r.Always || r.speaksOf(weekday) {
			ordinary = &rules[i]
		}
		if r.Always || r.speaksOf(holidays) {
			special = &rules[i]
		}
	}
	switch {
	case holiday && special != nil:
		return aDay{spans: special.minutes()}
	case ordinary != nil:
		return aDay{spans: ordinary.minutes(), doubtful: holiday}
	}
	return aDay{}
}

func (r Rule) speaksOf(day int) bool {
	for _, d := range r.Days {
		if d.holds(day) {
			return true
		}
	}
	return false
}

func (d DayRange) holds(day int) bool {
	switch {
	case d.From == holidays || day == holidays:
		return d.From == day
	case d.From <= d.To:
		return day >= d.From && day <= d.To
	}
	return day >= d.From || day <= d.To
}

func (r Rule) minutes() [][2]int {
	if r.Always {
		return [][2]int{{0, dayLong}}
	}
	var list [][2]int
	for _, t := range r.Times {
		from, to := minutesOf(t.From), minutesOf(t.To)
		if to <= from {
			to += dayLong
		}
		list = append(list, [2]int{from, to})
	}
	return list
}

// minutesOf counts the minutes of a clock that readRule accepted.
func minutesOf(clock string) int {
	h, m, _ := strings.Cut(clock, ":")
	hour, _ := strconv.Atoi(h)
	minute, _ := strconv.Atoi(m)
	return hour*60 + minute
}
