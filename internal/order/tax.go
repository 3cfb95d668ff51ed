package order

import (
	"cmp"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// TaxCategory says how VAT touches a line, as an electronic invoice names it.
type TaxCategory string

// The categories of VAT (EN 16931).
const (
	TaxStandard TaxCategory = "S" // at a rate
	TaxExempt   TaxCategory = "E" // exempt, for a reason
	TaxOutside  TaxCategory = "O" // outside its scope, for a reason
)

// Tax is the VAT of a line. The zero value stands for the standard rate.
type Tax struct {
	Category TaxCategory
	Rate     money.BasisPoints
	Reason   string // why there is none; empty at a rate
}

// The taxes of what is always the same.
var (
	StandardTax = Tax{Category: TaxStandard, Rate: money.VATStandard}
	FaceTax     = Tax{Category: TaxOutside, Reason: "Valeur faciale de bons à usages multiples, hors du champ de la TVA"}
)

// Rates lists the French rates of VAT, the usual one first.
var Rates = []money.BasisPoints{2000, 1000, 550, 210}

// Of is the VAT on an amount, rounded to the cent.
func (t Tax) Of(amount money.Cents) money.Cents { return t.settled().Rate.Of(amount) }

// String writes the tax as a column shows it: « 20 % », « exonéré ».
func (t Tax) String() string {
	switch t = t.settled(); t.Category {
	case TaxExempt:
		return "exonéré"
	case TaxOutside:
		return "hors champ"
	default:
		return t.Rate.String()
	}
}

// settled turns the zero value into the standard rate.
func (t Tax) settled() Tax {
	if t.Category == "" {
		return StandardTax
	}
	return t
}

// check refuses a rate that is not French, and no VAT without a reason.
func (t Tax) check(c *fault.Collector, field string) {
	switch t.Category {
	case TaxStandard:
		known := false
		for _, rate := range Rates {
			known = known || t.Rate == rate
		}
		c.Check(known, "tva_"+field, "Choisissez un taux de TVA\u00a0: 20, 10, 5,5 ou 2,1\u00a0%.")
	case TaxExempt, TaxOutside:
		c.Check(t.Reason != "" && short(t.Reason, LongestPrint), "motif_tva_"+field, "Dites pourquoi il n’y a pas de TVA\u00a0: ce motif figure sur le devis et sur la facture.")
	default:
		c.Add("tva_"+field, "Choisissez comment la TVA s’applique.")
	}
}

// TaxTotal is what one tax bears on, and what it makes.
type TaxTotal struct {
	Tax
	Base money.Cents
	VAT  money.Cents
}

// compareTaxes puts rates first, the highest one before.
func compareTaxes(a, b TaxTotal) int {
	return cmp.Or(cmp.Compare(b.Rate, a.Rate), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Reason, b.Reason))
}
