// Package reportui shows the errors that visitors signal on places, to the
// structure that answers them and to the operator who does when it did not.
package reportui

import (
	"github.com/a-h/templ"

	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Card is a report, ready to be shown.
type Card struct {
	structure.Report
	Title  string
	Lead   string // where, whose, when
	Href   string // the place
	Tag    templ.Component
	Said   string // what was answered, by whom
	Action string // where an answer goes; empty when none is expected
	Form   structure.AnswerForm
	Errors ui.Errors
}

// New prepares a report; href is its place's page and action where it is answered.
func New(r structure.Report, href, action string) Card {
	c := Card{Report: r, Title: r.Label(), Href: href, Action: action, Form: structure.AnswerForm{State: string(structure.ReportCorrected)}}
	c.Lead = "Signalé le " + format.DateTime(r.ReportedAt)
	switch r.State {
	case structure.ReportCorrected:
		c.Tag = ui.Tag(ui.Good, "corrigé")
	case structure.ReportDismissed:
		c.Tag = ui.Tag(ui.Neutral, "sans suite")
	default:
		c.Tag = ui.Tag(ui.Warn, "à traiter")
	}
	if r.State == structure.ReportOpen {
		return c
	}
	c.Action = ""
	c.Said = "Réponse du " + format.Date(*r.AnsweredAt) + ", " + r.AnsweredByName
	return c
}

// Read reads the answer that a card's form sends.
func Read(v httpx.Values) structure.AnswerForm {
	return structure.AnswerForm{State: v.Get("suite"), Answer: v.Get("reponse")}
}

// field is a name that a page with several cards can repeat; the card that is
// wrong keeps the one that the error summary links to.
func (c Card) field(name string) string {
	if c.Errors.For("suite")+c.Errors.For("reponse") != "" {
		return name
	}
	return name + "-" + c.ID.String()
}

func (c Card) choices() ui.Choices {
	return ui.Choices{Name: "suite", ID: c.field("suite"), Legend: "Qu’avez-vous fait ?", Small: true, Error: c.Errors.For("suite"), Options: ui.Selected([]ui.Option{
		{Value: string(structure.ReportCorrected), Label: "C’est corrigé"}, {Value: string(structure.ReportDismissed), Label: "Rien n’est à corriger"}}, c.Form.State)}
}
