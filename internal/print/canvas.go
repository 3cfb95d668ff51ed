package print

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// mmPerPt turns a font size into millimetres.
const mmPerPt = 25.4 / 72

// canvas draws in millimetres from an origin, so that the same chèque can be
// laid on a bare page with its bleed or on a proof.
type canvas struct {
	pdf    *fpdf.Fpdf
	ox, oy float64
}

func (c canvas) font(style string, pt float64) { c.pdf.SetFont(family, style, pt) }

func (c canvas) colour(k rgb) { c.pdf.SetTextColor(k.r, k.g, k.b) }

// text writes on a baseline.
func (c canvas) text(x, y float64, s string) { c.pdf.Text(c.ox+x, c.oy+y, clean(s)) }

func (c canvas) textRight(x, y float64, s string) { c.text(x-c.width(s), y, s) }

func (c canvas) textCentre(x, y float64, s string) { c.text(x-c.width(s)/2, y, s) }

func (c canvas) width(s string) float64 { return c.pdf.GetStringWidth(clean(s)) }

// run is a piece of a line in one style.
type run struct {
	style string
	text  string
}

// runs writes pieces one after the other on a baseline at one size.
func (c canvas) runs(x, y, pt float64, pieces ...run) {
	for _, p := range pieces {
		c.font(p.style, pt)
		c.text(x, y, p.text)
		x += c.width(p.text)
	}
}

// fitRuns writes pieces like runs, smaller if they would pass width.
func (c canvas) fitRuns(x, y, width, pt, least float64, pieces ...run) {
	var total float64
	for _, p := range pieces {
		c.font(p.style, pt)
		total += c.width(p.text)
	}
	if total > width {
		pt = max(least, pt*width/total)
	}
	c.runs(x, y, pt, pieces...)
}

// fit selects the largest size between least and pt at which s holds in width,
// and returns s, shortened with an ellipsis when even the least is too large.
func (c canvas) fit(style, s string, width, pt, least float64) string {
	c.font(style, pt)
	if w := c.width(s); w > width {
		// A hair less: sizes are rounded, and a rounded one must still hold.
		c.font(style, max(least, pt*width/w*0.995))
	}
	return c.shorten(s, width)
}

func (c canvas) shorten(s string, width float64) string {
	if c.width(s) <= width {
		return s
	}
	letters := []rune(s)
	for len(letters) > 1 && c.width(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " \u00a0,-") + "…"
}

// wrap cuts s into lines that hold in width, at ordinary spaces only; a word
// longer than a line is cut where it must be. Line feeds are kept.
func (c canvas) wrap(s string, width float64) []string {
	var lines []string
	for _, part := range strings.Split(glue.Replace(clean(s)), "\n") {
		lines = append(lines, c.wrapLine(part, width)...)
	}
	return lines
}

func (c canvas) wrapLine(s string, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		if line != "" && c.width(line+" "+word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for c.width(word) > width {
			head := c.head(word, width)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(lines, line)
}

// head is the longest beginning of a word that holds in width, one rune at least.
func (c canvas) head(word string, width float64) string {
	end := 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && c.width(word[:next]) > width {
			break
		}
		end = next
	}
	return word[:end]
}

// block writes at most limit wrapped lines (0 means all) and returns the
// baseline that would follow; what is cut ends with an ellipsis.
func (c canvas) block(x, y, width, leading float64, limit int, s string) float64 {
	lines := c.wrap(s, width)
	if limit > 0 && len(lines) > limit {
		lines[limit-1] = c.shorten(lines[limit-1]+" "+lines[limit], width)
		lines = lines[:limit]
	}
	for _, line := range lines {
		c.text(x, y, line)
		y += leading
	}
	return y
}

func (c canvas) fill(x, y, w, h float64, k rgb) {
	c.pdf.SetFillColor(k.r, k.g, k.b)
	c.pdf.Rect(c.ox+x, c.oy+y, w, h, "F")
}

func (c canvas) panel(x, y, w, h, radius float64, k rgb) {
	c.pdf.SetFillColor(k.r, k.g, k.b)
	c.pdf.RoundedRect(c.ox+x, c.oy+y, w, h, radius, "1234", "F")
}

func (c canvas) frame(x, y, w, h, radius, thickness float64, k rgb) {
	c.pdf.SetDrawColor(k.r, k.g, k.b)
	c.pdf.SetLineWidth(thickness)
	c.pdf.RoundedRect(c.ox+x, c.oy+y, w, h, radius, "1234", "D")
}

func (c canvas) line(x1, y1, x2, y2, thickness float64, k rgb) {
	c.pdf.SetDrawColor(k.r, k.g, k.b)
	c.pdf.SetLineWidth(thickness)
	c.pdf.Line(c.ox+x1, c.oy+y1, c.ox+x2, c.oy+y2)
}

func (c canvas) dashed(x1, y1, x2, y2, thickness float64, k rgb) {
	c.pdf.SetDashPattern([]float64{1.2, 1.2}, 0)
	c.line(x1, y1, x2, y2, thickness, k)
	c.pdf.SetDashPattern(nil, 0)
}

// stamp writes a slanted word centred on a point.
func (c canvas) stamp(x, y, degrees, pt float64, k rgb, s string) {
	c.pdf.TransformBegin()
	c.pdf.TransformRotate(degrees, c.ox+x, c.oy+y)
	c.font(bold, pt)
	c.colour(k)
	c.textCentre(x, y+pt*mmPerPt*0.34, s)
	c.pdf.TransformEnd()
}
