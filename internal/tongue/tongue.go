// Package tongue says what an orientation letter needs in the languages of the
// counter: its sentences, dates, distances and opening hours, and what the
// levels and categories of the référentiel mean. It refuses to translate names,
// labels of services and what people typed: those stay in French, which the
// places read.
package tongue

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"passnum/internal/hours"
)

// Meaning is a name and what it means in a few words.
type Meaning struct{ Name, Means string }

// Words is a language. Verbs in sentences (%s, %d) stand for what they name.
type Words struct {
	Code string // ISO 639-1
	Dir  string // ltr, rtl
	Name string // in itself

	Title, Paid, Free        string
	Cheques, Until, Keep     string
	HowTitle                 string
	How                      [3]string
	Services, ServicesNote   string
	Steps, StepsNote         string
	NoPlace, OnePlace, Many  string
	Call, CallSomeone        string // %s
	AskFor                   string // %s
	Open, Access, Transport  string
	Learn, SameTown          string
	Metres, Kilometres       string // %s
	Ateliers                 string
	Appointment              string
	AppointmentDay           string
	AppointmentTime          string
	AppointmentWith          string
	AllPlaces, OrCall        string
	Carnet, CarnetNote       string
	Photo, PhotoNote         string
	Closed, Always, Everyday string
	DayRange, TimeRange      string // %s to %s
	Date                     string // day, month, year: %[1]d %[2]s %[3]d
	Decimal                  string // the sign before tenths
	Comma, And               string // between items of a list, and before the last

	Days       [8]string // Monday to Sunday, then public holidays
	Months     [12]string
	Levels     [3]Meaning
	Categories [9]Meaning
	Families   [9]string
}

// All lists the languages of the letter, French first.
var All = []*Words{&french, &english, &arabic, &ukrainian}

// For finds a language by its code.
func For(code string) (*Words, bool) {
	for _, w := range All {
		if w.Code == code {
			return w, true
		}
	}
	return nil, false
}

// Day writes a date in full.
func (w *Words) Day(t time.Time) string {
	y, m, d := t.Date()
	if w.Code == "fr" && d == 1 {
		return "1er\u00a0" + w.Months[m-1] + "\u00a0" + strconv.Itoa(y)
	}
	return fmt.Sprintf(w.Date, d, w.Months[m-1], y)
}

// Distance says how far a place is, as far as it is known; empty otherwise.
func (w *Words) Distance(km float64, sameTown bool) string {
	switch {
	case sameTown && (km < 0.1 || math.IsInf(km, 1)):
		return w.SameTown
	case math.IsInf(km, 1):
		return ""
	case km < 0.95:
		return fmt.Sprintf(w.Metres, strconv.Itoa(int(max(1, math.Round(km*10)))*100))
	case km < 9.95:
		return fmt.Sprintf(w.Kilometres, strings.Replace(strconv.FormatFloat(km, 'f', 1, 64), ".", w.Decimal, 1))
	default:
		return fmt.Sprintf(w.Kilometres, strconv.Itoa(int(math.Round(km))))
	}
}

// Label announces what follows: « Vos étapes : ».
func (w *Words) Label(text string) string { return text + strings.TrimRight(w.separator(), " ") }

// List joins items as a sentence does.
func (w *Words) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], w.Comma) + w.And + items[last]
}

// Hours says opening hours, a line each; ok is false when they are not in the
// usual notation, and can only be shown as they were typed, in French.
func (w *Words) Hours(osm string) (lines []string, ok bool) {
	rules, ok := hours.Rules(osm)
	for _, r := range rules {
		lines = append(lines, w.rule(r))
	}
	return lines, ok
}

func (w *Words) rule(r hours.Rule) string {
	if r.Always {
		return w.Always
	}
	var days, times []string
	for _, d := range r.Days {
		days = append(days, w.days(d))
	}
	if r.Closed {
		return w.List(days) + w.separator() + w.Closed
	}
	for _, t := range r.Times {
		times = append(times, fmt.Sprintf(w.TimeRange, w.clock(t.From), w.clock(t.To)))
	}
	return w.List(days) + w.separator() + w.List(times)
}

func (w *Words) days(d hours.DayRange) string {
	switch {
	case d.From == d.To:
		return w.Days[d.From]
	case d.From == 0 && d.To == 6:
		return w.Everyday
	default:
		return fmt.Sprintf(w.DayRange, w.Days[d.From], w.Days[d.To])
	}
}

func (w *Words) separator() string {
	if w.Code == "fr" {
		return "\u00a0: "
	}
	return ": "
}

// clock writes « 9:00 » as « 9 h » in French.
func (w *Words) clock(time string) string {
	if w.Code != "fr" {
		return time
	}
	h, m, _ := strings.Cut(time, ":")
	if m == "00" {
		return h + "\u00a0h"
	}
	return h + "\u00a0h\u00a0" + m
}

// CategoryCodes are the categories of the référentiel, in the order of
// Words.Categories.
var CategoryCodes = [9]string{"1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "3.4", "3.5"}

// FamilyCodes are the national families, in the order of Words.Families.
var FamilyCodes = [9]string{"demarches", "quotidien", "insertion", "securite", "parentalite", "loisirs", "comprehension", "acces", "materiel"}

// Category is what a category of the référentiel is, « 2.1 ».
func (w *Words) Category(code string) Meaning {
	for i, c := range CategoryCodes {
		if c == code {
			return w.Categories[i]
		}
	}
	return Meaning{}
}

// Family is the name of a national family.
func (w *Words) Family(code string) string {
	for i, c := range FamilyCodes {
		if c == code {
			return w.Families[i]
		}
	}
	return ""
}

// Level is what a level, 1 to 3, is.
func (w *Words) Level(n int) Meaning {
	if n < 1 || n > len(w.Levels) {
		return Meaning{}
	}
	return w.Levels[n-1]
}
