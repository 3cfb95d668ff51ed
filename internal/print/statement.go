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
	Gross         money.Cents // face value, printed when corrections change it
	Total         money.Cents
	EndToEndID    string    // the reference on the structure's bank statement
	Notes         []string  // what a reader must know first: a transfer that came back, one that it replaces
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
	p.notes(f.Notes)
	p.facts(fact{"Montant payé", f.Total.Plain()}, fact{"Chèques", count(len(f.Lines), "chèque", "chèques")},
		fact{"Date du virement", executed(f.ExecutedOn)}, fact{"Titulaire du compte", f.AccountHolder}, fact{"IBAN", maskIBAN(f.IBAN)},
		fact{"Référence", f.EndToEndID})
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
	p.sums(f.Subtotals, f.Gross, f.Corrections, f.Total)
}

// sums goes from what each commanditaire's chèques are worth to what is paid.
func (p *paper) sums(subtotals []Subtotal, gross money.Cents, corrections []Correction, total money.Cents) {
	t := p.table(9.5, column{"Commanditaire", 106, false}, column{"Chèques", 28, true}, column{"Montant", 36, true})
	cheques := 0
	for _, s := range subtotals {
		t.row(s.Commanditaire, number(s.Cheques), s.Amount.Plain())
		cheques += s.Cheques
	}
	if len(corrections) > 0 && gross != 0 {
		t.total("Valeur des chèques", number(cheques), gross.Plain())
	}
	for _, c := range corrections {
		t.row(c.Label, "", c.Amount.Plain())
	}
	if len(corrections) > 0 {
		t.total("Net payé", "", total.Plain())
	} else {
		t.total("Total", number(cheques), total.Plain())
	}
	t.end()
}

// executed says when the bank paid.
func executed(on time.Time) string {
	if on.IsZero() {
		return "en attente d’exécution par la banque"
	}
	return french.Date(on)
}

// notes prints what must be read first, on a tinted ground.
func (p *paper) notes(notes []string) {
	for _, note := range notes {
		p.font(bold, 9.5)
		lines := p.wrap(note, sheetWidth-8)
		h := float64(len(lines))*4.6 + 4
		p.room(h + 2)
		p.panel(sheetLeft, p.y, sheetWidth, h, 1.5, sand)
		p.colour(ink)
		for i, line := range lines {
			p.text(sheetLeft+4, p.y+5.4+float64(i)*4.6, line)
		}
		p.y += h + 3
	}
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
