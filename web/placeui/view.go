// Package placeui shows a place: as a line of a list, and as a whole page's
// content. The public's pages and the preview of who edits share it. It refuses
// to read anything: it is given a place.
package placeui

import (
	"strconv"
	"strings"
	"time"

	"passnum/internal/hours"
	"passnum/internal/identifier"
	"passnum/internal/reporting/finder"
	"passnum/internal/structure"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// View is a place, ready to be shown.
type View struct {
	finder.Sheet
	Href       string
	ReportHref string
	Around     string // the places nearby, on a map
	Rank       int    // its number on the map; zero for none
	Far        string
	Open       string // « ouvert maintenant »…; empty when the hours do not tell
	OpenTone   ui.Tone
	Stale      string // since when nobody said that this is right
	Address    []string
	Hours      []string
	Tel        string
	Lead       string
	Offer      string // « 42 services · en atelier »
	ModeLines  []string
	Groups     []Group
	Usual      string   // what most services have in common
	Comfort    []string // languages and accessibility
	StopLines  []StopLine
	Sessions   []Session
	Target     string // « _top » in a frame
}

// Group is the services of a category that a place gives.
type Group struct {
	Title string
	Lines []Line
}

// Line is a service and what is particular to it there.
type Line struct{ Label, Detail string }

// StopLine is where an itinerant place stops.
type StopLine struct {
	Name, Address string
	Hours         []string
}

// Session is an atelier to come.
type Session struct{ Title, Href, When, Seats string }

// OfPlace prepares a line of a list.
func OfPlace(p finder.Place, now time.Time) View { return New(finder.Sheet{Place: p}, now) }

// New prepares a place as it is known at a moment.
func New(sheet finder.Sheet, now time.Time) View {
	p := sheet.Place
	if len(sheet.Workshops) == 0 && p.Next != nil {
		sheet.Workshops = []finder.Workshop{*p.Next}
	}
	v := View{Sheet: sheet, Href: urls.PublicPlace(p.ID), ReportHref: urls.ID(urls.PublicPlaces(), p.ID, "signaler"), Tel: Tel(p.Phone)}
	v.Phone = identifier.Phone(p.Phone).Grouped()
	v.locate()
	if km := p.Spot.Km; km > 0 && km < finder.Unplaced {
		v.Far = "à " + format.Distance(int(km*1000))
	}
	v.open(now)
	if p.Accepts && structure.Stale(p.ConfirmedAt, now) {
		v.Stale = "Ces informations n’ont pas été confirmées depuis le " + format.Date(p.ConfirmedAt) + ". Appelez avant de venir."
	}
	v.Lead = p.Town
	if p.StructureName != "" && p.StructureName != p.Name {
		v.Lead = p.StructureName + ", " + p.Town
	}
	v.teach()
	v.comfort()
	for _, s := range sheet.Stops {
		v.StopLines = append(v.StopLines, StopLine{s.Name, joined(", ", s.Street, joined(" ", s.PostalCode, s.Town)), hours.Lines(s.OpeningHours)})
	}
	for _, w := range sheet.Workshops {
		v.Sessions = append(v.Sessions, session(w))
	}
	return v
}

// locate gives the address where the place is nearest, a stop or the place.
func (v *View) locate() {
	p := v.Place
	lines := []string{p.Complement, p.Street, joined(" ", p.PostalCode, p.Town)}
	v.Hours = hours.Lines(p.OpeningHours)
	if s := p.Stop; s != nil {
		lines = []string{s.Name, s.Street, joined(" ", s.PostalCode, s.Town)}
		v.Hours = hours.Lines(s.OpeningHours)
	}
	v.Around = urls.With(urls.PublicPlaces(), "commune_code", p.INSEE, "carte", "oui")
	for _, line := range lines {
		if line != "" {
			v.Address = append(v.Address, line)
		}
	}
}

func (v *View) open(now time.Time) {
	text, insee := v.Spot.OpeningHours, v.Spot.Insee
	if text == "" {
		text, insee = v.OpeningHours, v.INSEE
	}
	if v.Itinerant && v.Stop == nil {
		return
	}
	switch hours.At(text, insee, now) {
	case hours.Open:
		v.Open, v.OpenTone = "ouvert maintenant", ui.Good
	case hours.Ask:
		v.Open, v.OpenTone = "jour férié\u00a0: vérifiez", ui.Warn
	case hours.Closed:
		v.Open, v.OpenTone = "fermé maintenant", ui.Neutral
	}
}

func (v *View) comfort() {
	for _, w := range structure.Accessibilities {
		for _, code := range v.Accessibility {
			if code == w.Code {
				v.Comfort = append(v.Comfort, w.Label)
			}
		}
	}
	var spoken []string
	for _, w := range structure.Languages {
		for _, code := range v.Languages {
			if code == w.Code {
				spoken = append(spoken, w.Label)
			}
		}
	}
	if len(spoken) > 1 { // everybody speaks French
		v.Comfort = append(v.Comfort, "On y parle "+format.List(spoken))
	}
}

func session(w finder.Workshop) Session {
	s := Session{Title: w.Title, Href: urls.Path("/ateliers", w.ID.String()), When: format.DateTime(w.StartsAt), Seats: format.Count(int(w.Free), "place libre", "places libres")}
	if w.Free <= 0 {
		s.Seats = "complet"
	}
	return s
}

func joined(separator string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

// Tel is the link that dials a number.
func Tel(phone string) string { return "tel:" + strings.Map(dialled, phone) }

func dialled(r rune) rune {
	if r == '+' || (r >= '0' && r <= '9') {
		return r
	}
	return -1
}

func (v View) target() string {
	if v.Target == "" {
		return "_self"
	}
	return v.Target
}

// Unbroken keeps both ends of « 9 h – 12 h » on one line: browsers break after a
// dash, even before a no-break space.
func Unbroken(line string) string { return strings.ReplaceAll(line, "–", "–\u2060") }

func rank(n int) string { return strconv.Itoa(n) }
