package accounting

import (
	"passnum/internal/money"
)

// Definition says what a column of the compte annuel counts.
type Definition struct{ Term, Meaning string }

// Definitions are those of the compte annuel, in the order of its columns.
var Definitions = []Definition{
	{"Commandés", "chèques des commandes signées dans l’année, à leur valeur faciale\u00a0; une commande annulée après sa signature vient en moins l’année où elle l’est."},
	{"Utilisés et payés", "chèques acceptés par une structure et dont le virement est exécuté par la banque, à leur valeur faciale, que des frais en soient retenus ou non. Un virement qui revient est retiré à la date où il revient, et compté de nouveau quand il est refait."},
	{"Rejetés", "valeur acceptée à tort, reprise à la structure par un incident validé à deux et due de nouveau au commanditaire, moins les incidents annulés."},
	{"Remboursés ou échangés", "valeur rendue au commanditaire\u00a0: avoirs remboursés par virement, ou reportés sur une autre commande."},
	{"Restant à rembourser", "tout ce dont l’opérateur doit encore compte\u00a0: non financé, en circulation, périmé, accepté et pas encore payé, repris ou mis en avoir et pas encore rendu. C’est le reste du 1er janvier, plus les commandés et les rejetés, moins les payés et les remboursés."},
}

// Columns are the movement's columns in their order.
func (m Movement) Columns() [6]Column {
	return [6]Column{m.Opening, m.Ordered, m.Paid, m.Rejected, m.Returned, m.Closing}
}

// AsideLine is what the columns leave out.
type AsideLine struct {
	Label string
	Column
}

// Lines lists what happened of it.
func (a Aside) Lines() []AsideLine {
	var lines []AsideLine
	for _, l := range []AsideLine{
		{"Présentés après coup et refusés", a.Refused},
		{"Présentés après coup et abandonnés par la structure", a.Waived},
		{"Mis en opposition et échangés contre des neufs", a.Replaced},
	} {
		if l.Column != (Column{}) {
			lines = append(lines, l)
		}
	}
	return lines
}

// Fee is one of the operator's fees in a period.
type Fee struct {
	Label  string
	Amount money.Cents
}

// FeesBetween lists the operator's fees between two standings.
func FeesBetween(before, after Standing) []Fee {
	during := after.minus(before)
	var fees []Fee
	for _, f := range []Fee{
		{"Frais et services payés par le commanditaire, hors taxes", during.Fees},
		{"TVA sur ces frais et services", during.VAT},
		{"Frais retenus aux structures, hors taxes", during.DownFees},
		{"TVA sur les frais retenus", during.DownVAT},
	} {
		if f.Amount != 0 {
			fees = append(fees, f)
		}
	}
	return fees
}
