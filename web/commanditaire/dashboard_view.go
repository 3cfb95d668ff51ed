package commanditaire

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/order"
	"passnum/internal/reporting"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// usageView is the figures of one or several orders, ready to be shown.
type usageView struct {
	Order    reporting.Line // of one order
	Lead     string
	Fresh    string // the day the figures cover, when it is not now
	Cards    []ui.Figure
	More     []ui.Figure
	Chart    ui.BarChartArgs
	Sentence string // the usage in one line
	Takeaway takeaway
	Orders   ui.TableArgs
	Entries  ui.TableArgs
	Rest     ui.TableArgs // the services after the first ones
	Communes ui.TableArgs
	Points   ui.TableArgs
	Nothing  bool // no order at all
}

// takeaway is the sentence that the chart proves, with its figure in bold.
type takeaway struct{ Before, Figure, After string }

// shownMonths is how many months a chart shows.
const shownMonths = 12

func newUsageView(f reporting.Figures) usageView {
	v := usageView{
		Order: f.One(), Fresh: freshness(f), Cards: cards(f), More: moreCards(f), Sentence: sentence(f), Takeaway: proves(f),
		Orders: ordersUsage(f), Entries: entriesUsage(f), Communes: communesUsage(f), Points: pointsUsage(f), Nothing: len(f.Orders) == 0,
	}
	v.Lead = usageLead(f)
	v.foldServices()
	v.Chart = ui.BarChartArgs{ID: "cheques", Label: "Chèques utilisés par mois", Unit: "Chèques utilisés", Bars: bars(f),
		Takeaway: takeawaySentence(v.Takeaway), SourceHref: urls.Definition("projection")}
	return v
}

// foldServices keeps the services given most in sight, the others a click away.
func (v *usageView) foldServices() {
	const inSight = 10
	if len(v.Entries.Rows) <= inSight+2 {
		return
	}
	v.Rest = v.Entries
	v.Rest.Caption, v.Rest.ID = "Les autres services", "autres-services"
	v.Entries.Rows, v.Rest.Rows = v.Entries.Rows[:inSight], v.Entries.Rows[inSight:]
}

func usageLead(f reporting.Figures) string {
	if len(f.Orders) != 1 {
		return format.Count(len(f.Orders), "commande", "commandes") + " · " + f.Issued.Amount.Short() + " de chèques émis"
	}
	l := f.One()
	return fmt.Sprintf("%s de %s de %s · %s", format.Count(l.Ordered, "carnet", "carnets"), format.Count(l.PerCarnet, "chèque", "chèques"), l.FaceValue.Short(), l.Commanditaire)
}

// freshness says which day the figures stop at, for who may not read today's.
func freshness(f reporting.Figures) string {
	switch {
	case f.Live || len(f.Orders) == 0:
		return ""
	case f.Through.IsZero():
		return "Commande que vous cofinancez\u00a0: vous verrez les usages dès le lendemain."
	default:
		return "Commande que vous cofinancez\u00a0: les usages sont arrêtés au " + format.Date(f.Through) + " au soir."
	}
}

func cards(f reporting.Figures) []ui.Figure {
	waiting := f.InStock.Carnets + f.NotReceived.Carnets
	stock := ui.Figure{Label: "En stock", Value: format.Number(waiting), Note: stockNote(f)}
	if short := shortPoints(f); short > 0 {
		stock.Tag = ui.Tag(ui.Warn, format.Count(short, "bas", "bas"))
	}
	handed := format.Percent(int64(f.HandedOver.Carnets), int64(f.Issued.Carnets)) + " · " + f.HandedOver.Amount.Short()
	if f.ThisWeek > 0 {
		handed += " · +" + format.Number(f.ThisWeek) + " cette semaine"
	}
	started := format.Percent(int64(f.Started.Carnets), int64(f.HandedOver.Carnets)) + " des carnets remis"
	if f.HandedOver.Carnets == 0 {
		started = "aucun carnet remis encore"
	}
	if f.Median != nil {
		started += fmt.Sprintf(" · %d\u00a0j en médiane", *f.Median)
	}
	return []ui.Figure{
		{Label: "Émis", Value: format.Number(f.Issued.Carnets), Note: "carnets · " + f.Issued.Amount.Short()},
		stock,
		{Label: "Remis", Value: format.Number(f.HandedOver.Carnets), Note: handed},
		{Label: "Entamés", Value: format.Number(f.Started.Carnets), Note: started},
	}
}

func stockNote(f reporting.Figures) string {
	holding := 0
	for _, p := range f.Points {
		if p.InStock > 0 {
			holding++
		}
	}
	note := "dans " + format.Count(holding, "point", "points")
	if f.NotReceived.Carnets > 0 {
		note += " · dont " + format.Number(f.NotReceived.Carnets) + " pas encore reçus"
	}
	return note + " · " + (f.InStock.Amount + f.NotReceived.Amount).Short()
}

func shortPoints(f reporting.Figures) int {
	n := 0
	for _, p := range f.Points {
		if p.Short(f.Now) {
			n++
		}
	}
	return n
}

func moreCards(f reporting.Figures) []ui.Figure {
	used, visits := f.Used.Amount.Short(), "aucune pour l’instant"
	if f.Handed() > 0 {
		used += " · " + format.Percent(f.Used.Cheques, f.Handed()) + " des chèques remis"
	}
	if f.Used.Answers > 0 {
		visits = "premières venues\u00a0: " + format.Percent(f.Used.FirstVisits, f.Used.Answers)
	} else if f.Used.Seances > 0 {
		visits = "dans tous les lieux"
	}
	return []ui.Figure{
		{Label: "Chèques utilisés", Value: format.Number(int(f.Used.Cheques)), Note: used},
		{Label: "Séances", Value: format.Number(int(f.Used.Seances)), Note: visits},
		{Label: "Chèques périmés", Value: format.Number(int(f.Expired.Cheques)), Note: f.Expired.Amount.Short() + " · reviendront en avoir"},
		{Label: "Chèques bloqués", Value: format.Number(int(f.Blocked.Cheques)), Note: f.Blocked.Amount.Short() + " · " + format.Count(f.Blocked.Carnets, "carnet", "carnets")},
	}
}

func sentence(f reporting.Figures) string {
	if f.Used.Cheques == 0 {
		return "Aucun chèque utilisé pour l’instant."
	}
	return fmt.Sprintf("%s utilisés (%s) en %s.", format.Count(int(f.Used.Cheques), "chèque", "chèques"), f.Used.Amount.Short(), format.Count(int(f.Used.Seances), "séance", "séances"))
}

func proves(f reporting.Figures) takeaway {
	if p, ok := f.Projection(); ok {
		month := strings.Fields(format.Month(p.Month))[0]
		return takeaway{"Au rythme " + elided(month) + ", ", format.Percent(p.Cheques, p.Of), " des chèques remis seront utilisés au " + format.Date(p.Until) + "."}
	}
	if f.Handed() == 0 {
		return takeaway{Before: "Aucun carnet n’est encore remis."}
	}
	return takeaway{"", format.Percent(f.Used.Cheques, f.Handed()), " des chèques remis ont été utilisés."}
}

func elided(month string) string { return format.Of(month) }

func bars(f reporting.Figures) []ui.Bar {
	months := f.Months
	if len(months) > shownMonths {
		months = months[len(months)-shownMonths:]
	}
	now := format.Month(f.Now)
	list := make([]ui.Bar, len(months))
	for i, m := range months {
		list[i] = ui.Bar{Label: format.ShortMonth(m.Month), Long: format.Month(m.Month), Value: m.Cheques}
		if list[i].Long == now {
			list[i].Current, list[i].Under = true, "en cours"
		}
	}
	return list
}

func ordersUsage(f reporting.Figures) ui.TableArgs {
	t := ui.TableArgs{Caption: "Par commande", HideCaption: true, ID: "par-commande",
		Columns: ui.Columns("Commande", "#Émis", "#En stock", "#Remis", "#Entamés", "#Chèques utilisés", "#Montant", "Étape")}
	for _, l := range f.Orders {
		c := l.Figures
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(lineTitle(l), urls.OrderUsage(l.ID)), l.Commanditaire),
			ui.Number(c.Issued.Carnets), ui.Number(c.InStock.Carnets+c.NotReceived.Carnets), ui.Number(c.HandedOver.Carnets), ui.Number(c.Started.Carnets),
			ui.Number(int(c.Used.Cheques)), ui.Amount(c.Used.Amount), ui.Tag(ui.Neutral, order.State(l.State).Label())))
	}
	return t
}

func lineTitle(l reporting.Line) string {
	if l.Number == "" {
		return l.Title
	}
	return l.Number + " – " + l.Title
}

func entriesUsage(f reporting.Figures) ui.TableArgs {
	t := ui.TableArgs{Caption: "Par service", HideCaption: true, ID: "par-service", Compact: true, Columns: ui.Columns("Service", "#Séances", "#Chèques", "#Part des séances"),
		Empty: ui.EmptyArgs{Title: "Aucun service rendu pour l’instant"}}
	for _, e := range f.Entries {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(fmt.Sprintf("%d. %s", e.Entry, e.Label)), ui.Number(int(e.Seances)), ui.Number(int(e.Cheques)), ui.Text(format.Percent(e.Seances, f.Used.Seances))))
	}
	return t
}

func communesUsage(f reporting.Figures) ui.TableArgs {
	t := ui.TableArgs{Caption: "Par commune du lieu", HideCaption: true, ID: "par-commune", Compact: true, Columns: ui.Columns("Commune du lieu", "#Séances", "#Chèques", "#Montant"),
		Empty: ui.EmptyArgs{Title: "Aucun chèque utilisé pour l’instant"}}
	for _, c := range f.Communes {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(c.Name), ui.Number(int(c.Seances)), ui.Number(int(c.Cheques)), ui.Amount(c.Amount)))
	}
	if len(t.Rows) > 0 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Total"), ui.Number(int(f.Used.Seances)), ui.Number(int(f.Used.Cheques)), ui.Amount(f.Used.Amount)}}}
	}
	return t
}

var pointTones = map[reporting.PointState]ui.Tone{
	reporting.PointWaiting: ui.Info, reporting.PointIdle: ui.Bad, reporting.PointAsleep: ui.Bad,
	reporting.PointEmpty: ui.Warn, reporting.PointLow: ui.Warn, reporting.PointAlive: ui.Good,
}

func pointsUsage(f reporting.Figures) ui.TableArgs {
	t := ui.TableArgs{Caption: "Par point de distribution", HideCaption: true, ID: "par-point", Columns: ui.Columns("Point", "#Reçus", "#Remis", "#En stock", "Dernière remise", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun carnet expédié pour l’instant", Body: "Les points apparaissent ici dès l’expédition."}}
	for _, p := range f.Points {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(p.Name), p.Aiguilleur), ui.Number(p.Received), ui.Number(p.HandedOver), ui.Number(p.InStock), lastHandOver(p, f), usagePointTag(p, f)))
	}
	return t
}

func lastHandOver(p reporting.PointUse, f reporting.Figures) templ.Component {
	if p.Last == nil {
		return ui.Muted("–")
	}
	return ui.Text(format.Until(*p.Last, f.Now))
}

func usagePointTag(p reporting.PointUse, f reporting.Figures) templ.Component {
	state := p.State(f.Now)
	word := string(state)
	if state == reporting.PointAsleep {
		word = "aucune remise depuis " + format.Count(format.DaysBetween(*p.Last, f.Now)/30, "mois", "mois")
	}
	return ui.Tag(pointTones[state], word)
}
