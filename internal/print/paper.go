package print

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// An A4 page, in millimetres.
const (
	a4Width     = 210.0
	a4Height    = 297.0
	sheetLeft   = 20.0
	sheetTop    = 18.0
	sheetBottom = 275.0
	sheetWidth  = a4Width - 2*sheetLeft
)

// paper lays text down an A4 page and turns the page when it is full.
type paper struct {
	canvas
	accent rgb
	size   float64 // body size in points
	y      float64 // the next baseline's top
	footer string
	// again draws what a new page must repeat: a table's header row.
	again func()
}

func newPaper(title string, issuer Issuer, colour string, at time.Time) (*paper, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	describe(pdf, title, issuer.Name, at)
	pdf.AddPage()
	p := &paper{canvas: canvas{pdf: pdf}, accent: parseColour(colour), size: 10, y: sheetTop}
	p.footer = issuer.Name
	if issuer.SIRET != "" {
		p.footer += " · SIRET" + nbsp + siret(issuer.SIRET)
	}
	if issuer.Address != "" {
		p.footer += " · " + issuer.Address
	}
	return p, nil
}

func describe(pdf *fpdf.Fpdf, title, author string, at time.Time) {
	pdf.SetTitle(clean(title), true)
	pdf.SetAuthor(clean(author), true)
	pdf.SetCreator("Passnum", true)
	pdf.SetLang("fr-FR")
	pdf.SetCatalogSort(true)
	if !at.IsZero() {
		pdf.SetCreationDate(at)
		pdf.SetModificationDate(at)
	}
}

// leading is the distance between two baselines of body text.
func (p *paper) leading() float64 { return p.size * mmPerPt * 1.4 }

// room turns the page unless h millimetres are left.
func (p *paper) room(h float64) {
	if p.y+h > sheetBottom {
		p.turn()
	}
}

func (p *paper) turn() {
	p.pdf.AddPage()
	p.y = sheetTop
	if p.again != nil {
		p.again()
	}
}

func (p *paper) space(h float64) { p.y += h }

// title opens the document: what it is, then its number and date.
func (p *paper) title(title, line string) {
	p.colour(p.accent)
	p.font(bold, 20)
	for _, part := range p.wrap(title, sheetWidth) {
		p.y += 8
		p.text(sheetLeft, p.y, part)
	}
	if line != "" {
		p.font(regular, 11)
		p.colour(muted)
		p.y = p.block(sheetLeft, p.y+6, sheetWidth, 5, 0, line) - 5
	}
	p.y += 5
}

// underHeading is the room that a heading wants: itself, and the first rows of
// the table that may follow.
const underHeading = 30

func (p *paper) heading(s string) {
	p.room(underHeading)
	p.y += 7
	p.font(bold, p.size+2)
	p.colour(p.accent)
	p.text(sheetLeft, p.y, s)
	p.y += 2
}

// paragraph writes wrapped body text, breaking pages between lines.
func (p *paper) paragraph(s string) { p.indented(sheetLeft, regular, ink, s) }

func (p *paper) indented(x float64, style string, k rgb, s string) {
	p.font(style, p.size)
	for _, line := range p.wrap(s, sheetLeft+sheetWidth-x) {
		p.room(p.leading())
		p.font(style, p.size)
		p.colour(k)
		p.y += p.leading()
		p.text(x, p.y, line)
	}
	p.y += p.leading() * 0.35
}

func (p *paper) bullet(s string) {
	p.room(p.leading())
	p.font(bold, p.size)
	p.colour(p.accent)
	p.text(sheetLeft+1, p.y+p.leading(), "•")
	p.indented(sheetLeft+5, regular, ink, s)
	p.y -= p.leading() * 0.2
}

// finish numbers the pages and returns the document.
func (p *paper) finish() ([]byte, error) {
	pages := p.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		p.pdf.SetPage(n)
		p.line(sheetLeft, 281, sheetLeft+sheetWidth, 281, 0.2, rule)
		p.pdf.SetFillColor(0, 0, 0)
		p.colour(muted)
		p.font(regular, 8)
		label := fmt.Sprintf("Page"+nbsp+"%d"+nbsp+"/"+nbsp+"%d", n, pages)
		p.textRight(sheetLeft+sheetWidth, 285.5, label)
		p.text(sheetLeft, 285.5, p.fit(regular, p.footer, sheetWidth-p.width(label)-6, 8, 6))
	}
	return p.output()
}

// output is the document without page numbers.
func (p *paper) output() ([]byte, error) {
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return out.Bytes(), nil
}

// letterhead names the operator on the left and the addressee on the right.
func (p *paper) letterhead(issuer Issuer, label string, to Party) {
	p.font(bold, 12)
	p.colour(p.accent)
	p.text(sheetLeft, p.y+4, p.fit(bold, issuer.Name, 80, 12, 8))
	lines := []string{issuer.Address, contact(issuer)}
	if issuer.SIRET != "" {
		lines = append(lines, "SIRET "+siret(issuer.SIRET))
	}
	from := p.address(sheetLeft, p.y+9, 78, lines)
	p.partyBox(112, p.y, label, to)
	p.y = max(from, p.y+36) + 2
}

func contact(issuer Issuer) string {
	var parts []string
	for _, s := range []string{issuer.Phone, issuer.Email} {
		if s != "" {
			parts = append(parts, strings.ReplaceAll(s, " ", nbsp))
		}
	}
	return strings.Join(parts, " · ")
}

func (p *paper) address(x, y, width float64, lines []string) float64 {
	p.font(regular, 9)
	p.colour(ink)
	for _, line := range lines {
		if line != "" {
			y = p.block(x, y, width, 4.3, 2, line)
		}
	}
	return y
}

func (p *paper) partyBox(x, y float64, label string, to Party) {
	width := sheetLeft + sheetWidth - x
	p.panel(x, y, width, 35, 1.5, sand)
	p.font(regular, 8)
	p.colour(muted)
	p.text(x+4, y+5.5, label)
	p.font(bold, 10.5)
	p.colour(ink)
	next := p.block(x+4, y+11, width-8, 4.6, 2, to.Name)
	lines := to.Address
	if to.SIRET != "" {
		lines = append(append([]string{}, lines...), "SIRET "+siret(to.SIRET))
	}
	p.address(x+4, next, width-8, lines)
}

// fact is a label and what it says.
type fact struct{ label, value string }

// facts prints labels and values in two columns, values wrapped.
func (p *paper) facts(list ...fact) {
	const labels = 52.0
	for _, f := range list {
		if f.value == "" {
			continue
		}
		p.font(bold, p.size)
		lines := p.wrap(f.value, sheetWidth-labels)
		p.room(float64(len(lines)) * p.leading())
		p.font(regular, p.size)
		p.colour(muted)
		p.text(sheetLeft, p.y+p.leading(), f.label)
		p.font(bold, p.size)
		p.colour(ink)
		for _, line := range lines {
			p.y += p.leading()
			p.text(sheetLeft+labels, p.y, line)
		}
		p.y += 0.9
	}
}
