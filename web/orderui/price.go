package orderui

import (
	"github.com/a-h/templ"

	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Price is an order's quote in lines, the VAT rate by rate, its total last.
func Price(o order.Order) ui.TableArgs {
	q := o.Quote()
	row := func(label, vat string, amount money.Cents) ui.Row {
		return ui.NewRow(ui.Text(label), ui.Text(vat), ui.Amount(amount))
	}
	t := ui.TableArgs{Caption: "Prix détaillé", HideCaption: true, Compact: true, Columns: ui.Columns("Désignation", "TVA", "#Montant")}
	for _, line := range q.Lines {
		label := o.Describe(line)
		if line.Kind == order.LineFace {
			label = "Valeur faciale des chèques"
		}
		t.Rows = append(t.Rows, row(label, line.Tax.String(), line.Amount))
	}
	for _, tax := range q.Taxes {
		if tax.Category == order.TaxStandard {
			t.Rows = append(t.Rows, row("TVA "+tax.Rate.String()+" sur "+tax.Base.String(), "", tax.VAT))
		}
	}
	t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Total à payer"), ui.Text("TTC"), ui.Amount(q.Total)}}}
	return t
}

// Dues is when each part of the price must be paid.
func Dues(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Échéances", HideCaption: true, Compact: true, Columns: ui.Columns("Échéance", "#Hors taxes", "#TVA", "#À payer", "État")}
	for _, due := range o.Quote().Dues {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(DueLabel(due)), ui.Amount(due.Face+due.Fees), ui.Amount(due.VAT), ui.Amount(due.Total()), dueState(o, due)))
	}
	return t
}

// DueLabel names a due: « Rapport intermédiaire, ingénierie de déploiement ».
func DueLabel(due order.Due) string {
	if due.AtOrder || len(due.Lines) == 0 {
		return due.Label
	}
	return due.Label + ", " + french.Small(due.Lines[0].Service.Label())
}

func dueState(o order.Order, due order.Due) templ.Component {
	switch {
	case due.AtOrder && o.FullyFunded():
		return ui.Tag(ui.Good, "reçue")
	case due.AtOrder && o.State.Reached(order.Signed):
		return ui.Tag(ui.Warn, "attendue")
	case due.AtOrder:
		return ui.Tag(ui.Neutral, "à la signature")
	case due.ReportedAt != nil && o.Outstanding().Total() == 0:
		return ui.Tag(ui.Good, "reçue")
	case due.ReportedAt != nil:
		return ui.TwoLines(ui.Tag(ui.Warn, "exigible"), "rendu le "+format.Date(*due.ReportedAt))
	default:
		return ui.Tag(ui.Neutral, "au rendu")
	}
}

// Shares is who pays the face value, before anything was paid.
func Shares(o order.Order) ui.TableArgs { return Positions(o.Positions(order.Flow{})) }

// Positions is who pays the face value: what each promised and brought and, once
// the order is funded, what became of it.
func Positions(list []order.Position) ui.TableArgs {
	var total order.Position
	for _, p := range list {
		total.Promised, total.Received = total.Promised+p.Promised, total.Received+p.Received
		total.Used, total.Circulating = total.Used+p.Used, total.Circulating+p.Circulating
		total.Expired, total.Held, total.Returned = total.Expired+p.Expired, total.Held+p.Held, total.Returned+p.Returned
	}
	t := ui.TableArgs{Caption: "Qui paie la valeur faciale", HideCaption: true, Compact: true, Columns: ui.Columns("Organisation", "#Promis", "#Reçu")}
	lived := Lived(list)
	if lived {
		t.Columns = append(t.Columns, ui.Columns("#Utilisé", "#Pas encore utilisé", "#Rendu (avoir)")...)
	}
	cells := func(name templ.Component, p order.Position) []templ.Component {
		row := []templ.Component{name, ui.Amount(p.Promised), ui.Amount(p.Received)}
		if lived {
			row = append(row, ui.Amount(p.Used), ui.Amount(p.Circulating+p.Held+p.Expired), ui.Amount(p.Returned))
		}
		return row
	}
	for _, p := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: cells(ui.TwoLines(ui.Text(p.Name), routeOf(p)), p)})
	}
	t.Foot = []ui.Row{{Strong: true, Cells: cells(ui.Text("Ensemble"), total)}}
	return t
}

// Lived reports whether some of the face value circulates or did: there is then
// more to show of each part, on the page's whole width.
func Lived(list []order.Position) bool {
	for _, p := range list {
		if p.Used+p.Circulating+p.Expired+p.Returned > 0 {
			return true
		}
	}
	return false
}

// routeOf says how a funder pays.
func routeOf(p order.Position) string {
	switch {
	case p.Owner:
		return "commanditaire"
	case p.Pending:
		return p.Programme + ", en attente de réponse"
	case p.Programme != "":
		return p.Programme
	case p.Direct:
		return "verse directement"
	default:
		return "verse par le commanditaire"
	}
}

// Funds is what was received, against what the quote asks for.
func Funds(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Fonds reçus", HideCaption: true, Compact: true, Columns: ui.Columns("Mandat", "Reçu le", "#Montant")}
	for _, r := range o.Funds {
		mandat := ui.Serial(r.Mandat)
		if r.Payer != "" {
			mandat = ui.TwoLines(mandat, r.Payer)
		}
		t.Rows = append(t.Rows, ui.NewRow(mandat, ui.Text(format.Date(r.ReceivedOn)), ui.Amount(r.Total())))
	}
	if len(t.Rows) > 0 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Reçu"), ui.Text("sur " + o.Quote().Total.String()), ui.Amount(o.Received())}}}
	}
	return t
}

// Figures is an order before it circulates: what is bought and what is paid.
func Figures(o order.Order) []ui.Figure {
	funds := ui.Figure{Label: "Fonds reçus", Value: o.Received().Short(), Note: "sur " + o.Quote().Total.String() + " à payer"}
	if o.FullyFunded() {
		funds.Tag = ui.Tag(ui.Good, "complet")
	}
	return []ui.Figure{
		{Label: "Carnets", Value: format.Number(o.Carnets), Note: format.Count(o.Cheques(), "chèque", "chèques")},
		{Label: "Valeur des chèques", Value: o.FaceTotal().Short(), Note: o.FaceValue.Short() + " par chèque"},
		{Label: "Total à payer", Value: o.Quote().Total.Short(), Note: "frais et TVA compris"},
		funds,
	}
}

// PriceTerms are the sentences that explain a price beyond its lines.
func PriceTerms(o order.Order) []string {
	var terms []string
	for _, tax := range o.Quote().Taxes {
		if tax.Category != order.TaxStandard && tax.Tax != order.FaceTax {
			terms = append(terms, french.Capital(tax.String())+" de TVA\u00a0: "+tax.Reason+".")
		}
	}
	if o.Downstream > 0 {
		terms = append(terms, order.DownstreamTerms(o.Downstream))
	}
	if o.HoldDays > 0 {
		terms = append(terms, "Un chèque accepté est payé à la structure au plus tôt "+format.Count(o.HoldDays, "jour", "jours")+" après.")
	}
	return terms
}
