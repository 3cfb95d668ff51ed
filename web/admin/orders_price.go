package admin

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// milestoneRows are offered for each service line: at the order, then reports.
const milestoneRows = 4

// reportNames are proposed for the parts that follow the order.
var reportNames = [milestoneRows]string{"À la commande", "Rapport intermédiaire", "Rapport final", ""}

// agreementFrom reads the price form. What cannot be read becomes a value that
// the domain refuses at its own field.
func agreementFrom(f httpx.Values) order.Agreement {
	a := order.Agreement{Pricing: order.Pricing{
		Fee: feeFrom(f.Get("taux")), Fixed: centsOr(f, "forfait"), Downstream: rateOr(f, "taux_aval"), HoldDays: daysFrom(f.Get("delai")),
		FeeTax: taxFrom(f, "frais"),
	}}
	for _, kind := range order.ServiceKinds {
		if field := string(kind); f.Has("tva_" + field) {
			a.Services = append(a.Services, order.ServiceTerms{Kind: kind, Tax: taxFrom(f, field), Milestones: milestonesFrom(f, field)})
		}
	}
	return a
}

// taxFrom reads a choice of VAT: a rate in hundredths of a per cent, or why not.
func taxFrom(f httpx.Values, field string) order.Tax {
	switch choice := f.Get("tva_" + field); choice {
	case "":
		return order.StandardTax
	case "exonere":
		return order.Tax{Category: order.TaxExempt, Reason: f.Get("motif_tva_" + field)}
	case "hors_champ":
		return order.Tax{Category: order.TaxOutside, Reason: f.Get("motif_tva_" + field)}
	default:
		rate, _ := strconv.Atoi(choice)
		return order.Tax{Category: order.TaxStandard, Rate: money.BasisPoints(rate)}
	}
}

func milestonesFrom(f httpx.Values, kind string) []order.Milestone {
	var list []order.Milestone
	for i := range milestoneRows {
		name, typed := milestoneField(kind, i), ""
		if typed = f.Get(name); typed == "" {
			continue
		}
		label := f.Get(name + "_nom")
		if i == 0 {
			label = reportNames[0]
		}
		list = append(list, order.Milestone{Label: label, Rate: feeFrom(typed), AtOrder: i == 0})
	}
	return list
}

// milestoneField names a part's field; the first one is where a refusal leads.
func milestoneField(kind string, i int) string {
	if i == 0 {
		return "jalons_" + kind
	}
	return "jalon_" + kind + "_" + strconv.Itoa(i)
}

// centsOr is an amount, nothing when empty, refused as negative when unreadable.
func centsOr(f httpx.Values, name string) money.Cents {
	if f.Get(name) == "" {
		return 0
	}
	c, ok := f.Cents(name)
	if !ok {
		return -1
	}
	return c
}

func rateOr(f httpx.Values, name string) money.BasisPoints {
	if f.Get(name) == "" {
		return 0
	}
	return feeFrom(f.Get(name))
}

func daysFrom(typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return n
}

// fundingFrom reads what was received, and from whom.
func fundingFrom(f httpx.Values) order.Funding {
	day, _ := format.ParseDay(f.Get("recu_le"))
	funding := order.Funding{Mandat: f.Get("mandat"), Face: centsOr(f, "valeur_faciale"), Fees: centsOr(f, "frais"), VAT: centsOr(f, "tva"), ReceivedOn: day, Partial: f.Bool("partiel")}
	if payer, ok := f.UUID("payeur"); ok {
		funding.PayerID = &payer
	}
	return funding
}

// priceRefused reports whether the price form was refused, so that it is shown
// open.
func (v adminOrderView) priceRefused() bool {
	names := []string{"taux", "forfait", "taux_aval", "delai", "tva_frais", "motif_tva_frais"}
	for _, kind := range order.ServiceKinds {
		names = append(names, "tva_"+string(kind), "motif_tva_"+string(kind), "jalons_"+string(kind))
	}
	for _, name := range names {
		if v.Errors.For(name) != "" {
			return true
		}
	}
	return false
}

func (v adminOrderView) taxes(field string, agreed order.Tax) []ui.Option {
	var options []ui.Option
	for _, rate := range order.Rates {
		options = append(options, ui.Option{Value: strconv.Itoa(int(rate)), Label: rate.String()})
	}
	options = append(options, ui.Option{Value: "exonere", Label: "Exonéré"}, ui.Option{Value: "hors_champ", Label: "Hors champ"})
	chosen := strconv.Itoa(int(agreed.Rate))
	switch agreed.Category {
	case order.TaxExempt:
		chosen = "exonere"
	case order.TaxOutside:
		chosen = "hors_champ"
	}
	return ui.Selected(options, v.typedOr("tva_"+field, chosen))
}

// milestoneRow is one part of a service line in the form.
type milestoneRow struct {
	Field, Label, Rate string
	AtOrder            bool
}

// milestones are the agreed parts, then blank rows. The first one is what is
// due at the order, empty when nothing is.
func (v adminOrderView) milestones(line order.ServiceLine) []milestoneRow {
	agreed := line.Milestones
	var rows []milestoneRow
	for i := range milestoneRows {
		row := milestoneRow{Field: milestoneField(string(line.Kind), i), Label: reportNames[i], AtOrder: i == 0}
		if len(agreed) > 0 && agreed[0].AtOrder == row.AtOrder {
			row.Label, row.Rate = agreed[0].Label, feeRate(agreed[0].Rate)
			agreed = agreed[1:]
		}
		row.Label, row.Rate = v.typedOr(row.Field+"_nom", row.Label), v.typedOr(row.Field, row.Rate)
		rows = append(rows, row)
	}
	return rows
}

func downstreamExample(o order.Order) string {
	gross := money.Cents(100_000)
	fee, vat := order.DownstreamFee(o.Downstream, gross)
	return "Par exemple, pour " + gross.String() + " de chèques utilisés, une structure reçoit " + (gross - fee - vat).String() + "\u00a0: " + fee.String() + " de frais et " + vat.String() + " de TVA sont retenus."
}

// payers are who may have paid: the commanditaire, then each co-funder.
func (v adminOrderView) payers() []ui.Option {
	options := []ui.Option{{Value: "", Label: v.Commanditaire}}
	for _, c := range v.Cofunders {
		options = append(options, ui.Option{Value: c.OrganisationID.String(), Label: c.Name})
	}
	return ui.Selected(options, v.typedOr("payeur", ""))
}

// expectedHint lists what is awaited of each payer, when there are several.
func (v adminOrderView) expectedHint() string {
	var parts []string
	for _, r := range v.Payers() {
		name := r.Payer
		if r.PayerID == nil {
			name = v.Commanditaire
		}
		parts = append(parts, name+"\u00a0: "+r.Total().String())
	}
	return "Encore attendu. " + strings.Join(parts, " · ") + "."
}

// reportField is where the report of a due is told.
func reportField(due order.Due) string { return "rendu_" + due.MilestoneID.String() }

func milestoneID(f httpx.Values) uuid.UUID {
	id, _ := f.UUID("echeance")
	return id
}
