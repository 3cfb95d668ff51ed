package hours

import "strings"

// Days are the days of a Week in French, in its order.
var Days = [...]string{"Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"}

// SpansADay is how many times a day the grid of a week holds: most places close
// at noon and no more.
const SpansADay = 2

// Span is from an hour to another, as « 09:00 »; both empty when closed.
type Span struct{ From, To string }

// Week is an ordinary week, from Monday to Sunday, as people fill it in a grid.
type Week [7][SpansADay]Span

// WeekOf lays opening hours out in a grid; ok is false when they are richer than
// a grid holds (holidays, months, more than two spans a day, past midnight), and
// the grid is then empty.
func WeekOf(osm string) (w Week, ok bool) {
	if strings.TrimSpace(osm) == "" {
		return w, true
	}
	rules, ok := Rules(osm)
	if !ok {
		return Week{}, false
	}
	for _, r := range rules {
		if r.Always || len(r.Times) > SpansADay || r.late() {
			return Week{}, false
		}
		for _, d := range r.Days {
			if d.From > 6 || d.To > 6 {
				return Week{}, false
			}
			for _, day := range d.each() {
				w[day] = [SpansADay]Span{} // a later rule stands for the whole day
				for i, t := range r.Times {
					w[day][i] = Span{padded(t.From), padded(t.To)}
				}
			}
		}
	}
	return w, true
}

// late reports whether the rule goes past midnight.
func (r Rule) late() bool {
	for _, span := range r.minutes() {
		if span[1] > dayLong {
			return true
		}
	}
	return false
}

// each lists the days of a range, which may pass over Sunday.
func (d DayRange) each() []int {
	days := []int{d.From}
	for day := d.From; day != d.To; {
		day = (day + 1) % 7
		days = append(days, day)
	}
	return days
}

func padded(clock string) string {
	if len(clock) == 4 {
		return "0" + clock
	}
	return clock
}

// OSM writes the week in the usual notation, days that follow one another and
// are alike together; empty for a week that is never open.
func (w Week) OSM() string {
	var rules []string
	for from := 0; from < len(w); {
		to := from
		for to+1 < len(w) && w[to+1] == w[from] {
			to++
		}
		if times := spans(w[from]); times != "" {
			days := dayCodes[from]
			if to > from {
				days += "-" + dayCodes[to]
			}
			rules = append(rules, days+" "+times)
		}
		from = to + 1
	}
	return strings.Join(rules, "; ")
}

func spans(day [SpansADay]Span) string {
	var list []string
	for _, s := range day {
		if s.From != "" && s.To != "" {
			list = append(list, s.From+"-"+s.To)
		}
	}
	return strings.Join(list, ",")
}
