package print

import (
	"time"

	"passnum/internal/french"
)

// Signature says who signed electronically, with which quality, and when.
type Signature struct {
	Name    string
	Quality string
	At      time.Time
}

// signer is one column of a signature block.
type signer struct {
	label string
	party string
	verb  string // « Signée », « Signé »
	by    *Signature
}

// signatures prints blocks side by side: signed ones say so, the others leave
// room for a pen.
func (p *paper) signatures(signers ...signer) {
	const gap, height = 6.0, 40.0
	p.room(height + 4)
	p.y += 4
	width := (sheetWidth - gap*float64(len(signers)-1)) / float64(len(signers))
	for i, s := range signers {
		p.signature(sheetLeft+float64(i)*(width+gap), width, height, s)
	}
	p.y += height
}

func (p *paper) signature(x, width, height float64, s signer) {
	p.frame(x, p.y, width, height, 1.5, 0.25, rule)
	p.font(regular, 8.5)
	p.colour(muted)
	p.text(x+4, p.y+6, s.label)
	p.font(bold, 10)
	p.colour(ink)
	y := p.block(x+4, p.y+11, width-8, 4.4, 2, s.party)
	p.font(regular, 9)
	if s.by == nil {
		for _, label := range []string{"Nom et qualité :", "Date :", "Signature :"} {
			p.colour(muted)
			p.text(x+4, y+1.5, label)
			y += 6
		}
		return
	}
	p.colour(p.accent)
	p.font(bold, 10)
	who := s.by.Name
	if s.by.Quality != "" {
		who += ", " + s.by.Quality
	}
	y = p.block(x+4, y+3, width-8, 4.6, 3, s.verb+" le "+french.Date(s.by.At)+" à "+s.by.At.Format("15")+nbsp+"h"+nbsp+s.by.At.Format("04")+" par "+who)
	p.font(regular, 8)
	p.colour(muted)
	p.text(x+4, y+0.5, "Signature enregistrée en ligne par Passnum")
}
