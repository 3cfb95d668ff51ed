// Package hours says opening hours in French and reads them as people type
// them; they are kept the OpenStreetMap way, which the national schema of places
// wants. It refuses to guess: what it cannot read stays as it was typed.
package hours

import (
	"regexp"
	"strings"

	"passnum/internal/french"
)

var dayWords = map[string]string{"Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi", "Su": "dimanche", "PH": "jours fériés"}

var (
	dayPattern  = regexp.MustCompile(`\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b`)
	rangeOfDays = regexp.MustCompile(`([a-zéè]+)-([a-zéè]+)`)
	hour        = regexp.MustCompile(`\b(\d{1,2}):(\d{2})\b`)
)

// Lines writes opening hours as people say them, one line per rule; what is not
// in the usual notation is shown as it came.
func Lines(osm string) []string {
	var lines []string
	for rule := range strings.SplitSeq(osm, ";") {
		if rule = strings.TrimSpace(rule); rule == "" {
			continue
		}
		lines = append(lines, sentence(rule))
	}
	return lines
}

// Say is all of it on one line.
func Say(osm string) string { return strings.Join(Lines(osm), "\u00a0; ") }

// Editable is what a field shows of opening hours: what Say says when Read gives
// it back, else the notation as it is, so that saving a form changes nothing.
func Editable(osm string) string {
	if said := Say(osm); Read(said) == osm {
		return said
	}
	return osm
}

const always = "Tous les jours, à toute heure"

func sentence(rule string) string {
	if rule == "24/7" {
		return always
	}
	text := dayPattern.ReplaceAllStringFunc(rule, func(d string) string { return dayWords[d] })
	text = rangeOfDays.ReplaceAllString(text, "du $1 au $2")
	text = hour.ReplaceAllStringFunc(text, spoken)
	text = strings.NewReplacer("off", "fermé", "closed", "fermé", ",", ", ", "-", "\u00a0–\u00a0").Replace(text)
	text = strings.ReplaceAll(text, ",  ", ", ")
	return french.Capital(text)
}

// spoken writes « 09:00 » as « 9 h », « 14:30 » as « 14 h 30 ».
func spoken(time string) string {
	h, m, _ := strings.Cut(time, ":")
	h = strings.TrimPrefix(h, "0")
	if h == "" {
		h = "0"
	}
	if m == "00" {
		return h + "\u00a0h"
	}
	return h + "\u00a0h\u00a0" + m
}
