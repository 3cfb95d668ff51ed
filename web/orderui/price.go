package orderui

import (
	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Price is a quote in lines, its total last.
func Price(q order.Quote) ui.TableArgs {
	row := func(label, vat string, amount money.Cents) ui.Row {
		return ui.NewRow(ui.Text(label), ui.Text(vat), ui.Amount(amount))
	}
	t := ui.TableArgs{
		Caption: "Prix détaillé", HideCaption: true, Compact: true, Columns: ui.Columns("Désignation", "TVA", "#Montant"),
		Rows: []ui.Row{
			row("Valeur faciale des chèques", "hors champ", q.Face),
			row("Frais de gestion, "+q.FeeRate.String()+" de la valeur faciale", money.VATStandard.String(), q.Fees),
		},
	}
	if q.Services > 0 {
		t.Rows = append(t.Rows, row("Services d’accompagnement", money.VATStandard.String(), q.Services))
	}
	t.Rows = append(t.Rows, row("TVA sur les frais et services", "", q.VAT))
	t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Total à payer"), ui.Text("TTC"), ui.Amount(q.Total)}}}
	return t
}

// Shares is who pays the face value.
func Shares(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Qui paie la valeur faciale", HideCaption: true, Compact: true, Columns: ui.Columns("Organisation", "#Part")}
	t.Rows = append(t.Rows, ui.NewRow(ui.Text(o.Commanditaire), ui.Amount(o.OwnShare())))
	for _, c := range o.Cofunders {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(c.Name), ui.Amount(c.Share)))
	}
	return t
}

// Funds is what was received, against what the quote asks for.
func Funds(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Fonds reçus", HideCaption: true, Compact: true, Columns: ui.Columns("Mandat", "Reçu le", "#Montant")}
	var total money.Cents
	for _, r := range o.Funds {
		total += r.Total()
		t.Rows = append(t.Rows, ui.NewRow(ui.Serial(r.Mandat), ui.Text(format.Date(r.ReceivedOn)), ui.Amount(r.Total())))
	}
	if len(t.Rows) > 0 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Reçu"), ui.Text("sur " + o.Quote().Total.String()), ui.Amount(total)}}}
	}
	return t
}

// Figures is an order before it circulates: what is bought and what is paid.
func Figures(o order.Order) []ui.Figure {
	var received money.Cents
	for _, r := range o.Funds {
		received += r.Total()
	}
	funds := ui.Figure{Label: "Fonds reçus", Value: received.Short(), Note: "sur " + o.Quote().Total.String() + " à payer"}
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
