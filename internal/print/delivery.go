package print

import (
	"fmt"
	"time"

	"passnum/internal/french"
)

// DeliveryFacts is what goes with parcels of carnets: who sends what, where.
type DeliveryFacts struct {
	Issuer        Issuer
	Number        string
	Order         string
	Commanditaire Party
	Format        string // « 5 chèques de 10 € »
	Sender        string // who hands the parcels to the carrier
	ShippedOn     time.Time
	Carrier       string // empty when unknown
	Points        []DeliveryPoint
	Total         int    // carnets
	ReceptionURL  string // where a point says that its parcel came
	CreatedAt     time.Time
}

// DeliveryPoint is what one address receives.
type DeliveryPoint struct {
	Name     string
	Address  string
	Contact  string
	Carnets  int
	Ranges   []SerialRange // one per box
	Received *Signature
}

// SerialRange is a continuous run of carnets, both ends included.
type SerialRange struct {
	First, Last string
	Carnets     int
}

// Code is what the label of a box carries, for a scanner: its two ends.
func (r SerialRange) Code() string { return r.First + "/" + r.Last }

// DeliverySlip prints the bordereau, a page or more for each point: which
// carnets, box by box, and room for who gives and who receives to sign.
func DeliverySlip(f DeliveryFacts) ([]byte, error) {
	p, err := newPaper("Bordereau de livraison "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	for i, point := range f.Points {
		if i > 0 {
			p.turn()
		}
		p.deliverySlip(f, point)
	}
	return p.finish()
}

func (p *paper) deliverySlip(f DeliveryFacts, point DeliveryPoint) {
	p.letterhead(f.Issuer, "Livré à", Party{Name: point.Name, Address: []string{point.Address, point.Contact}})
	p.title("Bordereau de livraison", "N°"+nbsp+f.Number+" · commande "+f.Order)
	p.facts(fact{"Carnets livrés ici", count(point.Carnets, "carnet", "carnets")}, fact{"Sur une commande de", orNothing(f.Total)},
		fact{"Commanditaire", f.Commanditaire.Name}, fact{"Format", f.Format},
		fact{"Expédié le", dated(f.ShippedOn)}, fact{"Transporteur", f.Carrier})
	p.heading(point.Name + " – " + count(point.Carnets, "carnet", "carnets"))
	p.space(2)
	t := p.table(10, column{"Carton", 22, false}, column{"Premier numéro", 50, false}, column{"Dernier numéro", 50, false}, column{"Carnets", 22, true}, column{"Vérifié", 26, true})
	for i, r := range point.Ranges {
		t.row(fmt.Sprintf("%d sur %d", i+1, len(point.Ranges)), r.First, r.Last, number(r.Carnets), "")
	}
	t.total("Total", "", "", number(point.Carnets), "")
	t.end()
	p.space(3)
	p.paragraph("À la réception, comparez les numéros des carnets à ce bordereau, puis déclarez-les reçus dans Passnum. Un carnet manquant ? Écrivez le nombre reçu : ses chèques seront bloqués. Les chèques ne sont pas encore utilisables : ils le deviennent quand les fonds sont reçus et que le carnet est remis à une personne.")
	p.paragraph("Nombre de carnets comptés au départ : ……………      à l’arrivée : ……………")
	p.signatures(signer{"Remis par", f.sender(), "Remis", nil}, signer{"Reçu par", point.Name, "Reçu", point.Received})
}

func (f DeliveryFacts) sender() string {
	if f.Sender != "" {
		return f.Sender
	}
	return f.Issuer.Name
}

func orNothing(total int) string {
	if total == 0 {
		return ""
	}
	return count(total, "carnet", "carnets")
}

func dated(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return french.Date(t)
}

// CoverLetter prints the letter that lies on top of each point's parcel.
func CoverLetter(f DeliveryFacts) ([]byte, error) {
	p, err := newPaper("Lettre d’accompagnement "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.size = 11.5
	for i, point := range f.Points {
		if i > 0 {
			p.turn()
		}
		p.coverLetter(f, point)
	}
	return p.finish()
}

func (p *paper) coverLetter(f DeliveryFacts, point DeliveryPoint) {
	p.letterhead(f.Issuer, "", Party{Name: point.Name, Address: []string{point.Contact, point.Address}})
	p.title("Vos carnets de chèques Pass numérique", "Commande "+f.Order+" · "+f.Commanditaire.Name)
	p.paragraph("Bonjour,")
	p.paragraph("Voici " + count(point.Carnets, "carnet", "carnets") + " de " + f.Format + ", à remettre gratuitement aux personnes que le numérique met en difficulté. " +
		f.Commanditaire.Name + " les finance.")
	for _, r := range point.Ranges {
		p.indented(sheetLeft+5, bold, ink, "Du carnet "+r.First+" au carnet "+r.Last+" : "+count(r.Carnets, "carnet", "carnets")+".")
	}
	p.heading("Aujourd’hui : recevoir")
	p.bullet("Comptez les carnets et comparez leurs numéros au bordereau. Signez-en un exemplaire pour le transporteur ou l’expéditeur.")
	where := "Déclarez le colis reçu dans Passnum"
	if f.ReceptionURL != "" {
		where += ", à l’adresse " + f.ReceptionURL
	}
	p.bullet(where + ", avec le nombre de carnets réellement comptés.")
	p.bullet("Rangez les carnets sous clé : chacun vaut de l’argent dès que la commande est activée.")
	p.heading("Ensuite : remettre")
	p.bullet("Quand une personne en a besoin, flashez la couverture du carnet, puis remettez-le. Aucun nom n’est demandé.")
	p.bullet("Imprimez pour elle la lettre qui donne les lieux proches, leurs horaires et leur téléphone.")
	p.bullet("Dites-lui de garder les talons : ils servent si elle perd le carnet.")
	p.heading("Une question, un carnet manquant ?")
	p.paragraph("Appelez ou écrivez à " + f.Issuer.Name + contactLine(f.Issuer) + ". Un carnet perdu ou volé se déclare tout de suite : ses chèques sont alors bloqués.")
	p.space(4)
	p.paragraph("Merci de ce que vous faites pour celles et ceux qui poussent votre porte.")
	p.space(2)
	p.indented(sheetLeft, bold, ink, f.sender())
}

func contactLine(issuer Issuer) string {
	if line := contact(issuer); line != "" {
		return " : " + line
	}
	return ""
}
