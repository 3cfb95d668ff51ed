package print

import (
	"strconv"
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// AccountColumn is a number of chèques and what they are worth.
type AccountColumn struct {
	Cheques int64
	Amount  money.Cents
}

// AccountRow is one line of a compte annuel: opening, ordered, paid, rejected,
// returned, closing.
type AccountRow struct {
	Label   string
	Columns [6]AccountColumn
}

// AccountGroup is one commanditaire's lines.
type AccountGroup struct {
	Name, SIRET string
	Rows        []AccountRow
	Total       AccountRow
}

// AccountsFacts is what a compte annuel says. The figures come computed.
type AccountsFacts struct {
	Issuer      Issuer
	Year        int
	Upto        time.Time
	Closed      bool
	Deadline    time.Time
	Groups      []AccountGroup
	Total       AccountRow
	Aside       []AccountAside
	Definitions []AccountDefinition
	CreatedAt   time.Time
}

// AccountAside is what the columns leave out, in number and amount.
type AccountAside struct {
	Label string
	AccountColumn
}

// AccountDefinition says what a column counts.
type AccountDefinition struct{ Term, Meaning string }

var accountTitles = [6]string{"Restant au 1er janvier", "Commandés", "Utilisés et payés", "Rejetés", "Remboursés ou échangés", "Restant à rembourser"}

// Accounts prints a compte annuel.
func Accounts(f AccountsFacts) ([]byte, error) {
	p, err := newPaper("Compte annuel "+strconv.Itoa(f.Year), f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.title("Compte annuel "+strconv.Itoa(f.Year), f.Issuer.Name+" · arrêté au "+french.Date(f.Upto)+" · à remettre avant le "+french.Date(f.Deadline))
	p.provisional(f.Closed)
	p.heading("Ensemble")
	p.space(2)
	t := p.accountTable("")
	t.accountTotal(f.Total)
	t.end()
	for _, g := range f.Groups {
		p.accountGroup(g)
	}
	p.accountAside(f.Aside)
	p.accountDefinitions(f.Definitions)
	return p.finish()
}

// provisional says that the year is not over.
func (p *paper) provisional(closed bool) {
	if !closed {
		p.notes([]string{"L’année n’est pas terminée" + nbsp + ": ces comptes sont provisoires."})
	}
}

func (p *paper) accountGroup(g AccountGroup) {
	p.heading(g.Name)
	if g.SIRET != "" {
		p.font(regular, 8.5)
		p.colour(muted)
		p.y += 3.5
		p.text(sheetLeft, p.y, "SIRET "+siret(g.SIRET))
	}
	p.space(2)
	t := p.accountTable("Commande")
	for _, r := range g.Rows {
		t.row(accountCells(r)...)
	}
	if len(g.Rows) > 1 {
		t.accountTotal(g.Total)
	}
	t.end()
}

func (p *paper) accountTable(first string) *table {
	columns := []column{{first, 32, false}}
	for _, title := range accountTitles {
		columns = append(columns, column{title, 23, true})
	}
	return p.table(7.8, columns...)
}

func (t *table) accountTotal(r AccountRow) {
	r.Label = "Total"
	t.total(accountCells(r)...)
}

// accountCells puts the number above the amount.
func accountCells(r AccountRow) []string {
	cells := []string{r.Label}
	for _, c := range r.Columns {
		cells = append(cells, number(int(c.Cheques))+"\n"+c.Amount.Plain())
	}
	return cells
}

func (p *paper) accountAside(aside []AccountAside) {
	if len(aside) == 0 {
		return
	}
	p.heading("Pour information, sans effet sur les comptes")
	for _, a := range aside {
		p.bullet(a.Label + nbsp + ": " + count(int(a.Cheques), "chèque", "chèques") + ", " + a.Amount.Plain() + ".")
	}
}

func (p *paper) accountDefinitions(list []AccountDefinition) {
	p.heading("Ce que compte chaque colonne")
	size := p.size
	p.size = 8.5
	for _, d := range list {
		p.bullet(d.Term + nbsp + ": " + d.Meaning)
	}
	p.size = size
}

// RedditionFacts is the account given to one commanditaire of a year.
type RedditionFacts struct {
	AccountsFacts
	Party      Party
	Account    AccountGroup
	Use        []UseOfFunds
	Receipts   []AccountReceipt
	Structures []AccountStructure
	Fees       []AccountFee
}

// UseOfFunds is a line of the use of funds; Sum marks a balance.
type UseOfFunds struct {
	Label  string
	Amount money.Cents
	Sum    bool
}

// AccountReceipt is money received.
type AccountReceipt struct {
	On                     time.Time
	Order, Mandat, Payer   string
	Face, Fees, VAT, Total money.Cents
}

// AccountStructure is a structure paid in the year.
type AccountStructure struct {
	Name, SIRET              string
	Cheques                  int64
	Gross, Adjust, Fees, Net money.Cents
}

// AccountFee is one of the operator's fees in the year.
type AccountFee struct {
	Label  string
	Amount money.Cents
}

// Reddition prints the reddition des comptes of one commanditaire.
func Reddition(f RedditionFacts) ([]byte, error) {
	year := strconv.Itoa(f.Year)
	p, err := newPaper("Reddition des comptes "+year, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Pour", f.Party)
	p.title("Reddition des comptes "+year, "Arrêtée au "+french.Date(f.Upto)+" · articles L.1611-7, R.1611-8 et R.1611-10 du code général des collectivités territoriales")
	p.provisional(f.Closed)
	p.heading("Emploi des fonds")
	p.space(2)
	p.useOfFunds(f.Use)
	p.accountGroup(f.Account)
	p.accountFees(f.Fees)
	p.accountReceipts(f.Receipts)
	p.accountStructures(f.Structures)
	p.accountAside(f.Aside)
	p.accountDefinitions(f.Definitions)
	p.space(6)
	p.paragraph("Fait le " + french.Date(f.CreatedAt) + " par " + f.Issuer.Name + ".")
	return p.finish()
}

func (p *paper) useOfFunds(lines []UseOfFunds) {
	t := p.table(9.5, column{"Valeur faciale des chèques", 130, false}, column{"Montant", 40, true})
	for _, l := range lines {
		if l.Sum {
			t.total(l.Label, l.Amount.Plain())
		} else {
			t.row(l.Label, l.Amount.Plain())
		}
	}
	t.end()
}

func (p *paper) accountFees(fees []AccountFee) {
	p.heading("Frais de l’opérateur dans l’année")
	if len(fees) == 0 {
		p.paragraph("Aucun.")
		return
	}
	p.space(2)
	t := p.table(9.5, column{"Frais", 130, false}, column{"Montant", 40, true})
	for _, f := range fees {
		t.row(f.Label, f.Amount.Plain())
	}
	t.end()
}

func (p *paper) accountReceipts(receipts []AccountReceipt) {
	p.heading("Fonds reçus")
	if len(receipts) == 0 {
		p.paragraph("Aucun dans l’année.")
		return
	}
	p.space(2)
	t := p.table(8.5, column{"Reçu le", 20, false}, column{"Commande", 24, false}, column{"Mandat", 28, false}, column{"Payeur", 36, false},
		column{"Valeur", 22, true}, column{"Frais et TVA", 20, true}, column{"Total", 20, true})
	for _, r := range receipts {
		t.row(shortDate(r.On), r.Order, r.Mandat, r.Payer, r.Face.Plain(), (r.Fees + r.VAT).Plain(), r.Total.Plain())
	}
	t.end()
}

func (p *paper) accountStructures(structures []AccountStructure) {
	p.heading("Structures payées")
	if len(structures) == 0 {
		p.paragraph("Aucune dans l’année.")
		return
	}
	p.space(2)
	t := p.table(8.5, column{"Structure", 62, false}, column{"SIRET", 32, false}, column{"Chèques", 16, true}, column{"Valeur", 22, true},
		column{"Retenues", 18, true}, column{"Net viré", 20, true})
	var sum AccountStructure
	for _, s := range structures {
		t.row(s.Name, keepTogether(siret(s.SIRET)), number(int(s.Cheques)), s.Gross.Plain(), (s.Adjust - s.Fees).Plain(), s.Net.Plain())
		sum.Cheques += s.Cheques
		sum.Gross += s.Gross
		sum.Adjust += s.Adjust - s.Fees
		sum.Net += s.Net
	}
	t.total("Total", "", number(int(sum.Cheques)), sum.Gross.Plain(), sum.Adjust.Plain(), sum.Net.Plain())
	t.end()
}
