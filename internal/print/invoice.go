package print

import (
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// InvoiceFacts is what a facture or an avoir says. Amounts come computed.
type InvoiceFacts struct {
	Issuer     Issuer
	VATNumber  string
	Buyer      Party
	Credit     bool // an avoir
	Number     string
	Date       time.Time
	Due        time.Time // zero for an avoir
	References []Reference
	Lines      []Line
	Totals     InvoiceTotals
	Reason     string // why an avoir, or what a facture replaces
	Account    string // where to pay; empty when nothing is to be paid
	Settlement string // how it is paid, in a sentence
	Mentions   []string
}

// Reference is a number that somebody's accounting looks for.
type Reference struct{ Label, Value string }

// InvoiceTotals are the sums at the foot of an invoice.
type InvoiceTotals struct {
	Face, Work money.Cents // before tax
	Taxes      []TaxLine
	Total      money.Cents
	Paid, Left money.Cents
}

// Invoice prints a facture or an avoir.
func Invoice(f InvoiceFacts) ([]byte, error) {
	word := "Facture"
	if f.Credit {
		word = "Avoir"
	}
	p, err := newPaper(word+" "+f.Number, f.Issuer, "", f.Date)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Facturé à", f.Buyer)
	line := "Émis" + map[bool]string{false: "e", true: ""}[f.Credit] + " le " + french.Date(f.Date)
	if !f.Due.IsZero() {
		line += " · à payer au plus tard le " + french.Date(f.Due)
	}
	p.title(word+" n°"+nbsp+f.Number, line)
	p.invoiceReferences(f)
	p.space(3)
	p.quoteLines(f.Lines)
	p.invoiceTotals(f)
	p.invoicePayment(f)
	p.heading("Mentions")
	p.size = 8.5
	for _, m := range f.Mentions {
		p.bullet(m)
	}
	return p.finish()
}

func (p *paper) invoiceReferences(f InvoiceFacts) {
	var list []fact
	for _, r := range f.References {
		list = append(list, fact{r.Label, r.Value})
	}
	if f.Reason != "" {
		list = append(list, fact{"Motif", f.Reason})
	}
	if f.VATNumber != "" {
		list = append(list, fact{"TVA du vendeur", keepTogether(f.VATNumber)})
	}
	p.facts(list...)
}

func (p *paper) invoiceTotals(f InvoiceFacts) {
	rows := []invoiceSum{}
	if f.Totals.Face > 0 {
		rows = append(rows, invoiceSum{"Valeur faciale (hors TVA)", f.Totals.Face, false})
	}
	if f.Totals.Work > 0 {
		rows = append(rows, invoiceSum{"Frais et services HT", f.Totals.Work, false})
	}
	for _, t := range f.Totals.Taxes {
		rows = append(rows, invoiceSum{"TVA à " + t.Rate.String() + " sur " + t.Base.Plain(), t.VAT, false})
	}
	total := "Total TTC"
	if f.Credit {
		total = "Total de l’avoir"
	}
	rows = append(rows, invoiceSum{total, f.Totals.Total, f.Credit || f.Totals.Paid == 0})
	if !f.Credit && f.Totals.Paid > 0 {
		rows = append(rows, invoiceSum{"Déjà payé", f.Totals.Paid, false}, invoiceSum{"Reste à payer", f.Totals.Left, true})
	}
	p.invoiceSums(rows)
}

type invoiceSum struct {
	label  string
	amount money.Cents
	last   bool
}

// invoiceSums prints amounts at the right of the page, the last one on the colour.
func (p *paper) invoiceSums(rows []invoiceSum) {
	p.room(float64(len(rows))*6.6 + 8)
	p.space(4)
	const x, width = 95.0, sheetLeft + sheetWidth - 95.0
	for _, r := range rows {
		style := regular
		p.colour(ink)
		if r.last {
			style = bold
			p.y += 1.6
			p.fill(x, p.y, width, 8, p.accent)
			p.colour(white)
		}
		p.font(style, 10+float64(len(style)))
		p.text(x+3, p.y+5.4, r.label)
		p.textRight(x+width-3, p.y+5.4, r.amount.Plain())
		p.y += 6.6
	}
	p.y += 2
}

func (p *paper) invoicePayment(f InvoiceFacts) {
	if f.Settlement == "" && f.Account == "" {
		return
	}
	p.heading("Paiement")
	p.paragraph(f.Settlement)
	if f.Account != "" {
		p.facts(fact{"Compte à créditer", f.Account}, fact{"Référence du virement", f.Number})
	}
}
