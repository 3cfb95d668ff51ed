package print

import (
	"strconv"
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// StatementFacts is what a structure's relevé says for one contre-paiement.
type StatementFacts struct {
	Issuer        Issuer
	Number        string
	PeriodFrom    time.Time
	PeriodTo      time.Time // last day, included
	Structure     Party
	AccountHolder string
	IBAN          string // printed masked, whatever is passed
	Lines         []StatementLine
	Subtotals     []Subtotal
	Corrections   []Correction
	Total         money.Cents
	ExecutedOn    time.Time // zero until the bank has executed
	CreatedAt     time.Time
}

// StatementLine is one chèque paid.
type StatementLine struct {
	Date          time.Time
	Serial        string
	Rank          int
	Commanditaire string
	Entry         string
	Amount        money.Cents
}

// Subtotal sums up one commanditaire's chèques.
type Subtotal struct {
	Commanditaire string
	Cheques       int
	Amount        money.Cents
}

// Correction is an amount added or withheld, with its reason: downstream fees,
// an earlier mistake.
type Correction struct {
	Label  string
	Amount money.Cents
}

// Statement prints the relevé that goes with a payment to a structure.
func Statement(f StatementFacts) ([]byte, error) {
	p, err := newPaper("Relevé de paiement "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Pour", f.Structure)
	p.title("Relevé de paiement", "N°"+nbsp+f.Number+" · du "+french.Date(f.PeriodFrom)+" au "+french.Date(f.PeriodTo))
	executed := "en attente d’exécution par la banque"
	if !f.ExecutedOn.IsZero() {
		executed = french.Date(f.ExecutedOn)
	}
	p.facts(fact{"Montant payé", f.Total.Plain()}, fact{"Chèques", count(len(f.Lines), "chèque", "chèques")},
		fact{"Date du virement", executed}, fact{"Titulaire du compte", f.AccountHolder}, fact{"IBAN", maskIBAN(f.IBAN)})
	p.heading("Par commanditaire")
	p.statementSums(f)
	p.heading("Chèque par chèque")
	p.space(2)
	t := p.table(8.5, column{"Date", 22, false}, column{"Chèque", 34, false}, column{"Commanditaire", 42, false},
		column{"Service donné", 52, false}, column{"Montant", 20, true})
	for _, l := range f.Lines {
		t.row(shortDate(l.Date), keepTogether(l.Serial+" / "+strconv.Itoa(l.Rank)), l.Commanditaire, l.Entry, l.Amount.Plain())
	}
	t.end()
	return p.finish()
}

func (p *paper) statementSums(f StatementFacts) {
	p.space(2)
	t := p.table(9.5, column{"Commanditaire", 106, false}, column{"Chèques", 28, true}, column{"Montant", 36, true})
	cheques := 0
	for _, s := range f.Subtotals {
		t.row(s.Commanditaire, number(s.Cheques), s.Amount.Plain())
		cheques += s.Cheques
	}
	for _, c := range f.Corrections {
		t.row(c.Label, "", c.Amount.Plain())
	}
	t.total("Total", number(cheques), f.Total.Plain())
	t.end()
}

// maskIBAN keeps what recognises an account without giving it: the country,
// the key and the last four characters.
func maskIBAN(iban string) string {
	compact := make([]byte, 0, 34)
	for i := 0; i < len(iban); i++ {
		if iban[i] > ' ' && iban[i] < 0x7F {
			compact = append(compact, iban[i])
		}
	}
	if len(compact) < 12 {
		return ""
	}
	return string(compact[:4]) + nbsp + "••••" + nbsp + "••••" + nbsp + string(compact[len(compact)-4:])
}
