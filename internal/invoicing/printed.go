package invoicing

import (
	"strings"

	"passnum/internal/facturx"
	"passnum/internal/french"
	"passnum/internal/identifier"
	"passnum/internal/money"
	"passnum/internal/print"
)

// printed is a document's facts as the paper wants them.
func (s *Service) printed(from source) print.InvoiceFacts {
	invoice := from.facts.Invoice
	f := print.InvoiceFacts{
		Issuer: s.Issuer, VATNumber: invoice.Seller.VATNumber, Buyer: addressee(invoice.Buyer), Credit: from.Kind == Credit,
		Number: from.Number, Date: from.IssuedOn, Reason: from.facts.Reason, Mentions: mentions(invoice),
		Totals: print.InvoiceTotals{Face: from.Face, Work: from.Fees, Total: from.Total, Paid: invoice.Totals.Paid, Left: invoice.Totals.Due},
	}
	// The issuer is the one of the day the document was issued.
	f.Issuer.Name, f.Issuer.SIRET = invoice.Seller.Name, invoice.Seller.SIRET
	for _, t := range invoice.Taxes {
		if t.Rate > 0 {
			f.Totals.Taxes = append(f.Totals.Taxes, print.TaxLine{Rate: t.Rate, Base: t.Base, VAT: t.Amount})
		}
	}
	for _, l := range invoice.Lines {
		f.Lines = append(f.Lines, print.Line{
			Description: l.Name, Quantity: l.Quantity.Digits, UnitPrice: money.Cents(l.Price.Digits), VAT: l.Rate,
			OutOfScope: l.Category == facturx.Outside, Exempt: l.Category == facturx.Exempt, Amount: l.Amount,
		})
	}
	f.References = referencesIn(from)
	f.Settlement, f.Account = settlementOf(from)
	if from.Kind == Facture && invoice.Totals.Due > 0 {
		f.Due = from.DueOn
	}
	return f
}

func addressee(p facturx.Party) print.Party {
	party := print.Party{Name: p.Name, SIRET: p.SIRET}
	for _, line := range []string{p.Complement, p.Street, strings.TrimSpace(p.PostalCode + " " + p.Town)} {
		if line != "" {
			party.Address = append(party.Address, line)
		}
	}
	return party
}

func referencesIn(from source) []print.Reference {
	invoice := from.facts.Invoice
	order := from.facts.OrderNumber
	if from.facts.Title != "" && order != "" {
		order += ", " + from.facts.Title
	}
	list := []print.Reference{
		{Label: "Commande", Value: order},
		{Label: "N° d’engagement", Value: invoice.OrderReference},
		{Label: "Code service", Value: invoice.BuyerReference},
		{Label: "N° de marché", Value: invoice.Contract},
		{Label: "Carnets", Value: from.facts.Serials},
		{Label: "Bon à tirer", Value: from.facts.Proof},
	}
	for _, o := range invoice.Originals {
		list = append(list, print.Reference{Label: "Facture d’origine", Value: o.Number + " du " + french.Date(o.IssuedOn)})
	}
	return list
}

func settlementOf(from source) (sentence, account string) {
	invoice := from.facts.Invoice
	switch {
	case from.Kind == Credit:
		return "", ""
	case from.facts.Settled:
		return "Cette somme a été retenue sur le paiement de vos chèques\u00a0: vous n’avez rien à payer.", ""
	case invoice.Totals.Due <= 0:
		return "Cette facture est déjà payée\u00a0: vous n’avez rien à payer.", ""
	default:
		return "La valeur faciale va sur un compte réservé, qui ne sert qu’à payer les lieux où les chèques sont utilisés.",
			"IBAN " + identifier.IBAN(invoice.IBAN).Grouped() + " · BIC " + invoice.BIC
	}
}

// mentions are the texts that the law wants, and why some lines bear no VAT.
func mentions(invoice facturx.Document) []string {
	var list []string
	for _, t := range invoice.Taxes {
		if t.Reason != "" {
			list = append(list, t.Reason+".")
		}
	}
	if invoice.Totals.Tax > 0 {
		list = append(list, "TVA exigible à l’encaissement.")
	}
	for _, n := range invoice.Notes {
		if n.Subject != facturx.NoteScope && n.Text != "" {
			list = append(list, n.Text)
		}
	}
	return list
}
