// Package paymentui words payments for the two spaces that show them, the
// operator's and the structure's. It refuses to know either.
package paymentui

import (
	"strconv"

	"github.com/a-h/templ"

	"passnum/internal/settlement"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// OperatorTag is a batch's state, as the operator's staff say it.
func OperatorTag(s settlement.State) templ.Component {
	switch s {
	case settlement.Prepared:
		return ui.Tag(ui.Warn, "à\u00a0approuver")
	case settlement.Approved:
		return ui.Tag(ui.Info, "à\u00a0exécuter")
	default:
		return ui.Tag(ui.Good, "exécuté")
	}
}

// StructureTag is a payment's state, as the structure that is paid reads it.
func StructureTag(s settlement.State) templ.Component {
	switch s {
	case settlement.Prepared:
		return ui.Tag(ui.Neutral, "en\u00a0préparation")
	case settlement.Approved:
		return ui.Tag(ui.Info, "virement\u00a0en\u00a0cours")
	case settlement.Rejected, settlement.Returned:
		return ui.Tag(ui.Warn, "non\u00a0abouti")
	default:
		return ui.Tag(ui.Good, "payé")
	}
}

// Cheques lists chèques one by one.
func Cheques(caption string, cheques []settlement.Cheque, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{
		Caption: caption, HideCaption: true, Compact: true, Empty: empty,
		Columns: ui.Columns("Chèque", "Accepté le", "Services", "Commanditaire", "#Montant"),
	}
	for _, c := range cheques {
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Serial(c.Serial), "n°\u00a0"+strconv.Itoa(c.Rank)),
			ui.TwoLines(ui.Text(format.Typed(c.At)), format.Time(c.At)),
			ui.TwoLines(ui.Text(c.Services()), c.Place),
			ui.Text(c.Commanditaire), ui.Amount(c.AmountCents)))
	}
	return t
}

// Subtotals sums a payment by commanditaire.
func Subtotals(l settlement.LinePage) ui.TableArgs {
	t := ui.TableArgs{Caption: "Par commanditaire", HideCaption: true, Columns: ui.Columns("Commanditaire", "#Chèques", "#Montant")}
	for _, s := range l.Subtotals {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(s.Commanditaire), ui.Number(s.Cheques), ui.Amount(s.AmountCents)))
	}
	if len(l.Subtotals) > 1 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Total"), ui.Number(l.Line.Cheques), ui.Amount(l.GrossCents)}}}
	}
	return t
}

// Period says which days a payment covers.
func Period(l settlement.Line) string {
	if l.PeriodFrom.Equal(l.PeriodTo) {
		return "Chèques acceptés le " + format.Date(l.PeriodFrom)
	}
	return "Chèques acceptés du " + format.Date(l.PeriodFrom) + " au " + format.Date(l.PeriodTo)
}

// Count writes a number of chèques.
func Count(n int) string { return format.Count(n, "chèque", "chèques") }
