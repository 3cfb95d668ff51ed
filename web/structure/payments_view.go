package structure

import (
	"strconv"
	"time"

	"passnum/internal/settlement"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// viewPaid is the query's word for the payments' tab.
const viewPaid = "payes"

// paymentsView is what the structure is owed, or was paid.
type paymentsView struct {
	Paid    bool
	Hold    string
	Empty   bool // no chèque waits
	Figures []ui.Figure
	Tabs    []ui.Tab
	Table   ui.TableArgs
	Pager   ui.Pagination
	Years   []int
	Terms   termsView // when one is paid
}

func newPaymentsView(p settlement.Position, today time.Time, paid bool) paymentsView {
	v := paymentsView{
		Paid: paid, Hold: p.Hold, Empty: p.Waiting.Cheques == 0,
	}
	last := "aucun virement encore"
	if p.PaidOn != nil {
		last = "dernier virement le " + format.Date(*p.PaidOn)
	}
	v.Figures = []ui.Figure{
		{Label: "À payer", Value: p.Waiting.AmountCents.String(), Note: paymentui.Count(p.Waiting.Cheques)},
		{Label: "Dont ce mois-ci", Value: p.ThisMonth.AmountCents.String(), Note: paymentui.Count(p.ThisMonth.Cheques) + " depuis le " + format.ShortDate(today.AddDate(0, 0, 1-today.Day()))},
		{Label: "Virement en préparation", Value: p.Coming.AmountCents.String(), Note: paymentui.Count(p.Coming.Cheques)},
		{Label: "Déjà payé", Value: p.Paid.AmountCents.String(), Note: last},
	}
	v.Tabs = []ui.Tab{
		{Label: "À payer", Href: urls.StructurePayments(), Current: !paid, Count: format.Number(p.Waiting.Cheques)},
		{Label: "Paiements", Href: urls.With(urls.StructurePayments(), "vue", viewPaid), Current: paid},
	}
	return v
}

func paymentWaiting(cheques []settlement.Cheque) ui.TableArgs {
	return paymentui.Cheques("Chèques à payer", cheques, ui.EmptyArgs{
		Title: "Aucun chèque n’attend son paiement", Body: "Les chèques que vous acceptez apparaissent ici aussitôt.",
	})
}

func paymentLines(lines []settlement.Line) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Paiements", HideCaption: true, Columns: ui.Columns("Paiement", "Période", "#Chèques", "#Montant", "État", "Virement"),
		Empty: ui.EmptyArgs{Title: "Aucun paiement encore", Body: "Le premier arrive au début du mois qui suit vos premiers chèques."},
	}
	for _, l := range lines {
		on := "à venir"
		if l.ExecutedOn != nil {
			on = format.Date(*l.ExecutedOn)
		}
		t.Rows = append(t.Rows, ui.NewRow(paymentui.Number(l.SettlementNumber, urls.StructurePayment(l.ID)), ui.Text(paymentPeriod(l)), ui.Number(l.Cheques),
			ui.Amount(l.AmountCents), paymentui.StructureTag(l.State), ui.Text(on)))
	}
	return t
}

func paymentPeriod(l settlement.Line) string {
	if l.PeriodFrom.Equal(l.PeriodTo) {
		return "le " + format.ShortDate(l.PeriodTo)
	}
	return "du " + format.ShortDate(l.PeriodFrom) + " au " + format.ShortDate(l.PeriodTo)
}

// paymentView is one payment, chèque by chèque.
type paymentView struct {
	settlement.LinePage
	Figures     []ui.Figure
	Sums, Table ui.TableArgs
	Steps       ui.TableArgs // without rows when the chèques are paid at their whole value
	Chain       settlement.Chain
	Pager       ui.Pagination
}

func newPaymentView(l settlement.LinePage, why settlement.Explanation, pager ui.Pagination) paymentView {
	on, note := "à venir", "la date apparaîtra ici"
	if l.ExecutedOn != nil {
		on, note = format.ShortDate(*l.ExecutedOn), "en\u00a0"+strconv.Itoa(l.ExecutedOn.Year())
	}
	if l.ReturnedOn != nil {
		on, note = "non abouti", l.ReturnSentence()
	}
	worth := "100\u00a0% de la valeur des chèques"
	if l.AmountCents != why.Gross {
		worth = "pour " + why.Gross.String() + " de chèques"
	}
	v := paymentView{
		LinePage: l, Pager: pager, Sums: paymentui.Subtotals(l), Table: paymentui.Cheques("Chèques payés", l.Cheques, ui.EmptyArgs{}),
		Figures: []ui.Figure{
			{Label: "Montant", Value: l.AmountCents.String(), Note: worth},
			{Label: "Chèques", Value: format.Number(why.Cheques)},
			{Label: "Virement", Value: on, Note: note},
			{Label: "Sur le compte", Value: "…\u00a0" + l.IBAN[max(0, len(l.IBAN)-4):], Note: l.AccountHolder},
		},
		Chain: why.Chain,
	}
	if len(why.Corrections) > 0 {
		v.Steps = paymentSteps(l, why)
	}
	return v
}

// paymentSteps goes from the chèques' value to the transfer.
func paymentSteps(l settlement.LinePage, why settlement.Explanation) ui.TableArgs {
	t := ui.TableArgs{Caption: "De la valeur des chèques au virement", HideCaption: true, Columns: ui.Columns("Élément", "#Montant")}
	t.Rows = append(t.Rows, ui.NewRow(ui.Text("Valeur des chèques"), ui.Amount(why.Gross)))
	for _, c := range why.Corrections {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(c.Label), ui.Amount(c.Amount)))
	}
	t.Foot = []ui.Row{{Strong: true, Cells: ui.NewRow(ui.Text("Net viré"), ui.Amount(l.AmountCents)).Cells}}
	return t
}
