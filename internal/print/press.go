package print

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// press prints carnets of one run. What never changes is drawn once, as two
// grounds inside a prototype document that also carries the fonts and the
// logo; each page then refers to its ground and adds its own facts.
type press struct {
	design
	size   int
	stream *pageStream
	cover  string // the operators that draw each ground
	cheque string
}

// design knows how the carnets of a run look, on any canvas.
type design struct {
	facts  CarnetRun
	accent rgb
	qr     *qrMaker
}

func newDesign(facts CarnetRun) design {
	return design{facts: facts, accent: parseColour(facts.Colour).legible(), qr: &qrMaker{}}
}

func newPress(w io.Writer, facts CarnetRun, size int) (*press, error) {
	pdf := fpdf.NewCustom(&fpdf.InitType{
		OrientationStr: "P", UnitStr: "mm",
		Size: fpdf.SizeType{Wd: pageWidth + 2*edge, Ht: pageHeight + 2*edge},
	})
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	title := "Carnets de chèques Pass numérique"
	if facts.Specimen {
		title = "Spécimen de carnet Pass numérique"
	}
	describe(pdf, title, facts.Issuer.Name, facts.CreatedAt)
	if len(facts.Logo) > 0 {
		if err := addLogo(pdf, facts.Logo); err != nil {
			return nil, err
		}
	}
	p := &press{design: newDesign(facts), size: size}
	pdf.AddPage()
	keepASCII(pdf)
	p.cover = p.ground(pdf, func(c canvas) {
		p.coverGround(c, size)
		c.trimMarks()
	})
	p.cheque = p.ground(pdf, func(c canvas) {
		p.chequeGround(c)
		c.trimMarks()
		c.perforationMarks(stub)
	})
	var err error
	p.stream, err = newPageStream(w, pdf, pageBoxes(facts.Specimen))
	return p, err
}

// keepASCII makes the embedded fonts carry every character that a serial
// number or a code may bring after the fonts have left.
func keepASCII(pdf *fpdf.Fpdf) {
	var all strings.Builder
	for r := ' '; r <= '~'; r++ {
		all.WriteRune(r)
	}
	all.WriteString("°è")
	for _, style := range []string{regular, bold} {
		pdf.SetFont(family, style, 8)
		pdf.Text(0, 0, all.String())
	}
}

func (p *press) ground(pdf *fpdf.Fpdf, draw func(canvas)) string {
	t := pdf.CreateTemplate(func(t *fpdf.Tpl) { draw(trimmed(&t.Fpdf)) })
	pdf.UseTemplate(t)
	return "/TPL" + t.ID() + " Do"
}

// trimmed is a canvas whose origin is the corner of the trimmed page.
func trimmed(pdf *fpdf.Fpdf) canvas { return canvas{pdf: pdf, ox: edge, oy: edge} }

// The marks stand between the bleed and the edge of the sheet, where nothing of
// the design is, and leave with the trimmings.
const (
	markLength = 5.0
	edge       = bleed + markLength + 2
	markWidth  = 0.09 // a quarter of a point
)

// trimMarks shows the knife the four corners, from outside the bleed.
func (c canvas) trimMarks() {
	const far = bleed + markLength
	for _, x := range []float64{0, pageWidth} {
		c.line(x, -far, x, -bleed, markWidth, black)
		c.line(x, pageHeight+bleed, x, pageHeight+far, markWidth, black)
	}
	for _, y := range []float64{0, pageHeight} {
		c.line(-far, y, -bleed, y, markWidth, black)
		c.line(pageWidth+bleed, y, pageWidth+far, y, markWidth, black)
	}
}

// perforationMarks shows where the stub comes off: dashed, so that nobody cuts.
func (c canvas) perforationMarks(x float64) {
	c.dashed(x, -bleed-markLength, x, -bleed, markWidth, black)
	c.dashed(x, pageHeight+bleed, x, pageHeight+bleed+markLength, markWidth, black)
}

// pageBoxes gives the sheet, the bleed and the trimmed page. A specimen shows
// as people will hold it; a print run shows its marks.
func pageBoxes(specimen bool) string {
	const k = 72 / 25.4
	box := func(name string, inset float64) string {
		return fmt.Sprintf("/%s [%.2f %.2f %.2f %.2f]", name, inset*k, inset*k, (pageWidth+2*edge-inset)*k, (pageHeight+2*edge-inset)*k)
	}
	boxes := []string{box("MediaBox", 0), box("BleedBox", edge-bleed), box("TrimBox", edge)}
	if specimen {
		boxes = append(boxes, box("CropBox", edge))
	}
	return strings.Join(boxes, " ")
}

func (p *press) carnet(carnet Carnet) error {
	if len(carnet.Cheques) != p.size {
		return ErrMixedCarnets
	}
	for _, r := range carnet.Serial {
		if r < ' ' || r > '~' {
			return ErrSerial
		}
	}
	err := p.page(p.cover, func(c canvas) error { return p.coverSerial(c, carnet.Serial) })
	for i := 0; i < len(carnet.Cheques) && err == nil; i++ {
		err = p.page(p.cheque, func(c canvas) error {
			return p.chequeFacts(c, carnet.Serial, p.size, carnet.Cheques[i])
		})
	}
	return err
}

func (p *press) page(ground string, draw func(canvas) error) error {
	var err error
	content := p.stream.pdf.CreateTemplate(func(t *fpdf.Tpl) {
		t.RawWriteStr(ground)
		if err = draw(trimmed(&t.Fpdf)); err == nil {
			err = t.Error()
		}
	})
	if err != nil {
		return err
	}
	return p.stream.page(content.Bytes())
}
