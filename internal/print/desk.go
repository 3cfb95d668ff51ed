package print

import (
	"fmt"
	"io"

	"codeberg.org/go-pdf/fpdf"
)

// MostDeskCarnets is how many carnets one file of A4 sheets holds: a morning of
// an office printer, and little enough to throw away if it jams.
const MostDeskCarnets = 100

// An A4 sheet of three chèques, in millimetres.
const (
	deskLeft = (a4Width - pageWidth) / 2
	deskTop  = 17.0
	deskGap  = 6.0
	deskStep = pageHeight + deskGap
	deskRows = 3
	deskFoot = deskTop + deskRows*deskStep
)

// DeskRun is a run of carnets printed on a desk printer.
type DeskRun struct {
	CarnetRun
	Order string
}

// WriteSheets writes carnets as A4 pages to cut: for each carnet a cover with
// how to put it together, then its chèques, three on a page. It takes what
// WriteCarnets takes, and at most MostDeskCarnets.
func WriteSheets(w io.Writer, facts DeskRun, next func() (Carnet, bool, error)) error {
	carnet, ok, err := next()
	if err == nil && !ok {
		err = ErrNoCarnet
	}
	if err != nil {
		return err
	}
	d, err := newDesk(facts, len(carnet.Cheques))
	if err != nil {
		return err
	}
	for n := 1; ok; n++ {
		if n > MostDeskCarnets {
			return ErrTooManyCarnets
		}
		if err := d.carnet(carnet); err != nil {
			return fmt.Errorf("print: sheets of carnet %s: %w", carnet.Serial, err)
		}
		if carnet, ok, err = next(); err != nil {
			return err
		}
	}
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// desk lays pages of a carnet on A4 sheets. What never changes is drawn once.
type desk struct {
	design
	canvas
	order  string
	size   int
	cover  fpdf.Template
	cheque fpdf.Template
}

func newDesk(facts DeskRun, size int) (*desk, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	describe(pdf, "Feuilles de carnets, commande "+facts.Order, facts.Issuer.Name, facts.CreatedAt)
	if len(facts.Logo) > 0 {
		if err := addLogo(pdf, facts.Logo); err != nil {
			return nil, err
		}
	}
	d := &desk{design: newDesign(facts.CarnetRun), canvas: canvas{pdf: pdf}, order: facts.Order, size: size}
	d.cover = d.part(func(c canvas) { d.coverGround(c, size) })
	d.cheque = d.part(d.chequeGround)
	return d, pdf.Error()
}

// part keeps a drawing, cut at the edges of the carnet's page.
func (d *desk) part(draw func(canvas)) fpdf.Template {
	return d.pdf.CreateTemplate(func(t *fpdf.Tpl) {
		t.ClipRect(0, 0, pageWidth, pageHeight, false)
		draw(canvas{pdf: &t.Fpdf})
		t.ClipEnd()
	})
}

// slot draws one page of the carnet at a row of the sheet, with its cut lines.
func (d *desk) slot(row int, ground fpdf.Template, facts func(canvas) error) error {
	c := canvas{pdf: d.pdf, ox: deskLeft, oy: deskTop + float64(row)*deskStep}
	_, whole := ground.Size()
	d.pdf.UseTemplateScaled(ground, fpdf.PointType{X: c.ox, Y: c.oy}, whole)
	if err := facts(c); err != nil {
		return err
	}
	c.frame(0, 0, pageWidth, pageHeight, 0.01, 0.12, muted)
	for _, x := range []float64{0, pageWidth} {
		c.line(x, -2.6, x, -0.6, 0.2, black)
		c.line(x, pageHeight+0.6, x, pageHeight+2.6, 0.2, black)
	}
	for _, y := range []float64{0, pageHeight} {
		c.line(-3, y, -0.8, y, 0.2, black)
		c.line(pageWidth+0.8, y, pageWidth+3, y, 0.2, black)
	}
	return nil
}

func (d *desk) carnet(carnet Carnet) error {
	if len(carnet.Cheques) != d.size {
		return ErrMixedCarnets
	}
	sheets := 1 + (d.size+deskRows-1)/deskRows
	d.pdf.AddPage()
	d.heading(carnet.Serial, 1, sheets)
	err := d.slot(0, d.cover, func(c canvas) error { return d.coverSerial(c, carnet.Serial) })
	if err != nil {
		return err
	}
	d.assembly(carnet.Serial)
	d.ruler(deskFoot + 2)
	for i, cheque := range carnet.Cheques {
		if i%deskRows == 0 {
			d.pdf.AddPage()
			d.heading(carnet.Serial, 2+i/deskRows, sheets)
			d.ruler(deskFoot + 2)
		}
		err := d.slot(i%deskRows, d.cheque, func(c canvas) error { return d.chequeFacts(c, carnet.Serial, d.size, cheque) })
		if err != nil {
			return err
		}
	}
	return d.pdf.Error()
}
