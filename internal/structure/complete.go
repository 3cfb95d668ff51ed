package structure

import "slices"

// Part is one thing that a page of a place may say, and whether it does.
type Part struct {
	Label string
	// Page is where it is written: « », « tarifs », « horaires », « accueil ».
	Page string
	Done bool
}

// Completeness is how much of its page a place filled in.
type Completeness struct {
	Parts []Part
}

// CompletenessOf weighs what helps people choose a place and come.
func CompletenessOf(p Place, offers int) Completeness {
	positioned := p.Latitude != nil && p.Positioned != ByCommune
	c := Completeness{Parts: []Part{
		{"les services que vous y proposez", "", len(p.Entries) > 0},
		{"un téléphone", "", p.Phone != ""},
		{"la position exacte sur la carte", "", positioned},
		{"ce qu’on y trouve, en quelques phrases", "", p.Presentation != ""},
		{"comment venir en transport ou en voiture", "", p.Transport != "" || p.Access != ""},
		{"les horaires", "horaires", p.OpeningHours != "" || p.Itinerant},
		{"la durée ou le prix de vos services", "tarifs", offers > 0},
		{"un résumé en une phrase", "accueil", p.Summary != ""},
		{"l’accessibilité", "accueil", len(p.Accessibility) > 0 || p.AccessibilityURL != ""},
		{"comment prendre rendez-vous", "accueil", p.AppointmentURL != "" || len(p.AccessWays) > 0},
	}}
	if p.Itinerant { // as the national files say of some, without a word of where
		c.Parts = slices.Insert(c.Parts, 1, Part{"où ce lieu s’arrête, et quand", "etapes", p.Stops > 0})
	}
	return c
}

// Done is how many parts are said.
func (c Completeness) Done() int { return len(c.Parts) - len(c.Missing()) }

// Percent is the share that is said, from 0 to 100.
func (c Completeness) Percent() int { return 100 * c.Done() / len(c.Parts) }

// Missing lists what is not said, the most useful first.
func (c Completeness) Missing() []Part {
	var list []Part
	for _, p := range c.Parts {
		if !p.Done {
			list = append(list, p)
		}
	}
	return list
}
