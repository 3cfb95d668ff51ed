// Package orderui turns an order into what its pages show, the same for who
// ordered it and for the operator. It refuses to know who is reading beyond
// that, and holds no handler.
package orderui

import (
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/french"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Tag is an order's state word.
func Tag(state order.State) templ.Component { return ui.Tag(Tone(state), state.Label()) }

// Tone is how a state should be felt by who reads: waiting for the
// commanditaire is a warning, active is good.
func Tone(state order.State) ui.Tone {
	switch {
	case state == order.Active:
		return ui.Good
	case state == order.Cancelled:
		return ui.Bad
	case state == order.Draft, state == order.Closed:
		return ui.Neutral
	case state.Who() == order.ByCommanditaire:
		return ui.Warn
	default:
		return ui.Info
	}
}

// Lead says an order in one line.
func Lead(o order.Order) string {
	return o.Format() + " · " + o.FaceTotal().String() + " · " + o.Validity.String()
}

// Next says what is expected now and of whom, to one reader; empty at the end.
func Next(state order.State, reader order.Party) string {
	return expected(state.Who(), state.Expected(), reader)
}

// NextOf is Next for one order, which may be printed by who ordered it.
func NextOf(o order.Order, reader order.Party) string {
	return expected(o.Who(), o.Expected(), reader)
}

func expected(who order.Party, what string, reader order.Party) string {
	switch who {
	case order.ByNobody:
		return ""
	case reader:
		return "Ensuite, à vous\u00a0: " + what + "."
	case order.ByCommanditaire:
		return "Ensuite\u00a0: le commanditaire doit " + what + "."
	case order.ByCounters:
		return "Ensuite\u00a0: les points de distribution doivent " + what + "."
	default:
		return "Ensuite\u00a0: l’opérateur doit " + what + "."
	}
}

// Terms is what the chèques buy, where and until when; change, if any, gives
// the address that changes an answer, by the form's section.
func Terms(o order.Specification, change func(section string) string) []ui.SummaryRow {
	href := func(section string) string {
		if change == nil {
			return ""
		}
		return change(section)
	}
	rows := []ui.SummaryRow{
		{Key: "Format", Value: o.Format(), ChangeHref: href("format")},
		{Key: "Validité", Value: french.Capital(o.Validity.String()) + ". Un mois de tolérance ensuite.", ChangeHref: href("validite")},
		{Key: "Où les chèques servent", Value: o.Perimeter.String(), ChangeHref: href("usage")},
		{Key: "Ce qu’ils paient", Value: o.Coverage.String(), ChangeHref: href("usage")},
		{Key: "Structures", Value: structures(o), ChangeHref: href("usage")},
		{Key: "Scans sans réseau", Value: lateTrust(o.Trust()), ChangeHref: href("usage")},
		{Key: "Guichets qui accompagnent aussi", Value: ownRule(o.HandOvers), ChangeHref: href("usage")},
		{Key: "Demander un carnet", Value: asking(o.HandOvers), ChangeHref: href("usage")},
		{Key: "Public cible", Value: orNone(o.PublicCible, "Non précisé"), ChangeHref: href("usage")},
		{Key: "Message imprimé", Value: orNone(o.Message, "Aucun"), ChangeHref: href("habillage")},
	}
	if o.Notes != "" {
		rows = append(rows, ui.SummaryRow{Key: "Notes", Value: o.Notes, ChangeHref: href("habillage")})
	}
	return rows
}

func lateTrust(t order.LateTrust) string {
	if t.Cap == 0 {
		return "Jamais encaissés d’office"
	}
	return format.Count(t.Cap, "chèque", "chèques") + " par appareil et par jour, scannés depuis " + format.Count(t.Days, "jour", "jours") + " au plus"
}

func structures(o order.Specification) string {
	if o.Structures == order.StructuresAgreed {
		return "Celles que le commanditaire a agréées"
	}
	return "Toutes les structures qualifiées"
}

func ownRule(r order.HandOverRules) string {
	switch r.Own {
	case order.OwnElsewhere:
		return "Un chèque remis par eux n’est encaissé par eux que dans une autre commune que celle du guichet"
	case order.OwnRefused:
		return "Un chèque remis par eux n’est jamais encaissé par eux"
	default:
		return "Ils peuvent encaisser les chèques qu’ils ont remis"
	}
}

func asking(r order.HandOverRules) string {
	shown := "Annoncé au public"
	if r.Unannounced {
		shown = "Pas annoncé au public"
	}
	if r.Documents == "" {
		return shown + ". Aucun document à apporter."
	}
	return shown + ". À apporter\u00a0: " + strings.Join(strings.Fields(r.Documents), " ")
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// DocumentName names a document for a person.
func DocumentName(d order.Document) string {
	switch d.Kind {
	case order.DocumentQuote:
		if strings.HasSuffix(d.Name, "-signe.pdf") {
			return "Devis signé"
		}
		return "Devis"
	case order.DocumentProof:
		return "Bon à tirer"
	case order.DocumentLogo:
		return "Logo"
	default:
		return d.Name
	}
}

// DocumentKind says what file it is: « PDF, 120 Ko, 4 novembre 2026 ».
func DocumentKind(d order.Document) string {
	kind := "PDF"
	if strings.HasPrefix(d.MediaType, "image/") {
		kind = "image"
	}
	return kind + ", " + format.Size(int64(d.Size)) + ", " + format.Date(d.CreatedAt)
}
