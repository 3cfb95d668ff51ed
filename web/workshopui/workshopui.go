// Package workshopui draws ateliers for everyone who meets them: visitors,
// counters, structures. It refuses to decide anything, and to put the code of a
// booking in an address.
package workshopui

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/identifier"
	"passnum/internal/referentiel"
	"passnum/internal/workshop"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// View is an atelier in words.
type View struct {
	id                    uuid.UUID
	Title, Href           string
	Day, Hours            string // « mardi 24 novembre 2026 », « 14 h 30 – 16 h »
	Place, PlaceHref      string
	Structure             string
	Address, Town         string
	Phone, Tel            string
	Asked                 string // « 1 chèque »
	Mode, Language, Level string
	Services              []string
	Note                  string
	Far                   string
	Seats                 string // « 3 places libres »
	Full, Cancelled, Open bool
	Reason                string // why it is cancelled
	Waiting               string // « 2 carnets attendent »
	CalendarHref          string
	Days                  []Day // the next ones of its series
}

// Day is another day of an atelier.
type Day struct {
	id          uuid.UUID
	Label, Href string
}

// New says an atelier, seen at a moment.
func New(w workshop.Workshop, now time.Time) View {
	v := View{id: w.ID, Title: w.Title, Href: urls.Workshop(w.ID), Day: format.LongDate(w.Starts()), Hours: hours(w), Place: w.Place, PlaceHref: urls.PublicPlace(w.PlaceID),
		Structure: w.Structure, Address: w.Address(), Town: w.Town, Asked: workshop.Asked(w.Cheques), Note: w.Note,
		Mode: ModeWord(w.Mode), Language: workshop.LanguageLabel(w.Language), Level: LevelWord(w.Level), Seats: w.SeatsLeft(), Full: w.Left() == 0,
		Cancelled: w.Cancelled(), Open: w.Open(now), Reason: w.CancelReason, CalendarHref: urls.Workshop(w.ID, "calendrier.ics")}
	if w.Phone != "" {
		v.Phone, v.Tel = identifier.Phone(w.Phone).Grouped(), "tel:"+w.Phone
	}
	if w.Waiting > 0 {
		v.Waiting = format.Count(w.Waiting, "carnet attend", "carnets attendent") + " une place"
	}
	for _, e := range w.Numbers() {
		v.Services = append(v.Services, referentiel.Load().Label(e))
	}
	return v
}

// From adds how far the atelier is from a position.
func (v View) From(w workshop.Workshop, lat, lon *float64) View {
	if km, ok := w.Far(lat, lon); ok {
		v.Far = format.Distance(int(km * 1000))
	}
	return v
}

// On adds the next days of the atelier.
func (v View) On(sessions []workshop.Session) View {
	for _, s := range sessions {
		d := Day{id: s.ID, Label: format.ShortDate(s.StartsAt), Href: urls.Workshop(s.ID)}
		if s.Free == 0 {
			d.Label += "\u00a0(complet)"
		}
		v.Days = append(v.Days, d)
	}
	return v
}

// Leading is the same atelier for a screen that has its own pages of ateliers.
func (v View) Leading(to func(id uuid.UUID) string) View {
	v.Href = to(v.id)
	for i := range v.Days {
		v.Days[i].Href = to(v.Days[i].id)
	}
	return v
}

func hours(w workshop.Workshop) string {
	return workshop.Clock(w.Starts()) + "\u00a0–\u2060\u00a0" + workshop.Clock(w.Ends()) // never cut in two
}

// ModeWord says how an atelier is given.
func ModeWord(mode string) string {
	if mode == workshop.ForOne {
		return "individuel"
	}
	return "collectif"
}

// LevelWord says for whom an atelier is.
func LevelWord(level int) string {
	if l, ok := referentiel.Load().Level(level); ok {
		return "niveau " + strconv.Itoa(level) + ", " + lower(l.Name)
	}
	return "tous niveaux"
}

func lower(s string) string {
	letters := []rune(s)
	if len(letters) == 0 {
		return s
	}
	return strings.ToLower(string(letters[:1])) + string(letters[1:])
}

// State is the word that tells whether one may still come.
func (v View) State() templ.Component {
	switch {
	case v.Cancelled:
		return ui.TagSign(ui.Bad, "annulé")
	case !v.Open:
		return ui.Tag(ui.Neutral, "commencé ou passé")
	case v.Full:
		return ui.Tag(ui.Warn, "complet")
	default:
		return ui.Tag(ui.Good, v.Seats)
	}
}

// Facts are the answers to who, where, how much.
func (v View) Facts() []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Quand", Value: v.Day + ", " + v.Hours},
		{Key: "Où", Body: where(v)},
		{Key: "À apporter", Value: bring(v)},
		{Key: "Comment", Value: "Atelier " + v.Mode + ", " + v.Level + ", en " + lower(v.Language)},
	}
	if v.Note != "" {
		rows = append(rows, ui.SummaryRow{Key: "Bon à savoir", Value: v.Note})
	}
	return rows
}

func bring(v View) string {
	if v.Asked == workshop.Asked(0) {
		return "Rien\u00a0: aucun chèque n’est demandé."
	}
	return v.Asked + " de votre carnet. Il n’est pris que le jour venu."
}

func people(n int) string { return format.Count(n, "carnet", "carnets") }

func placeAndTown(v View) string {
	if strings.Contains(v.Place, v.Town) {
		return v.Place
	}
	return v.Place + ", " + v.Town
}
