package public

import (
	"fmt"

	"passnum/internal/money"
	"passnum/internal/reporting"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// statisticsView is the country's figures, ready to be shown.
type statisticsView struct {
	Known    bool
	Age      string
	Activity []ui.Figure
	Network  []ui.Figure
	Money    []ui.Figure
	Covered  bool
	Proof    string
	Owed     ui.StackedBarArgs
	Chart    ui.BarChartArgs
}

func newStatisticsView(n reporting.National) statisticsView {
	v := statisticsView{Known: !n.ComputedAt.IsZero(), Age: "Calculé le " + format.Date(n.ComputedAt) + " à " + format.Time(n.ComputedAt) + ". Recalculé chaque heure.", Covered: n.Covered()}
	v.Activity = []ui.Figure{
		{Label: "Carnets remis", Value: published(n.Carnets), Note: "à des personnes"},
		{Label: "Chèques utilisés", Value: published(n.Cheques), Note: "et non annulés"},
		{Label: "Séances", Value: published(n.Seances), Note: "une fois chacune"},
		{Label: "Commanditaires", Value: money.Count(n.Funders), Note: "dont les chèques circulent"},
	}
	v.Network = []ui.Figure{
		{Label: "Structures qualifiées", Value: money.Count(n.Structures)},
		{Label: "Lieux publiés", Value: money.Count(n.Places)},
		{Label: "Communes", Value: money.Count(n.Communes), Note: "avec un lieu au moins"},
	}
	v.Money = []ui.Figure{
		{Label: "Fonds reçus", Value: n.Received.Short(), Note: "depuis le début, valeur des chèques"},
		{Label: "En circulation", Value: n.Circulation.Short(), Note: "chèques qui peuvent servir"},
		{Label: "À payer", Value: n.Payable.Short(), Note: "aux structures, prochain paiement"},
		{Label: "Payés", Value: n.Paid.Short(), Note: "aux structures"},
	}
	v.Proof = proofSentence(n)
	v.Owed = ui.StackedBarArgs{Label: "Ce que le compte dédié doit couvrir", Parts: []ui.Part{
		part("En circulation", n.Circulation), part("À payer aux structures", n.Payable), part("En cours de virement", n.InTransit),
		part("Reçus, pas encore en circulation", n.Funds), part("À rendre aux commanditaires", n.Credit),
	}}
	v.Chart = ui.BarChartArgs{ID: "mois", Label: "Chèques utilisés par mois", Unit: "Chèques utilisés", Bars: nationalBars(n)}
	return v
}

func part(label string, c money.Cents) ui.Part {
	return ui.Part{Label: label, Value: max(int64(c), 0), ValueText: c.String()}
}

func proofSentence(n reporting.National) string {
	if n.Owed == 0 {
		return "Aucun chèque en circulation pour l’instant\u00a0: rien n’est dû."
	}
	ratio := fmt.Sprintf("%d,%02d\u00a0%%", n.Cover()/100, n.Cover()%100)
	return "Le compte dédié tient " + n.Bank.String() + " pour " + n.Owed.String() + " dus\u00a0: taux de couverture " + ratio + "."
}

// nationalBars leaves hidden months at nothing: their table says « moins de 11 ».
func nationalBars(n reporting.National) []ui.Bar {
	months := n.Months
	if len(months) > 12 {
		months = months[len(months)-12:]
	}
	var bars []ui.Bar
	for _, m := range months {
		bar := ui.Bar{Label: format.ShortMonth(m.Month), Long: format.Month(m.Month), Value: m.Cheques}
		if m.Cheques == reporting.Masked {
			bar.Value, bar.Under = 0, "moins de 11"
			bar.Long += " (moins de 11, non publié)"
		}
		if bar.Value > 0 && format.Month(m.Month) == format.Month(n.ComputedAt) {
			bar.Current, bar.Under = true, "en cours"
		}
		bars = append(bars, bar)
	}
	return bars
}
