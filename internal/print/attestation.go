package print

import (
	"time"

	"passnum/internal/french"
)

// AttestationFacts is what a training attestation says.
type AttestationFacts struct {
	Issuer       Issuer
	Number       string
	Person       string
	Organisation string
	Course       string
	Minutes      int
	Lessons      []string
	IssuedAt     time.Time
}

// Attestation prints the attestation of a course, one page.
func Attestation(f AttestationFacts) ([]byte, error) {
	p, err := newPaper("Attestation de formation", f.Issuer, "", f.IssuedAt)
	if err != nil {
		return nil, err
	}
	p.size = 12
	p.space(14)
	p.title("Attestation de formation", "Pass numérique · N°"+nbsp+f.Number)
	p.space(8)
	p.paragraph(f.Issuer.Name + " atteste que")
	p.space(2)
	p.font(bold, 18)
	p.colour(ink)
	p.y = p.block(sheetLeft, p.y+8, sheetWidth, 8, 2, f.Person)
	p.paragraph("de " + f.Organisation + ",")
	p.space(2)
	p.paragraph("a suivi en entier la formation « " + f.Course + " », d’une durée indicative de " + number(f.Minutes) + " minutes, et répondu juste à toutes ses questions :")
	p.space(2)
	for _, lesson := range f.Lessons {
		p.bullet(lesson)
	}
	p.space(8)
	p.paragraph("Fait le " + french.Date(f.IssuedAt) + ".")
	return p.finish()
}
