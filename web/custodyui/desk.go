// Package custodyui is the screens of custody that the operator, a commanditaire
// and a counter share: transfers, receptions and discrepancies, each from its own
// desk. It refuses to decide anything: screens read, call, answer.
package custodyui

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Links are the addresses of a desk.
type Links struct {
	Transfers   string
	Transfer    func(id uuid.UUID, act ...string) string
	NewTransfer string
	Receive     func(id uuid.UUID) string // where a reception is posted
	Cases       string
	Case        func(id uuid.UUID, act ...string) string
	// Oppose starts an opposition on lost carnets; nil where there is none.
	Oppose func(serials string) string
}

// Screens are custody's screens from one desk.
type Screens struct {
	Custody *custody.Service
	Desk    custody.Desk
	Links   Links
	// Tabs are the views of the « Carnets » page; nil where there is none.
	Tabs func(current string) []ui.Tab
}

func (s *Screens) tabs(current string) templ.Component {
	if s.Tabs == nil {
		return templ.NopComponent
	}
	return ui.Tabs("Vues des carnets", s.Tabs(current))
}

// refused shows the form again with what is wrong, or gives the error back.
func refused(p *ui.Page, err error) (status int, ok bool) {
	refusal, ok := fault.ForForm(err)
	if !ok {
		return http.StatusOK, err == nil
	}
	p.Errors = ui.ErrorsFrom(refusal)
	return httpx.Status(refusal.Kind), true
}

// NewKey is a form's idempotency key.
func NewKey() string { return uuid.NewString() }

// StateTag is a transfer's state in one word.
func StateTag(t custody.Transfer) templ.Component {
	switch {
	case t.State == custody.CalledOff:
		return ui.Tag(ui.Neutral, "annulé")
	case t.State == custody.OnTheWay:
		return ui.Tag(ui.Info, "en route")
	case t.CaseID != nil:
		return ui.Tag(ui.Warn, "reçu, avec écart")
	default:
		return ui.Tag(ui.Good, "reçu")
	}
}

// Purpose names what a transfer is.
func Purpose(t custody.Transfer) string {
	switch t.Purpose {
	case carnet.Delivery:
		return "Livraison"
	case carnet.Giveback:
		return "Retour"
	default:
		return "Transfert"
	}
}

// caseTag is a discrepancy's state in one word, with its age.
func (s *Screens) caseTag(c custody.Case) templ.Component {
	if !c.Open() {
		return ui.Tag(ui.Good, "réglé")
	}
	days := format.DaysBetween(c.OpenedAt, s.Custody.Now())
	if days == 0 {
		return ui.Tag(ui.Warn, "ouvert aujourd’hui")
	}
	tone := ui.Warn
	if days >= 7 {
		tone = ui.Bad
	}
	return ui.Tag(tone, "ouvert depuis "+format.Count(days, "jour", "jours"))
}

// kindWord says what is wrong with disputed carnets.
func kindWord(kind string, n int) string {
	switch kind {
	case custody.Missing:
		return format.Count(n, "carnet manquant", "carnets manquants")
	case custody.Damaged:
		return format.Count(n, "carnet abîmé", "carnets abîmés")
	default:
		return format.Count(n, "carnet en trop", "carnets en trop")
	}
}

func caseWords(c custody.Case) string {
	var parts []string
	for _, k := range []struct {
		kind string
		n    int
	}{{custody.Missing, c.Missing}, {custody.Damaged, c.Damaged}, {custody.Extra, c.Extra}} {
		if k.n > 0 {
			parts = append(parts, kindWord(k.kind, k.n))
		}
	}
	return format.List(parts)
}

// spanLines writes spans one a line, as far as a page can hold.
func spanLines(spans []custody.Span) []string {
	const most = 60
	var lines []string
	for i, span := range spans {
		if i == most {
			lines = append(lines, "et "+format.Count(len(spans)-i, "autre série", "autres séries"))
			break
		}
		lines = append(lines, span.String())
	}
	return lines
}

// numberLine is a run of numbers that may break between its ends only.
type numberLine struct{ lead, first, last string }

// numberLines cuts « Point : premier à dernier ».
func numberLines(lines []string) []numberLine {
	list := make([]numberLine, len(lines))
	for i, line := range lines {
		lead, numbers, named := strings.Cut(line, "\u00a0: ")
		if !named {
			lead, numbers = "", line
		} else {
			lead += "\u00a0:"
		}
		first, last, _ := strings.Cut(numbers, " à ")
		if !strings.HasPrefix(first, "C") {
			lead, first = lead+first, ""
		}
		list[i] = numberLine{lead, first, last}
	}
	return list
}
