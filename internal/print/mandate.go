package print

import (
	"time"

	"passnum/internal/french"
)

// MandateFacts is what a convention de mandat says: a commanditaire entrusts a
// body with the hand-over of its carnets (article L.1611-7 CGCT).
type MandateFacts struct {
	Issuer                Issuer // the operator, who keeps the accounts
	Number                string
	Commanditaire         Party
	Aiguilleur            Party
	Start, End            time.Time
	Points                []PointFacts
	SignedByCommanditaire *Signature
	SignedByAiguilleur    *Signature
	CreatedAt             time.Time
}

// PointFacts is a point of distribution and the person who answers for it.
type PointFacts struct {
	Name    string
	Address string
	Referent,
	Phone string
}

// Mandate prints the convention, with blocks to sign or the signatures given.
func Mandate(f MandateFacts) ([]byte, error) {
	p, err := newPaper("Convention de mandat "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.size = 10.5
	p.title("Convention de mandat", "N°"+nbsp+f.Number+" · remise de carnets Pass numérique · article L.1611-7 du code général des collectivités territoriales")
	p.heading("Entre")
	p.party("Le commanditaire", f.Commanditaire)
	p.party("L’aiguilleur", f.Aiguilleur)
	for i, a := range mandateArticles(f) {
		p.article(i+1, a)
	}
	p.heading("Points de distribution")
	p.space(2)
	t := p.table(9.5, column{"Point", 46, false}, column{"Adresse", 58, false}, column{"Référent", 38, false}, column{"Téléphone", 28, false})
	for _, point := range f.Points {
		t.row(point.Name, point.Address, point.Referent, point.Phone)
	}
	t.end()
	p.space(4)
	p.signatures(signer{"Pour le commanditaire", f.Commanditaire.Name, "Signée", f.SignedByCommanditaire},
		signer{"Pour l’aiguilleur", f.Aiguilleur.Name, "Signée", f.SignedByAiguilleur})
	return p.finish()
}

func (p *paper) party(label string, party Party) {
	s := label + " : " + party.Name
	if party.SIRET != "" {
		s += ", SIRET" + nbsp + siret(party.SIRET)
	}
	for _, line := range party.Address {
		s += ", " + line
	}
	if party.Representative != "" {
		s += ", représenté par " + party.Representative
	}
	p.paragraph(s + ".")
}

type article struct {
	title      string
	paragraphs []string
}

func (p *paper) article(n int, a article) {
	p.heading("Article" + nbsp + number(n) + " – " + a.title)
	for _, s := range a.paragraphs {
		p.paragraph(s)
	}
}

func mandateArticles(f MandateFacts) []article {
	return []article{
		{"Objet", []string{
			"Le commanditaire finance des carnets de chèques Pass numérique, qui paient un accompagnement au numérique dans des lieux qualifiés. Il confie à l’aiguilleur le soin de les remettre, gratuitement, en son nom et pour son compte, aux personnes qui en ont besoin.",
		}},
		{"Durée", []string{
			"La convention s’applique du " + french.Date(f.Start) + " au " + french.Date(f.End) + ". Aucun carnet n’est confié à l’aiguilleur avant sa signature par les deux parties. Elle se renouvelle par accord écrit.",
		}},
		{"Obligations de l’aiguilleur", []string{
			"L’aiguilleur nomme un référent pour chaque point de distribution. Il écoute la personne, vérifie qu’elle relève du public visé par le commanditaire, lui explique l’usage des chèques et l’oriente vers un lieu proche, avec le courrier d’orientation.",
			"Il enregistre chaque remise dans Passnum au moment où elle a lieu. Il ne demande aucune contrepartie et ne vend aucun chèque.",
		}},
		{"Obligations du commanditaire", []string{
			"Le commanditaire livre les carnets avec un bordereau qui en donne les numéros, informe l’aiguilleur des dates de validité et du public visé, et l’aide à former ses équipes.",
		}},
		{"Conservation des carnets", []string{
			"L’aiguilleur vérifie les numéros à la livraison et les déclare reçus. Il garde les carnets dans un meuble fermé à clé et ne les confie qu’aux personnes qu’il a désignées. Il signale toute perte ou tout vol dès qu’il le constate, avec les numéros, pour que les chèques soient bloqués. Les carnets non remis sont rendus à la fin de leur validité.",
		}},
		{"Absence de maniement de fonds", []string{
			"Les chèques ne sont ni remboursables ni échangeables contre de l’argent. L’aiguilleur n’encaisse et ne décaisse aucune somme. Le paiement des lieux est fait par l’opérateur, " + f.Issuer.Name + ", sur le compte réservé à la valeur des chèques. La présente convention ne crée donc pas de régie.",
		}},
		{"Compte rendu annuel", []string{
			"Au moins une fois par an, et à la fin de la convention, l’aiguilleur rend compte au commanditaire : carnets reçus, remis, rendus, perdus, et stock restant, en nombre et en valeur. Passnum établit cet état à partir des opérations enregistrées ; l’aiguilleur le vérifie et le signe.",
		}},
		{"Données personnelles", []string{
			"Les carnets sont au porteur : l’aiguilleur ne saisit dans Passnum ni le nom ni les coordonnées de la personne, seulement, s’il le souhaite, une catégorie large de public. Ce qu’il consigne par ailleurs relève de sa propre responsabilité.",
		}},
		{"Résiliation", []string{
			"Chaque partie peut mettre fin à la convention par écrit, avec un préavis de deux mois, ou sans préavis si l’autre manque gravement à ses obligations. L’aiguilleur rend alors les carnets qu’il détient et remet son dernier compte rendu sous un mois.",
		}},
	}
}
