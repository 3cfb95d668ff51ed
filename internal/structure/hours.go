package structure

import (
	"regexp"
	"slices"
	"strings"

	"passnum/internal/french"
)

// Opening hours are written the OpenStreetMap way, which the national schema of
// places wants: « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00 ».

var (
	osmDays    = []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"}
	frenchDays = []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "jours fériés"}

	timePattern = regexp.MustCompile(`^([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$`)
	rulePattern = regexp.MustCompile(`^((?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:\s*-\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))?\s*,?\s*)+)\s+(.+)$`)
	// osmPattern recognises the richer parts of the syntax, that are kept as typed.
	osmPattern = regexp.MustCompile(`\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|week|easter|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|24/7`)
)

// Hours is what can be said in French of hours in the OpenStreetMap way.
type Hours struct {
	Days  string // « Lundi à vendredi »
	Times string // « 9 h – 12 h et 14 h – 18 h », « fermé »
}

// ReadHours says opening hours in French, a line for each group of days. ok is
// false when the text is richer than what it reads, or is not hours at all.
func ReadHours(text string) (lines []Hours, ok bool) {
	text = strings.TrimSpace(text)
	if text == "24/7" {
		return []Hours{{"Tous les jours", "jour et nuit"}}, true
	}
	for rule := range strings.SplitSeq(text, ";") {
		if rule = strings.TrimSpace(rule); rule == "" {
			continue
		}
		line, ok := readRule(rule)
		if !ok {
			return nil, false
		}
		lines = append(lines, line)
	}
	return lines, len(lines) > 0
}

func readRule(rule string) (Hours, bool) {
	m := rulePattern.FindStringSubmatch(rule)
	if m == nil {
		return Hours{}, false
	}
	times, ok := readTimes(m[2])
	if !ok {
		return Hours{}, false
	}
	var days []string
	for group := range strings.SplitSeq(m[1], ",") {
		if group = strings.TrimSpace(group); group != "" {
			days = append(days, readDays(group))
		}
	}
	return Hours{Days: french.Capital(french.List(days)), Times: times}, true
}

func readDays(group string) string {
	from, to, span := strings.Cut(group, "-")
	first := frenchDays[slices.Index(osmDays, strings.TrimSpace(from))]
	if !span {
		return first
	}
	return first + " à " + frenchDays[slices.Index(osmDays, strings.TrimSpace(to))]
}

func readTimes(text string) (string, bool) {
	if text = strings.TrimSpace(text); text == "off" || text == "closed" {
		return "fermé", true
	}
	var spans []string
	for span := range strings.SplitSeq(text, ",") {
		m := timePattern.FindStringSubmatch(strings.TrimSpace(span))
		if m == nil {
			return "", false
		}
		spans = append(spans, clock(m[1], m[2])+" – "+clock(m[3], m[4]))
	}
	return french.List(spans), true
}

// clock writes « 9 h » and « 14 h 30 », with spaces that do not break.
func clock(hour, minute string) string {
	hour = strings.TrimPrefix(hour, "0")
	if hour == "" {
		hour = "0"
	}
	if minute == "00" {
		return hour + "\u00a0h"
	}
	return hour + "\u00a0h\u00a0" + minute
}

// hoursSentence refuses what is not hours in the OpenStreetMap way.
func hoursSentence(text string) string {
	if text == "" {
		return ""
	}
	if _, ok := ReadHours(text); ok || osmPattern.MatchString(text) {
		return ""
	}
	return "Nous n’avons pas compris ces horaires. Écrivez par exemple « lundi au vendredi 9\u00a0h – 12\u00a0h, 14\u00a0h – 18\u00a0h\u00a0; samedi 9\u00a0h – 12\u00a0h »."
}
