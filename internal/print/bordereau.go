package print

import (
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// BordereauFacts is what the operator's own paper says of one transfer to a
// structure.
type BordereauFacts struct {
	Issuer        Issuer
	Number        string
	EndToEndID    string
	Structure     Party
	AccountHolder string
	IBAN          string // printed masked, whatever is passed
	PeriodFrom    time.Time
	PeriodTo      time.Time
	Subtotals     []Subtotal
	Corrections   []Correction
	Gross         money.Cents
	Total         money.Cents
	Notes         []string
	PreparedBy    string // empty on the structure's copy
	ApprovedBy    string
	ApprovedAt    time.Time
	ExecutedOn    time.Time // zero until the bank has executed
	CreatedAt     time.Time
}

// Bordereau prints the bordereau de règlement of one transfer: the operator's
// accounting paper, which is neither an invoice nor a purchase.
func Bordereau(f BordereauFacts) ([]byte, error) {
	p, err := newPaper("Bordereau de règlement "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Bénéficiaire du règlement", f.Structure)
	p.title("Bordereau de règlement", "N°"+nbsp+f.Number+" · chèques acceptés du "+french.Date(f.PeriodFrom)+" au "+french.Date(f.PeriodTo))
	p.notes(f.Notes)
	p.facts(fact{"Montant réglé", f.Total.Plain()}, fact{"Date du virement", executed(f.ExecutedOn)}, fact{"Référence bancaire", f.EndToEndID},
		fact{"Titulaire du compte", f.AccountHolder}, fact{"IBAN", maskIBAN(f.IBAN)})
	p.heading("Ce qui est réglé")
	p.space(2)
	p.sums(f.Subtotals, f.Gross, f.Corrections, f.Total)
	p.heading("Nature de ce document")
	p.size = 9
	p.bullet("Le contre-paiement rembourse à la structure les chèques qu’elle a acceptés, sur le compte dédié qui garde les fonds des commanditaires. Ce n’est pas un achat de l’opérateur" + nbsp + ": il n’y a ni facture de la structure à l’opérateur, ni TVA à en déduire.")
	p.bullet("Si la structure doit facturer le service donné, elle le fait selon ses propres règles, à la personne accompagnée ou au commanditaire.")
	if len(f.Corrections) > 0 {
		p.bullet("Les frais retenus, quand il y en a, font l’objet d’une facture de l’opérateur à la structure.")
	}
	p.size = 10
	if f.PreparedBy != "" {
		p.heading("Quatre yeux")
		p.facts(fact{"Préparé par", f.PreparedBy}, fact{"Approuvé par", f.ApprovedBy}, fact{"Approuvé le", french.Date(f.ApprovedAt)})
	}
	return p.finish()
}
