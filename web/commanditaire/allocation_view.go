package commanditaire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/allocation"
	"passnum/internal/french"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

func allocationsTable(plans []allocation.Plan) ui.TableArgs {
	table := ui.TableArgs{
		Caption: "Répartitions", HideCaption: true, Columns: ui.Columns("Commande", "Règle", "#Carnets", "#Points", "Modifiée", "État"),
		Empty: ui.EmptyArgs{Title: "Aucune répartition", Body: "Partagez les carnets d’une commande entre vos points\u00a0: un nombre fixe par commune, plus une part selon la population ou vos propres chiffres."},
	}
	for _, p := range plans {
		table.Rows = append(table.Rows, ui.NewRow(ui.TwoLines(ui.Link(p.OrderNumber+" · "+p.OrderTitle, urls.CarnetAllocationPlan(p.ID)), p.CreatedByName),
			ui.Text(ruleWords(p.Rule)), ui.Number(p.Total), ui.Number(len(p.Shares)), ui.Text(format.Date(p.UpdatedAt)), planTag(p)))
	}
	return table
}

func ruleWords(r allocation.Rule) string {
	words := "selon " + r.Basis.Label()
	if r.Basis == allocation.Evenly {
		words = "en " + strings.TrimPrefix(r.Basis.Label(), "des ")
	}
	if r.Fixed == 0 {
		return "Tout " + words
	}
	return format.Number(r.Fixed) + " par commune, puis " + words
}

func planTag(p allocation.Plan) templ.Component {
	switch p.AppliedTo {
	case allocation.ToDeliveries:
		return ui.Tag(ui.Good, "appliquée aux livraisons")
	case allocation.ToTransfers:
		return ui.Tag(ui.Good, "transferts préparés")
	default:
		return ui.Tag(ui.Info, "proposée")
	}
}

type allocationForm struct {
	typed                 allocationTyped
	orders, bases, points []ui.Option
}

func newAllocationForm(t allocationTyped, orders []allocation.Order, points []allocation.Share) allocationForm {
	v := allocationForm{typed: t, orders: []ui.Option{{Label: "Choisissez une commande"}}}
	for _, o := range orders {
		what := format.Count(o.Carnets, "carnet", "carnets") + ", " + strings.ToLower(order.State(o.State).Label())
		if order.State(o.State).Reached(order.Shipped) {
			what = format.Count(o.Reserve, "carnet", "carnets") + " dans votre réserve"
		}
		name := o.Title
		if o.Number != "" {
			name = o.Number + " · " + o.Title
		}
		v.orders = append(v.orders, ui.Option{Value: o.ID.String(), Label: name + " (" + what + ")", Checked: o.ID == t.order})
		if o.ID == t.order && t.total == "" {
			v.typed.total = strconv.Itoa(o.Carnets)
		}
	}
	for _, b := range []struct {
		basis allocation.Basis
		label string
		hint  string
	}{
		{allocation.ByPopulation, "La population de chaque commune", "Celle de l’Insee, déjà dans Passnum."},
		{allocation.ByFile, "Votre fichier", "Un fichier CSV\u00a0: une commune (code INSEE ou nom) et un poids par ligne, par exemple les habitants des quartiers prioritaires."},
		{allocation.Evenly, "Des parts égales", ""},
	} {
		v.bases = append(v.bases, ui.Option{Value: string(b.basis), Label: b.label, Hint: b.hint, Checked: t.basis == string(b.basis)})
	}
	for _, p := range points {
		v.points = append(v.points, ui.Option{Value: p.PointID.String(), Label: p.Point, Hint: p.Aiguilleur + " · " + p.Commune, Checked: t.points == nil || slices.Contains(t.points, p.PointID)})
	}
	return v
}

type allocationView struct {
	title     string
	lead      string
	tag       templ.Component
	editable  bool
	total     int
	left      int
	leftWords string
	table     ui.TableArgs
	does      string // what applying does
	act       string
	applied   string
	transfers bool
	order     string
	csv       string
	action    string
	apply     string
}

type allocationPoint struct {
	share   allocation.Share
	value   string
	error   string
	serials []string
	send    string
}

func newAllocationView(p allocation.Plan, typed map[uuid.UUID]string, errors ui.Errors, writes bool) allocationView {
	state := order.State(p.OrderState)
	v := allocationView{
		title: p.Title, lead: french.Capital(ruleWords(p.Rule)) + " · " + format.Count(p.Total, "carnet", "carnets") + " pour " + format.Count(len(p.Shares), "point", "points"),
		tag: planTag(p), editable: writes && !p.Applied(), total: p.Total, csv: urls.CarnetAllocationPlan(p.ID, "csv"),
		action: urls.CarnetAllocationPlan(p.ID), apply: urls.CarnetAllocationPlan(p.ID, "appliquer"), order: urls.Order(p.OrderID),
		transfers: p.AppliedTo == allocation.ToTransfers,
	}
	if p.Rule.File != "" {
		v.lead += " · fichier " + p.Rule.File
	}
	v.table = ui.TableArgs{Caption: "Carnets par point", HideCaption: true, Columns: ui.Columns("Point", "#Poids de la commune", "#Proposé", "#Carnets")}
	if v.transfers {
		v.table.Columns = append(v.table.Columns, ui.Column{Label: "Transfert"})
	}
	given := 0
	for _, s := range p.Shares {
		point := newAllocationPoint(s, typed)
		point.error = errors.For(allocation.FieldOf(s.PointID))
		n, _ := strconv.Atoi(strings.ReplaceAll(point.value, " ", ""))
		given += n
		v.table.Rows = append(v.table.Rows, point.row(v))
	}
	v.left = p.Total - given
	v.leftWords = leftWords(v.left)
	v.addOutcome(p, state)
	return v
}

func newAllocationPoint(s allocation.Share, typed map[uuid.UUID]string) allocationPoint {
	point := allocationPoint{share: s, value: strconv.Itoa(s.Carnets)}
	if value, ok := typed[s.PointID]; ok {
		point.value = value
	}
	if s.Serials != "" {
		point.serials = strings.Split(s.Serials, "\n")
		point.send = urls.With(urls.NewCarnetTransfer(), "vers", s.PointID.String(), "nombre", strconv.Itoa(s.Carnets), "lignes", s.Serials)
	}
	return point
}

func (pt allocationPoint) row(v allocationView) ui.Row {
	carnets := ui.Number(pt.share.Carnets)
	if v.editable {
		carnets = ui.TextInput(ui.Field{Name: allocation.FieldOf(pt.share.PointID), Label: "Carnets pour " + pt.share.Point + ", " + pt.share.Commune, HideLabel: true,
			InputMode: "numeric", Width: ui.Width5, Value: pt.value, Error: pt.error})
	}
	cells := []templ.Component{ui.Text(weightShown(pt.share.Weight)), ui.Number(pt.share.Proposed), carnets}
	if v.transfers {
		cells = append(cells, allocationSend(pt))
	}
	return ui.NewRow(append([]templ.Component{ui.TwoLines(ui.Text(pt.share.Point), pt.share.Commune+" · "+pt.share.Aiguilleur)}, cells...)...)
}

// weightShown groups thousands, as everywhere on the site.
func weightShown(thousandths int64) string {
	if thousandths%1000 == 0 {
		return format.Number(int(thousandths / 1000))
	}
	return weightWord(thousandths)
}

func leftWords(left int) string {
	switch {
	case left > 0:
		return "Reste à répartir\u00a0: " + format.Count(left, "carnet", "carnets")
	case left < 0:
		return "En trop\u00a0: " + format.Count(-left, "carnet", "carnets")
	default:
		return "Tout est réparti"
	}
}

func (v *allocationView) addOutcome(p allocation.Plan, state order.State) {
	switch {
	case p.Applied():
		v.applied = "Appliquée le " + format.Date(*p.AppliedAt) + " par " + p.AppliedByName + "."
	case state.Redeliverable():
		v.does = "Les quantités à livrer de la commande " + p.OrderNumber + " sont remplacées par celles-ci."
		v.act = "Appliquer aux livraisons"
	case state.Reached(order.Shipped):
		v.does = "Les carnets sont livrés\u00a0: un transfert est préparé par point, avec ses numéros, depuis votre réserve. Vous envoyez ensuite chacun."
		v.act = "Préparer les transferts"
	default:
		v.does = "Les carnets sont en fabrication, et leurs colis déjà préparés\u00a0: cette répartition pourra être appliquée par transferts après la livraison."
	}
}
