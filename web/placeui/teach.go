package placeui

import (
	"fmt"
	"strings"

	"passnum/internal/money"
	"passnum/internal/referentiel"
	"passnum/internal/reporting/finder"
	"passnum/web/ui/format"
)

// modeWords says how one is helped: in a list, then in a sentence.
var modeWords = map[string][2]string{
	"individuel": {"seul avec quelqu’un", "Quelqu’un s’occupe de vous, rien que de vous."},
	"collectif":  {"en atelier", "Des ateliers réunissent plusieurs personnes."},
	"autonomie":  {"en accès libre", "On peut y venir se servir d’un ordinateur, seul."},
	"distance":   {"à distance", "On peut être aidé à distance."},
}

// teach says what one learns there, and how.
func (v *View) teach() {
	var offer []string
	if n := len(v.Entries); n > 0 {
		offer = append(offer, format.Count(n, "service", "services"))
	}
	for _, m := range v.Modes {
		if words, known := modeWords[m]; known {
			offer, v.ModeLines = append(offer, words[0]), append(v.ModeLines, words[1])
		}
	}
	v.Offer = strings.Join(offer, " · ")
	given, offers := map[int]bool{}, map[int]finder.Offer{}
	for _, e := range v.Entries {
		given[int(e)] = true
	}
	for _, o := range v.Offers {
		offers[int(o.Entry)] = o
	}
	usual := usualOffer(v.Offers, len(v.Entries))
	v.Usual = detail(usual)
	for _, c := range referentiel.Load().Categories() {
		g := Group{Title: c.Name}
		for _, e := range c.Entries {
			if given[e.Number] {
				g.Lines = append(g.Lines, Line{e.Label, detail(unlike(offers[e.Number], usual))})
			}
		}
		if len(g.Lines) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
}

// usualOffer is what more than half of a place's services have in common, each
// point on its own: the page says it once.
func usualOffer(offers []finder.Offer, services int) finder.Offer {
	minutes, price, remains := map[int16]int{}, map[int32]int{}, map[int32]int{}
	for _, o := range offers {
		tally(minutes, o.Minutes)
		tally(price, o.PriceCents)
		tally(remains, o.RemainsCents)
	}
	return finder.Offer{Minutes: most(minutes, services), PriceCents: most(price, services), RemainsCents: most(remains, services)}
}

func tally[T comparable](counts map[T]int, value *T) {
	if value != nil {
		counts[*value]++
	}
}

func most[T comparable](counts map[T]int, of int) *T {
	for value, n := range counts {
		if n > 1 && 2*n > of {
			return &value
		}
	}
	return nil
}

// unlike keeps of an offer what is not as usual.
func unlike(o, usual finder.Offer) finder.Offer {
	if same(o.Minutes, usual.Minutes) {
		o.Minutes = nil
	}
	if same(o.PriceCents, usual.PriceCents) {
		o.PriceCents = nil
	}
	if same(o.RemainsCents, usual.RemainsCents) {
		o.RemainsCents = nil
	}
	return o
}

func same[T comparable](a, b *T) bool { return a != nil && b != nil && *a == *b }

// detail says what is particular to a service: « en atelier, 1 h 30, 12,00 €,
// rien à payer avec un chèque ».
func detail(o finder.Offer) string {
	var parts []string
	for _, m := range o.Modes {
		if words, known := modeWords[m]; known {
			parts = append(parts, words[0])
		}
	}
	if o.Minutes != nil {
		parts = append(parts, lasting(int(*o.Minutes)))
	}
	if o.PriceCents != nil {
		parts = append(parts, money.Cents(*o.PriceCents).Short()+" sans chèque")
	}
	switch {
	case o.RemainsCents == nil:
	case *o.RemainsCents == 0:
		parts = append(parts, "rien à payer avec un chèque")
	default:
		parts = append(parts, "reste "+money.Cents(*o.RemainsCents).Short()+" avec un chèque")
	}
	return strings.Join(parts, ", ")
}

func lasting(minutes int) string {
	const hour = 60
	switch {
	case minutes < hour:
		return fmt.Sprintf("%d\u00a0min", minutes)
	case minutes%hour == 0:
		return fmt.Sprintf("%d\u00a0h", minutes/hour)
	default:
		return fmt.Sprintf("%d\u00a0h\u00a0%02d", minutes/hour, minutes%hour)
	}
}
