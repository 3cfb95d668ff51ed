package facturx

import (
	"slices"
	"strings"

	"passnum/internal/money"
)

// The VAT rates that a French invoice may carry (BR-FR-16), in basis points.
var frenchRates = []money.BasisPoints{0, 90, 105, 175, 210, 550, 700, 850, 920, 960, 1000, 1300, 1960, 2000, 2060}

// amountRules hold the arithmetic: what is written is what adds up. Amounts are
// whole cents in 19 positions by their type (BR-FR-DEC-01).
var amountRules = []rule{
	{"BR-CO-04", eachLine(func(n int, l Line) []string {
		return unless(l.Category != "", "La ligne %d ne dit pas comment la TVA s’y applique.", n)
	})},
	{"BR-27", eachLine(func(n int, l Line) []string {
		return unless(l.Price.Digits >= 0, "Le prix unitaire de la ligne %d est négatif.", n)
	})},
	{"BR-FR-15", eachLine(func(n int, l Line) []string {
		return unless(l.Category == Taxed || l.Category == Exempt || l.Category == Outside, "La catégorie de TVA «\u00a0%s\u00a0» de la ligne %d n’est pas admise.", string(l.Category), n)
	})},
	{"BR-FR-16", eachLine(func(n int, l Line) []string {
		return unless(slices.Contains(frenchRates, l.Rate), "Le taux de TVA de la ligne %d, %s, n’est pas admis.", n, l.Rate)
	})},
	{"BR-S-05", eachLine(func(n int, l Line) []string {
		return unless(l.Category != Taxed || l.Rate > 0, "La ligne %d est taxée, sans taux de TVA.", n)
	})},
	{"BR-E-05", eachLine(func(n int, l Line) []string {
		return unless(l.Category != Exempt || l.Rate == 0, "La ligne %d est exonérée de TVA et porte pourtant un taux.", n)
	})},
	{"BR-E-10", eachLine(func(n int, l Line) []string {
		return unless(l.Category != Exempt || l.Reason != "", "La ligne %d est exonérée de TVA sans dire pourquoi.", n)
	})},
	{"BR-O-05", eachLine(func(n int, l Line) []string {
		return unless(l.Category != Outside || l.Rate == 0, "La ligne %d est hors champ de la TVA et porte pourtant un taux.", n)
	})},
	{"BR-O-10", func(d Document) []string {
		var broken []string
		for i, l := range d.Lines {
			broken = append(broken, unless(l.Category != Outside || l.Reason != "" && l.ReasonCode == OutsideCode, "La ligne %d est hors champ de la TVA sans dire pourquoi (%s).", i+1, OutsideCode)...)
		}
		for _, t := range d.Taxes {
			broken = append(broken, unless(t.Category != Outside || t.Reason != "" && t.ReasonCode == OutsideCode, "Le total hors champ de la TVA ne dit pas pourquoi (%s).", OutsideCode)...)
		}
		return broken
	}},
	{"BR-FR-DEC-02", eachLine(func(n int, l Line) []string {
		return unless(l.Quantity.Places <= 4 && positions(l.Quantity.String()) <= 19, "La quantité de la ligne %d a plus de 4\u00a0décimales.", n)
	})},
	{"BR-FR-DEC-03", eachLine(func(n int, l Line) []string {
		return unless(l.Price.Places <= 6 && positions(l.Price.String()) <= 19, "Le prix unitaire de la ligne %d a plus de 6\u00a0décimales.", n)
	})},
	{"BR-CO-10", func(d Document) []string {
		var sum money.Cents
		var broken []string
		for i, l := range d.Lines {
			sum += l.Amount
			broken = append(broken, unless(l.Amount == product(l.Quantity, l.Price), "Le montant de la ligne %d n’est pas la quantité multipliée par le prix, arrondie au centime.", i+1)...)
		}
		return append(broken, unless(d.Totals.Lines == sum, "Le total des lignes, %s, n’est pas leur somme, %s.", d.Totals.Lines, sum)...)
	}},
	{"BR-CO-13", func(d Document) []string {
		return unless(d.Totals.Base == d.Totals.Lines, "Le total hors taxes n’est pas la somme des lignes.")
	}},
	{"BR-CO-14", func(d Document) []string {
		var sum money.Cents
		for _, t := range d.Taxes {
			sum += t.Amount
		}
		return unless(d.Totals.Tax == sum, "Le total de TVA, %s, n’est pas la somme par taux, %s.", d.Totals.Tax, sum)
	}},
	{"BR-CO-15", func(d Document) []string {
		return unless(d.Totals.Grand == d.Totals.Base+d.Totals.Tax, "Le total toutes taxes comprises n’est pas le total hors taxes plus la TVA.")
	}},
	{"BR-CO-16", func(d Document) []string {
		return unless(d.Totals.Due == d.Totals.Grand-d.Totals.Paid, "Le reste à payer n’est pas le total moins ce qui est payé.")
	}},
	{"BR-CO-17", func(d Document) []string {
		var broken []string
		if d.Type == Quote {
			// What is paid in several times has its VAT rounded each time.
			return nil
		}
		for _, t := range d.Taxes {
			broken = append(broken, unless(t.Amount == t.Rate.Of(t.Base), "La TVA à %s n’est pas le taux multiplié par sa base, arrondi au centime.", t.Rate)...)
		}
		return broken
	}},
	{"BR-CO-18", checkBases},
	{"BR-CO-25", func(d Document) []string {
		return unless(d.Type == Quote || d.Totals.Due <= 0 || !d.DueOn.IsZero() || d.PaymentTerms != "", "La facture ne dit ni son échéance, ni ses conditions de paiement.")
	}},
}

// checkBases compares each tax with its own lines.
func checkBases(d Document) []string {
	again := Document{Lines: slices.Clone(d.Lines)}
	again.AddUp()
	var broken []string
	for _, want := range again.Taxes {
		at := slices.IndexFunc(d.Taxes, func(t Tax) bool { return t.Category == want.Category && t.Rate == want.Rate && t.Reason == want.Reason })
		broken = append(broken, unless(at >= 0 && d.Taxes[at].Base == want.Base, "La base de TVA à %s n’est pas la somme de ses lignes.", want.Rate)...)
	}
	return append(broken, unless(len(d.Taxes) == len(again.Taxes), "Il y a %d ventilations de TVA pour %d taux.", len(d.Taxes), len(again.Taxes))...)
}

func positions(number string) int { return len(strings.Trim(strings.ReplaceAll(number, ".", ""), "-")) }
