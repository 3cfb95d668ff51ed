package print

import (
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// QuoteFacts is what a devis says. Amounts come computed: the document adds
// nothing up.
type QuoteFacts struct {
	Issuer     Issuer
	Buyer      Party
	Number     string
	Subject    string // « 2 000 carnets de 5 chèques de 10 € »
	Date       time.Time
	ValidUntil time.Time // 30 days after Date when zero
	Lines      []Line
	Totals     Totals
	Dues       []Due      // when each part must be paid; none when all is due at the order
	Account    string     // where to pay: « IBAN FR76 … · BIC … »
	Conditions []string   // added to the standing ones
	Issued     *Signature // by the operator
	Signed     *Signature // by the buyer
}

// Line is one line of a quote or an invoice-like table.
type Line struct {
	Description string
	Quantity    int64
	UnitPrice   money.Cents // before tax
	VAT         money.BasisPoints
	OutOfScope  bool // the face value of chèques, which VAT does not touch
	Exempt      bool
	Amount      money.Cents
}

// Totals are the sums at the foot of a quote.
type Totals struct {
	FaceValue money.Cents
	Services  money.Cents
	Fees      money.Cents
	VAT       money.Cents
	Total     money.Cents
	Taxes     []TaxLine // the VAT rate by rate; one line for all when none is given
}

// TaxLine is what one rate of VAT bears on, and what it makes.
type TaxLine struct {
	Rate      money.BasisPoints
	Base, VAT money.Cents
}

// Due is a part of the total and when it must be paid.
type Due struct {
	Label              string
	Amount, VAT, Total money.Cents // before tax, VAT, with it
}

// Quote prints a devis with its signature block.
func Quote(f QuoteFacts) ([]byte, error) {
	p, err := newPaper("Devis "+f.Number, f.Issuer, "", f.Date)
	if err != nil {
		return nil, err
	}
	until := f.ValidUntil
	if until.IsZero() {
		until = f.Date.AddDate(0, 0, 30)
	}
	p.letterhead(f.Issuer, "Pour", f.Buyer)
	p.title("Devis n°"+nbsp+f.Number, "Établi le "+french.Date(f.Date)+" · offre valable 30"+nbsp+"jours, jusqu’au "+french.Date(until))
	if f.Subject != "" {
		p.paragraph("Objet : " + f.Subject)
	}
	p.space(3)
	p.quoteLines(f.Lines)
	p.quoteTotals(f.Totals)
	p.quoteDues(f.Dues)
	p.heading("Conditions")
	p.size = 9
	for _, c := range append(standingConditions(f), f.Conditions...) {
		p.bullet(c)
	}
	p.size = 10
	p.signatures(signer{"Pour l’opérateur", f.Issuer.Name, "Émis", f.Issued},
		signer{"Bon pour accord, pour le commanditaire", f.Buyer.Name, "Signé", f.Signed})
	return p.finish()
}

func (p *paper) quoteLines(lines []Line) {
	t := p.table(9.5, column{"Désignation", 72, false}, column{"Quantité", 20, true},
		column{"Prix unitaire HT", 27, true}, column{"TVA", 21, true}, column{"Montant HT", 30, true})
	for _, l := range lines {
		vat := l.VAT.String()
		switch {
		case l.OutOfScope:
			vat = "hors champ"
		case l.Exempt:
			vat = "exonéré"
		}
		t.row(l.Description, number(int(l.Quantity)), l.UnitPrice.Plain(), vat, l.Amount.Plain())
	}
	t.end()
}

func (p *paper) quoteTotals(totals Totals) {
	p.room(34 + 6.6*float64(max(1, len(totals.Taxes))))
	p.space(4)
	const x, width = 105.0, sheetLeft + sheetWidth - 105.0
	for _, r := range totals.rows() {
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

type totalRow struct {
	label  string
	amount money.Cents
	last   bool
}

func (totals Totals) rows() []totalRow {
	rows := []totalRow{
		{"Valeur faciale (hors TVA)", totals.FaceValue, false},
		{"Services HT", totals.Services, false},
		{"Frais HT", totals.Fees, false},
	}
	for _, t := range totals.Taxes {
		rows = append(rows, totalRow{"TVA " + t.Rate.String() + " sur " + t.Base.Plain(), t.VAT, false})
	}
	if len(totals.Taxes) == 0 {
		rows = append(rows, totalRow{"TVA", totals.VAT, false})
	}
	return append(rows, totalRow{"Total TTC", totals.Total, true})
}

// quoteDues is when each part must be paid.
func (p *paper) quoteDues(dues []Due) {
	if len(dues) == 0 {
		return
	}
	p.heading("Échéances")
	t := p.table(9.5, column{"Échéance", 80, false}, column{"Hors taxes", 30, true}, column{"TVA", 28, true}, column{"À payer", 32, true})
	for _, d := range dues {
		t.row(d.Label, d.Amount.Plain(), d.VAT.Plain(), d.Total.Plain())
	}
	t.end()
	p.space(3)
}

func standingConditions(f QuoteFacts) []string {
	list := []string{
		"La valeur faciale des chèques est hors du champ de la TVA. Elle est versée sur un compte réservé et ne sert qu’à payer les lieux qui accueillent les bénéficiaires.",
		"Les chèques deviennent utilisables quand l’opérateur a enregistré le numéro de mandat et reçu la valeur faciale. Des chèques livrés ne sont pas encore actifs.",
		"La valeur des chèques non utilisés à la fin de leur validité vous est rendue sous forme d’avoir, sur la valeur faciale seulement.",
		"Paiement à 30" + nbsp + "jours, sur facture déposée dans Chorus" + nbsp + "Pro pour les personnes publiques.",
	}
	if f.Account != "" {
		list = append(list, "Compte à créditer : "+f.Account+".")
	}
	return list
}
