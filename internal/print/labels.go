package print

import (
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// A label is a quarter of an A4 sheet; four come out of one, cut or folded.
const (
	labelWidth  = a4Width / 2
	labelHeight = a4Height / 2
	labelModule = 0.75
)

// ParcelLabels prints one label per box: where it goes, what it holds, and a QR
// code of its two serial numbers. It names no value: a parcel is seen by many.
func ParcelLabels(f DeliveryFacts) ([]byte, error) {
	p, err := newPaper("Étiquettes de colis "+f.Number, f.Issuer, "", f.CreatedAt)
	if err != nil {
		return nil, err
	}
	at := 0
	for _, point := range f.Points {
		for i := range point.Ranges {
			if at > 0 && at%4 == 0 {
				p.pdf.AddPageFormat("P", fpdf.SizeType{Wd: a4Width, Ht: a4Height})
			}
			if at%4 == 0 {
				p.dashed(labelWidth, 0, labelWidth, a4Height, 0.15, muted)
				p.dashed(0, labelHeight, a4Width, labelHeight, 0.15, muted)
			}
			c := canvas{pdf: p.pdf, ox: labelWidth * float64(at%2), oy: labelHeight * float64(at%4/2)}
			if err := c.label(f, point, i); err != nil {
				return nil, err
			}
			at++
		}
	}
	return p.output()
}

func (c canvas) label(f DeliveryFacts, point DeliveryPoint, box int) error {
	const x, width = 10.0, labelWidth - 20
	r := point.Ranges[box]
	c.colour(muted)
	c.font(regular, 9)
	c.text(x, 15, c.shorten("De : "+f.sender(), width))
	c.line(x, 19, x+width, 19, 0.3, rule)
	c.text(x, 26, "À")
	c.colour(ink)
	c.font(bold, 16)
	y := c.block(x, 33, width, 6.6, 3, point.Name)
	c.font(regular, 12.5)
	y = c.block(x, y+0.5, width, 5.6, 4, point.Address)
	if point.Contact != "" {
		c.font(regular, 10.5)
		c.block(x, y+0.5, width, 4.8, 2, point.Contact)
	}
	const low = 84.0
	c.line(x, low, x+width, low, 0.3, rule)
	c.font(bold, 22)
	c.text(x, low+12, fmt.Sprintf("Colis %d/%d", box+1, len(point.Ranges)))
	c.font(regular, 10)
	c.text(x, low+20, c.shorten("Commande "+f.Order, 50))
	c.text(x, low+27, "Du")
	c.text(x, low+34, "au")
	c.font(bold, 11)
	c.text(x+7, low+27, r.First)
	c.text(x+7, low+34, r.Last)
	c.font(regular, 10)
	c.text(x, low+41, count(r.Carnets, "carnet", "carnets"))
	c.colour(muted)
	c.font(regular, 8)
	c.block(x, low+50, width, 3.4, 2, "À la réception, flashez ce carré, ou comparez les numéros à ceux du bordereau.")
	return (&qrMaker{}).draw(c, labelWidth-10-33*labelModule/2, low+24, labelModule, r.Code())
}
