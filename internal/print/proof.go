package print

import (
	"passnum/internal/french"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// ProofFacts is what a bon à tirer shows. The carnet's codes are specimens that
// the caller knows can never be redeemed.
type ProofFacts struct {
	Run      CarnetRun
	Carnet   Carnet // at least two chèques; the first two are shown
	Order    string
	Carnets  int
	Buyer    Party
	Version  int
	AnswerBy time.Time
	Approved *Signature
}

// Proof prints the BAT: what will be printed and a box to approve it, then the
// cover and two chèques at real size, marked as specimens.
func Proof(f ProofFacts) ([]byte, error) {
	f.Run.Specimen = true
	p, err := newPaper("Bon à tirer, commande "+f.Order, f.Run.Issuer, "", f.Run.CreatedAt)
	if err != nil {
		return nil, err
	}
	p.letterhead(f.Run.Issuer, "Pour", f.Buyer)
	p.title("Bon à tirer", "Commande "+f.Order+" · version "+number(max(1, f.Version)))
	p.proofFacts(f)
	p.heading("À vérifier avant de signer")
	for _, s := range []string{
		"Le nom, le logo, la couleur et le message sont les bons, sans faute.",
		"La valeur, le nombre de chèques et la date de fin sont ceux de votre commande.",
		"Le numéro de téléphone et l’adresse des lieux répondent.",
		"Les spécimens de la page suivante sont à la taille réelle, 200 × 80 mm. Leurs codes ne seront jamais acceptés.",
	} {
		p.bullet(s)
	}
	p.space(3)
	if !f.AnswerBy.IsZero() && f.Approved == nil {
		p.indented(sheetLeft, bold, ink, "Merci de répondre avant le "+french.Date(f.AnswerBy)+".")
	}
	p.approval(f)
	if err := p.specimens(f); err != nil {
		return nil, err
	}
	return p.finish()
}

func (p *paper) proofFacts(f ProofFacts) {
	v := f.Run.Validity
	validity := "jusqu’au " + french.Date(v.Until)
	if v.MonthsFromHandOver > 0 {
		validity = count(v.MonthsFromHandOver, "mois", "mois") + " après la remise, au plus tard le " + french.Date(v.Until)
	}
	p.facts(fact{"Carnets à imprimer", count(f.Carnets, "carnet", "carnets")},
		fact{"Format", count(len(f.Carnet.Cheques), "chèque", "chèques") + " de " + euros(f.Run.FaceValue) + " par carnet"},
		fact{"Validité", validity}, fact{"Nom imprimé", f.Run.Commanditaire}, fact{"Message", f.Run.Message},
		fact{"Couleur", f.Run.Colour}, fact{"Services payés", f.Run.Services})
}

func (p *paper) approval(f ProofFacts) {
	if f.Approved == nil {
		for i, s := range []string{"Approuvé : imprimez", "À corriger (dites quoi ci-dessous)"} {
			x := sheetLeft + float64(i)*62
			p.frame(x, p.y+2, 5, 5, 0.6, 0.35, ink)
			p.font(bold, 11)
			p.colour(ink)
			p.text(x+8, p.y+6.2, s)
		}
		p.y += 11
		for range 2 {
			p.y += 8
			p.line(sheetLeft, p.y, sheetLeft+sheetWidth, p.y, 0.15, muted)
		}
	}
	p.signatures(signer{"Bon à tirer, pour le commanditaire", f.Buyer.Name, "Approuvé", f.Approved})
}

// specimens lays the cover and two chèques at real size on one page.
func (p *paper) specimens(f ProofFacts) error {
	if len(f.Run.Logo) > 0 {
		if err := addLogo(p.pdf, f.Run.Logo); err != nil {
			return err
		}
	}
	pr := newDesign(f.Run)
	size := len(f.Carnet.Cheques)
	p.pdf.AddPageFormat("P", fpdf.SizeType{Wd: a4Width, Ht: a4Height})
	const x, step = (a4Width - pageWidth) / 2, pageHeight + 9
	for i := range 1 + min(2, size) {
		c := canvas{pdf: p.pdf, ox: x, oy: 12 + float64(i)*step}
		p.pdf.ClipRect(c.ox, c.oy, pageWidth, pageHeight, false)
		var err error
		if i == 0 {
			pr.coverGround(c, size)
			err = pr.coverSerial(c, f.Carnet.Serial)
		} else {
			pr.chequeGround(c)
			err = pr.chequeFacts(c, f.Carnet.Serial, size, f.Carnet.Cheques[i-1])
		}
		p.pdf.ClipEnd()
		if err != nil {
			return err
		}
		c.frame(0, 0, pageWidth, pageHeight, 0.01, 0.15, muted)
	}
	return nil
}
