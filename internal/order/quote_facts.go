package order

import (
	"fmt"

	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

func (s *Service) quoteFacts(o *Order, buyer print.Party) print.QuoteFacts {
	q := o.Quote()
	f := print.QuoteFacts{
		Issuer: s.Issuer, Buyer: buyer, Number: o.Number, Subject: o.Name() + " : " + o.Format(), Date: o.quotedAt().In(postgres.Paris),
		Account: s.Account, Totals: print.Totals{FaceValue: q.Face, Services: q.Services, Fees: q.Fees + q.Fixed, VAT: q.VAT, Total: q.Total},
		Conditions: o.conditions(),
	}
	for _, line := range q.Lines {
		l := print.Line{Description: o.Describe(line), Quantity: 1, UnitPrice: line.Amount, VAT: line.Tax.Rate, Amount: line.Amount}
		switch line.Tax.Category {
		case TaxOutside:
			l.OutOfScope = true
		case TaxExempt:
			l.Exempt = true
		}
		if line.Kind == LineFace {
			l.Quantity, l.UnitPrice = int64(o.Cheques()), o.FaceValue
		}
		f.Lines = append(f.Lines, l)
	}
	for _, t := range q.Taxes {
		if t.Category == TaxStandard {
			f.Totals.Taxes = append(f.Totals.Taxes, print.TaxLine{Rate: t.Rate, Base: t.Base, VAT: t.VAT})
		}
	}
	if len(q.Dues) > 1 {
		for _, due := range q.Dues {
			f.Dues = append(f.Dues, print.Due{Label: due.describe(), Amount: due.Face + due.Fees, VAT: due.VAT, Total: due.Total()})
		}
	}
	if o.SignedAt != nil {
		f.Signed = &print.Signature{Name: o.Signatory, Quality: o.SignatoryTitle, At: o.SignedAt.In(postgres.Paris)}
	}
	return f
}

// Describe says what a line of the order's quote sells.
func (o Order) Describe(line QuoteLine) string {
	switch line.Kind {
	case LineFace:
		return "Chèques Pass numérique de " + o.FaceValue.Short() + ", " + o.Validity.String()
	case LineFee:
		return "Frais de gestion, " + o.Fee.String() + " de la valeur faciale"
	case LineFixed:
		return "Frais de gestion, forfait"
	default:
		if line.Description == "" {
			return line.Service.Label()
		}
		return line.Service.Label() + " : " + line.Description
	}
}

// describe names a due: « Rapport intermédiaire, ingénierie de déploiement ».
func (d Due) describe() string {
	if d.AtOrder || len(d.Lines) == 0 {
		return d.Label
	}
	return d.Lines[0].Service.Label() + ", " + d.Label
}

// conditions are the order's own terms, under the standing ones.
func (o Order) conditions() []string {
	list := []string{
		"Où les chèques servent\u00a0: " + o.Perimeter.String() + ".",
		"Ce qu’ils paient\u00a0: " + o.Coverage.String() + ".",
		"Tolérance\u00a0: un chèque est encore accepté pendant un mois après sa fin de validité.",
	}
	if o.Downstream > 0 {
		list = append(list, DownstreamTerms(o.Downstream))
	}
	if o.HoldDays > 0 {
		list = append(list, fmt.Sprintf("Délai de contrôle\u00a0: un chèque accepté est payé à la structure au plus tôt %d\u00a0jours après.", o.HoldDays))
	}
	if len(o.Quote().Dues) > 1 {
		list = append(list, "Les chèques sont activés quand la somme due à la commande est reçue. Les autres échéances sont facturées quand leur rapport est rendu.")
	}
	for _, reason := range o.untaxed() {
		list = append(list, "TVA\u00a0: "+reason+".")
	}
	for _, c := range o.Cofunders {
		list = append(list, "Cofinancement\u00a0: "+c.promise())
	}
	if o.EngagementNumber != "" {
		list = append(list, "Numéro d’engagement\u00a0: "+o.EngagementNumber+".")
	}
	if o.ServiceCode != "" {
		list = append(list, "Code service Chorus Pro\u00a0: "+o.ServiceCode+".")
	}
	return list
}

// DownstreamTerms says what a downstream fee means, to who orders and to who is
// paid.
func DownstreamTerms(rate money.BasisPoints) string {
	return "Frais à la charge des structures\u00a0: " + rate.String() + " hors taxes de la valeur des chèques réellement utilisés, retenus avec leur TVA sur chaque contre-paiement. Le commanditaire ne les paie pas."
}

// promise says what a co-funder takes on, and how it pays.
func (c Cofunder) promise() string {
	text := c.Name + " prend en charge " + c.Share.Plain() + " de la valeur faciale"
	if c.Programme != "" {
		text += ", au titre de «\u00a0" + c.Programme + "\u00a0»"
	}
	if c.Pending {
		text += ", sous réserve de son accord"
	}
	if c.Direct {
		return text + ". Versement direct sur le compte réservé."
	}
	return text + "."
}

// untaxed are the reasons for which fees or services bear no VAT.
func (o Order) untaxed() []string {
	var reasons []string
	for _, t := range o.Quote().Taxes {
		if t.Category != TaxStandard && t.Tax != FaceTax {
			reasons = append(reasons, t.Reason)
		}
	}
	return reasons
}
