// Package picture draws the operators of our own PDF pages as pixels, so that a
// person sees on the screen what the paper will be, from the very code that
// prints it. It knows the operators that our papers use and no others: it is no
// PDF reader, and refuses to open files.
package picture

import (
	"image"
	"image/color"
	"image/draw"

	xdraw "golang.org/x/image/draw"
)

// Page is what to draw: operators, and what they refer to by name.
type Page struct {
	Width, Height float64 // in points
	Content       []byte
	Fonts         map[string]*Font
	Images        map[string]image.Image
}

// matrix is a PDF transformation: x' = ax + cy + e, y' = bx + dy + f.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) apply(x, y float64) point { return point{m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f} }

// before is the transformation that does n, then m.
func (m matrix) before(n matrix) matrix {
	return matrix{
		n.a*m.a + n.b*m.c, n.a*m.b + n.b*m.d, n.c*m.a + n.d*m.c, n.c*m.b + n.d*m.d,
		n.e*m.a + n.f*m.c + m.e, n.e*m.b + n.f*m.d + m.f,
	}
}

// state is what q keeps and Q gives back.
type state struct {
	matrix       matrix
	fill, stroke color.RGBA
	width        float64
	dashes       []float64
	font         *Font
	size, space  float64
	clip         image.Rectangle
}

type painter struct {
	state
	page    Page
	out     *image.RGBA
	kept    []state
	path    path
	clipped bool // the path under way will clip
	args    []float64
	name    string
	text    string
	tx, ty  float64
}

// Draw paints a page on white, width pixels wide.
func Draw(page Page, width int) *image.RGBA {
	k := float64(width) / page.Width
	out := image.NewRGBA(image.Rect(0, 0, width, int(page.Height*k+0.5)))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	black := color.RGBA{A: 255}
	p := &painter{page: page, out: out}
	p.state = state{matrix: matrix{k, 0, 0, -k, 0, page.Height * k}, fill: black, stroke: black, width: 1, clip: out.Bounds()}
	scan(page.Content, p)
	return out
}

func (p *painter) number(v float64) { p.args = append(p.args, v) }
func (p *painter) named(s string)   { p.name = s }
func (p *painter) quoted(s string)  { p.text = s }

// operator does one operator on what was gathered before it.
func (p *painter) operator(op string) {
	if act, ok := operators[op]; ok && len(p.args) >= act.args {
		act.do(p, p.args)
	}
	p.args = p.args[:0]
}

type operator struct {
	args int
	do   func(*painter, []float64)
}

// operators are those that our papers use; others are skipped.
var operators = map[string]operator{
	"q":  {0, func(p *painter, _ []float64) { p.kept = append(p.kept, p.state) }},
	"Q":  {0, (*painter).restore},
	"cm": {6, func(p *painter, a []float64) { p.matrix = p.matrix.before(matrix{a[0], a[1], a[2], a[3], a[4], a[5]}) }},
	"w":  {1, func(p *painter, a []float64) { p.width = a[0] }},
	"d":  {1, func(p *painter, a []float64) { p.dashes = append([]float64(nil), a[:len(a)-1]...) }},
	"rg": {3, func(p *painter, a []float64) { p.fill = rgb(a) }},
	"RG": {3, func(p *painter, a []float64) { p.stroke = rgb(a) }},
	"g":  {1, func(p *painter, a []float64) { p.fill = rgb([]float64{a[0], a[0], a[0]}) }},
	"G":  {1, func(p *painter, a []float64) { p.stroke = rgb([]float64{a[0], a[0], a[0]}) }},
	"k":  {4, func(p *painter, a []float64) { p.fill = cmyk(a) }},
	"K":  {4, func(p *painter, a []float64) { p.stroke = cmyk(a) }},
	"m":  {2, func(p *painter, a []float64) { p.path.move(p.matrix.apply(a[0], a[1])) }},
	"l":  {2, func(p *painter, a []float64) { p.path.line(p.matrix.apply(a[0], a[1])) }},
	"c": {6, func(p *painter, a []float64) {
		p.path.curve(p.matrix.apply(a[0], a[1]), p.matrix.apply(a[2], a[3]), p.matrix.apply(a[4], a[5]))
	}},
	"h":  {0, func(p *painter, _ []float64) { p.path.close() }},
	"re": {4, (*painter).rectangle},
	"W":  {0, func(p *painter, _ []float64) { p.clipped = true }},
	"n":  {0, func(p *painter, _ []float64) { p.finish(false, false) }},
	"f":  {0, func(p *painter, _ []float64) { p.finish(true, false) }},
	"S":  {0, func(p *painter, _ []float64) { p.finish(false, true) }},
	"s":  {0, func(p *painter, _ []float64) { p.path.close(); p.finish(false, true) }},
	"B":  {0, func(p *painter, _ []float64) { p.finish(true, true) }},
	"b":  {0, func(p *painter, _ []float64) { p.path.close(); p.finish(true, true) }},
	"BT": {0, func(p *painter, _ []float64) { p.tx, p.ty = 0, 0 }},
	"Td": {2, func(p *painter, a []float64) { p.tx, p.ty = p.tx+a[0], p.ty+a[1] }},
	"Tc": {1, func(p *painter, a []float64) { p.space = a[0] }},
	"Tf": {1, func(p *painter, a []float64) { p.font, p.size = p.page.Fonts[p.name], a[0] }},
	"Tj": {0, (*painter).show},
	"Do": {0, (*painter).image},
}

func (p *painter) restore(_ []float64) {
	if n := len(p.kept); n > 0 {
		p.state, p.kept = p.kept[n-1], p.kept[:n-1]
	}
}

func (p *painter) rectangle(a []float64) {
	x, y, w, h := a[0], a[1], a[2], a[3]
	p.path.move(p.matrix.apply(x, y))
	for _, c := range [][2]float64{{x + w, y}, {x + w, y + h}, {x, y + h}} {
		p.path.line(p.matrix.apply(c[0], c[1]))
	}
	p.path.close()
}

// finish paints the path under way and forgets it.
func (p *painter) finish(fill, stroke bool) {
	if fill {
		p.paint(&p.path, p.fill)
	}
	if stroke {
		outline := p.path.outline(p.width*p.matrix.scale(), p.dashes, p.matrix.scale())
		p.paint(&outline, p.stroke)
	}
	if p.clipped {
		p.clip = p.clip.Intersect(p.path.bounds())
	}
	p.clipped, p.path = false, path{pieces: p.path.pieces[:0]}
}

// image draws a picture in the unit square, upright: our papers never turn one.
func (p *painter) image(_ []float64) {
	picture, ok := p.page.Images[p.name]
	if !ok {
		return
	}
	low, high := p.matrix.apply(0, 1), p.matrix.apply(1, 0)
	to := image.Rect(int(low.x+0.5), int(low.y+0.5), int(high.x+0.5), int(high.y+0.5))
	if part := to.Intersect(p.clip); !part.Empty() {
		xdraw.CatmullRom.Scale(p.out.SubImage(part).(*image.RGBA), to, picture, picture.Bounds(), draw.Over, nil)
	}
}

func rgb(a []float64) color.RGBA {
	part := func(v float64) uint8 { return uint8(min(max(v, 0), 1)*255 + 0.5) }
	return color.RGBA{part(a[0]), part(a[1]), part(a[2]), 255}
}

// cmyk is near enough for what our papers print so: pure black.
func cmyk(a []float64) color.RGBA {
	light := 1 - a[3]
	return rgb([]float64{(1 - a[0]) * light, (1 - a[1]) * light, (1 - a[2]) * light})
}
