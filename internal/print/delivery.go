package print

import "time"

// DeliveryFacts is what a bordereau de livraison says.
type DeliveryFacts struct {
	Issuer        Issuer
	Number        string
	Order         string
	Commanditaire Party
	Format        string // « 5 chèques de 10 € »
	ShippedOn     time.Time
	Carrier       string // empty when unknown
	Points        []DeliveryPoint
	Total         int // carnets
	CreatedAt     time.Time
}

// DeliveryPoint is what one address receives.
type DeliveryPoint struct {
	Name     string
	Address  string
	Contact  string
	Carnets  int
	Ranges   []SerialRange
	Received *Signature
}

// SerialRange is a continuous run of carnets, both ends included.
type SerialRange struct {
	First, Last string
	Carnets     int
}

// DeliverySlip prints the bordereau: per point, which carnets, and room to
// acknowledge them.
func DeliverySlip(f DeliveryFacts) ([]byte, error) {
	p, err := newPaper("Bordereau de livraison "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Issuer, "Commanditaire", f.Commanditaire)
	p.title("Bordereau de livraison", "N°"+nbsp+f.Number+" · commande "+f.Order)
	shipped := ""
	if !f.ShippedOn.IsZero() {
		shipped = longDate(f.ShippedOn)
	}
	p.facts(fact{"Carnets livrés", count(f.Total, "carnet", "carnets")}, fact{"Format", f.Format},
		fact{"Expédié le", shipped}, fact{"Transporteur", f.Carrier})
	p.space(2)
	p.paragraph("À la réception, comparez les numéros des carnets à ce bordereau, puis déclarez-les reçus dans Passnum. Un carnet manquant ? Dites-le tout de suite : ses chèques seront bloqués. Les chèques ne sont pas encore utilisables : ils le deviennent quand l’opérateur a reçu les fonds et que le carnet est remis.")
	for _, point := range f.Points {
		p.deliveryPoint(point)
	}
	return p.finish()
}

func (p *paper) deliveryPoint(point DeliveryPoint) {
	p.room(min(74+6*float64(len(point.Ranges)), sheetBottom-sheetTop))
	p.heading(point.Name + " – " + count(point.Carnets, "carnet", "carnets"))
	where := point.Address
	if point.Contact != "" {
		where += " · " + point.Contact
	}
	p.paragraph(where)
	t := p.table(9.5, column{"Premier numéro", 56, false}, column{"Dernier numéro", 56, false}, column{"Carnets", 28, true}, column{"Vérifié", 30, true})
	for _, r := range point.Ranges {
		t.row(r.First, r.Last, number(r.Carnets), "")
	}
	t.total("Total", "", number(point.Carnets), "")
	t.end()
	p.signatures(signer{"Reçu par", point.Name, "Reçu", point.Received})
}
