package workshop

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// Form is an atelier as typed; comments give the names of the fields.
type Form struct {
	Title    string   // titre; the first service's name when empty
	Place    string   // lieu
	Entries  []string // services
	Day      string   // jour, as 24/11/2026
	Hour     string   // heure, as 14:30
	Minutes  string   // duree
	Mode     string   // mode
	Seats    string   // places
	Cheques  string   // cheques
	Language string   // langue
	Level    string   // niveau
	Note     string   // note
	Every    string   // rythme: empty, « semaine », « quinzaine »
	Until    string   // fin
}

// FormOf is the form filled with an atelier, to change it.
func FormOf(w Workshop) Form {
	f := Form{Title: w.Title, Place: w.PlaceID.String(), Day: w.Starts().Format("02/01/2006"), Hour: w.Starts().Format("15:04"), Minutes: strconv.Itoa(w.Minutes),
		Mode: w.Mode, Seats: strconv.Itoa(w.Seats), Cheques: strconv.Itoa(w.Cheques), Language: w.Language, Level: strconv.Itoa(w.Level), Note: w.Note}
	for _, e := range w.Entries {
		f.Entries = append(f.Entries, strconv.Itoa(int(e)))
	}
	return f
}

// Durations are how long an atelier may last, in minutes.
var Durations = []int{60, 75, 90, 105, 120}

const mostEntries = 8

// read checks every field but the place, which the caller knows.
func (f Form) read(now time.Time) (Workshop, error) {
	var c fault.Collector
	line := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	w := Workshop{Title: line(f.Title), Note: strings.TrimSpace(f.Note), Mode: f.Mode, Language: f.Language}
	f.readEntries(&w, &c)
	c.Check(len([]rune(w.Title)) <= 120, "titre", "Raccourcissez le titre\u00a0: 120 caractères au plus.")
	c.Check(len([]rune(w.Note)) <= 500, "note", "Raccourcissez ce texte\u00a0: 500 caractères au plus.")
	var err error
	w.PlaceID, err = uuid.Parse(f.Place)
	c.Check(err == nil, "lieu", "Choisissez un de vos lieux.")
	if start, ok := f.readStart(&c); ok {
		w.StartsAt = start
		c.Check(start.After(now), "jour", "Ce moment est passé. Choisissez un jour et une heure à venir.")
		c.Check(start.Before(now.AddDate(1, 0, 1)), "jour", "Un atelier s’annonce un an à l’avance au plus.")
	}
	w.Minutes, _ = strconv.Atoi(f.Minutes)
	c.Check(slices.Contains(Durations, w.Minutes), "duree", "Choisissez une durée de la liste\u00a0: une à deux heures.")
	c.Check(w.Mode == ForOne || w.Mode == ForSeveral, "mode", "Dites si l’atelier est individuel ou collectif.")
	f.readNumbers(&w, &c)
	c.Check(slices.ContainsFunc(Languages, func(l Language) bool { return l.Code == w.Language }), "langue", "Choisissez une langue de la liste.")
	return w, c.Err()
}

func (f Form) readEntries(w *Workshop, c *fault.Collector) {
	ref := referentiel.Load()
	for _, typed := range f.Entries {
		number, err := strconv.Atoi(typed)
		if _, known := ref.Entry(number); err != nil || !known {
			c.Add("services", "Un des services choisis n’existe pas dans le référentiel.")
			return
		}
		if !slices.Contains(w.Entries, int16(number)) {
			w.Entries = append(w.Entries, int16(number))
		}
	}
	slices.Sort(w.Entries)
	c.Check(len(w.Entries) > 0, "services", "Choisissez au moins un service.")
	c.Check(len(w.Entries) <= mostEntries, "services", "Choisissez huit services au plus\u00a0: un atelier dure deux heures.")
	if w.Title == "" && len(w.Entries) > 0 {
		w.Title = shorten(ref.Label(int(w.Entries[0])), 120)
	}
}

func (f Form) readNumbers(w *Workshop, c *fault.Collector) {
	var err error
	if w.Seats, err = strconv.Atoi(strings.TrimSpace(f.Seats)); w.Mode == ForOne {
		w.Seats, err = 1, nil
	}
	c.Check(err == nil && w.Seats >= 1 && w.Seats <= 60, "places", "Indiquez un nombre de places, de 1 à 60.")
	w.Cheques, err = strconv.Atoi(strings.TrimSpace(f.Cheques))
	c.Check(err == nil && w.Cheques >= 0 && w.Cheques <= 10, "cheques", "Indiquez le nombre de chèques demandés, de 0 à 10.")
	w.Level, err = strconv.Atoi(f.Level)
	c.Check(err == nil && w.Level >= 0 && w.Level <= 3, "niveau", "Choisissez un niveau de la liste.")
}

// readStart is the moment typed, on Paris clocks.
func (f Form) readStart(c *fault.Collector) (time.Time, bool) {
	day, dayErr := readDay(f.Day)
	hour, hourErr := readHour(f.Hour)
	c.Check(dayErr == nil, "jour", "Écrivez la date en chiffres, par exemple 24/11/2026.")
	c.Check(hourErr == nil, "heure", "Écrivez l’heure, par exemple 14:30.")
	if dayErr != nil || hourErr != nil {
		return time.Time{}, false
	}
	return at(day, hour), true
}

// at is an hour of a day on Paris clocks, whatever the season.
func at(day, hour time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour.Hour(), hour.Minute(), 0, 0, postgres.Paris)
}

func readDay(typed string) (time.Time, error) {
	typed = strings.NewReplacer(" ", "", "-", "/", ".", "/").Replace(strings.TrimSpace(typed))
	if day, err := time.Parse("2006/01/02", typed); err == nil {
		return day, nil
	}
	return time.Parse("2/1/2006", typed)
}

func readHour(typed string) (time.Time, error) {
	typed = strings.ToLower(strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == '\u00a0' }), ""))
	typed = strings.Replace(typed, "h", ":", 1)
	if strings.HasSuffix(typed, ":") {
		typed += "00"
	}
	return time.Parse("15:04", typed)
}

func shorten(s string, most int) string {
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return s
}
