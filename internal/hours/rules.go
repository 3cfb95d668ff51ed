package hours

import (
	"regexp"
	"slices"
	"strings"
)

// Rule is one line of opening hours, for whoever says it in another language.
type Rule struct {
	// Always is day and night, every day; the rest is then empty.
	Always bool
	Days   []DayRange
	Times  []TimeRange
	Closed bool
}

// DayRange is from a day to another, both included: 0 is Monday, 6 Sunday, 7
// public holidays. To is From for a single day.
type DayRange struct{ From, To int }

// TimeRange is from an hour to another, as « 9:00 ».
type TimeRange struct{ From, To string }

var (
	dayCodes  = []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"}
	spanTimes = regexp.MustCompile(`^((?:[01]?\d|2[0-4]):[0-5]\d)-((?:[0-3]?\d|4[0-8]):[0-5]\d)$`) // 26:00 is two in the morning
)

// Rules takes apart opening hours in the usual notation; ok is false for
// anything else, which can only be shown as it came.
func Rules(osm string) (rules []Rule, ok bool) {
	for line := range strings.SplitSeq(osm, ";") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		r, ok := readRule(line)
		if !ok {
			return nil, false
		}
		rules = append(rules, r)
	}
	return rules, len(rules) > 0
}

func readRule(line string) (r Rule, ok bool) {
	if line == "24/7" {
		return Rule{Always: true}, true
	}
	days, times, found := strings.Cut(line, " ")
	if !found {
		return r, false
	}
	for span := range strings.SplitSeq(days, ",") {
		from, to, ranged := strings.Cut(span, "-")
		if !ranged {
			to = from
		}
		d := DayRange{slices.Index(dayCodes, from), slices.Index(dayCodes, to)}
		if d.From < 0 || d.To < 0 || ranged && max(d.From, d.To) == holidays {
			return r, false
		}
		r.Days = append(r.Days, d)
	}
	if times = strings.TrimSpace(times); times == "off" || times == "closed" {
		r.Closed = true
		return r, true
	}
	for span := range strings.SplitSeq(strings.ReplaceAll(times, " ", ""), ",") {
		m := spanTimes.FindStringSubmatch(span)
		if m == nil {
			return r, false
		}
		r.Times = append(r.Times, TimeRange{plain(m[1]), plain(m[2])})
	}
	return r, true
}

// plain drops the zero that people do not say: « 09:00 » is « 9:00 ».
func plain(clock string) string {
	if len(clock) == 5 && clock[0] == '0' {
		return clock[1:]
	}
	return clock
}
