package print

import (
	"strconv"
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// PaymentYear is what a structure was paid in a calendar year, by the day the
// bank paid. The sums come computed.
type PaymentYear struct {
	Issuer         Issuer
	Structure      Party
	AccountHolder  string
	IBAN           string // printed masked, whatever is passed
	Year           int
	Upto           time.Time // last day counted: 31 December, or the day of printing
	Payments       []PaymentOfYear
	Months         []MonthOfYear
	Commanditaires []Subtotal
	Total          PaymentSums
	CreatedAt      time.Time
}

// PaymentSums goes from face value to what was paid.
type PaymentSums struct {
	Cheques int
	Gross   money.Cents
	Adjust  money.Cents
	Fees    money.Cents // taken off, VAT included
	Net     money.Cents
}

// PaymentOfYear is one transfer.
type PaymentOfYear struct {
	Number     string
	ExecutedOn time.Time
	PaymentSums
}

// MonthOfYear sums a month's transfers.
type MonthOfYear struct {
	Month time.Month
	PaymentSums
}

// PaymentRecap prints the year's recap: per month, per commanditaire, transfer
// by transfer.
func PaymentRecap(f PaymentYear) ([]byte, error) {
	year := strconv.Itoa(f.Year)
	p, err := newPaper("Récapitulatif des paiements "+year, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Pour", f.Structure)
	p.title("Récapitulatif des paiements "+year, "Virements exécutés du 1er janvier au "+french.Date(f.Upto))
	p.yearFacts(f)
	p.heading("Par mois")
	p.space(2)
	t := p.sumsTable("Mois")
	for _, m := range f.Months {
		t.row(sumCells(french.Capital(french.Month(m.Month)), m.PaymentSums)...)
	}
	t.total(sumCells("Total", f.Total)...)
	t.end()
	p.heading("Par commanditaire")
	p.space(2)
	p.sums(f.Commanditaires, 0, nil, f.Total.Gross)
	p.heading("Virement par virement")
	p.space(2)
	t = p.sumsTable("Paiement")
	for _, l := range f.Payments {
		t.row(sumCells(l.Number+" · "+shortDate(l.ExecutedOn), l.PaymentSums)...)
	}
	t.total(sumCells("Total", f.Total)...)
	t.end()
	return p.finish()
}

func (p *paper) yearFacts(f PaymentYear) {
	p.facts(fact{"Net payé", f.Total.Net.Plain()}, fact{"Valeur des chèques", f.Total.Gross.Plain()}, fact{"Chèques", count(f.Total.Cheques, "chèque", "chèques")},
		fact{"Virements", number(len(f.Payments))}, fact{"Titulaire du compte", f.AccountHolder}, fact{"IBAN", maskIBAN(f.IBAN)})
}

func (p *paper) sumsTable(first string) *table {
	return p.table(9, column{first, 56, false}, column{"Chèques", 18, true}, column{"Valeur", 26, true}, column{"Corrections", 22, true},
		column{"Frais TTC", 22, true}, column{"Net payé", 26, true})
}

func sumCells(first string, s PaymentSums) []string {
	return []string{first, number(s.Cheques), s.Gross.Plain(), s.Adjust.Plain(), (-s.Fees).Plain(), s.Net.Plain()}
}

// PaymentAttestation is what the operator attests each year to a structure: the
// conditions under which chèques are paid, and the year's amounts.
type PaymentAttestation struct {
	PaymentYear
	Public     bool     // the structure cashes through a régie
	DelayDays  int      // the longest delay promised, after the end of the month
	Longest    int      // the longest delay seen in the year, in days
	Conditions []string // the other conditions
}

// AttestPayments prints the yearly attestation, which a public structure shows
// its accountant (R.1617-7 CGCT).
func AttestPayments(f PaymentAttestation) ([]byte, error) {
	year := strconv.Itoa(f.Year)
	p, err := newPaper("Attestation de paiement "+year, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Pour", f.Structure)
	p.title("Attestation annuelle "+year, "Conditions de paiement des chèques du Pass numérique, et montants de l’année")
	p.paragraph(f.Issuer.Name + ", émetteur des chèques du Pass numérique, atteste des conditions qui suivent à " + f.Structure.Name + ", qui accepte ces chèques.")
	p.heading("Conditions de paiement")
	p.bullet("Délai maximal : " + strconv.Itoa(f.DelayDays) + nbsp + "jours après la fin du mois où le chèque a été accepté.")
	if f.Longest > 0 {
		p.bullet("Délai le plus long constaté sur les virements de l’année : " + count(f.Longest, "jour", "jours") + " après la fin du mois d’acceptation.")
	}
	for _, c := range f.Conditions {
		p.bullet(c)
	}
	if f.Public {
		p.heading("Pour la régie")
		p.paragraph("L’article R.1617-7 du code général des collectivités territoriales permet aux régisseurs, dans les conditions fixées par l’acte constitutif de la régie, d’encaisser les recettes au moyen d’instruments de paiement émis par un organisme habilité, quel que soit leur support. Cette attestation est à joindre à l’acte ou à sa modification.")
	}
	p.heading("Montants de l’année " + year)
	p.paragraph("Virements exécutés du 1er janvier au " + french.Date(f.Upto) + ".")
	p.yearFacts(f.PaymentYear)
	p.facts(fact{"Corrections", f.Total.Adjust.Plain()}, fact{"Frais retenus TTC", f.Total.Fees.Plain()})
	p.space(6)
	p.paragraph("Fait le " + french.Date(f.CreatedAt) + " par " + f.Issuer.Name + ".")
	return p.finish()
}
