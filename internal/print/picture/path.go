package picture

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

type point struct{ x, y float64 }

// scale is how much the transformation enlarges.
func (m matrix) scale() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

// piece is one step of a path: 'm', 'l', 'c' or 'h'.
type piece struct {
	kind    byte
	b, c, p point
}

// path is a figure in pixels.
type path struct {
	pieces   []piece
	min, max point
	begun    bool
}

func (f *path) grow(points ...point) {
	for _, p := range points {
		if !f.begun {
			f.begun, f.min, f.max = true, p, p
		}
		f.min = point{min(f.min.x, p.x), min(f.min.y, p.y)}
		f.max = point{max(f.max.x, p.x), max(f.max.y, p.y)}
	}
}

func (f *path) move(p point) { f.grow(p); f.pieces = append(f.pieces, piece{kind: 'm', p: p}) }
func (f *path) line(p point) { f.grow(p); f.pieces = append(f.pieces, piece{kind: 'l', p: p}) }
func (f *path) curve(b, c, p point) {
	f.grow(b, c, p)
	f.pieces = append(f.pieces, piece{'c', b, c, p})
}
func (f *path) close() { f.pieces = append(f.pieces, piece{kind: 'h'}) }

func (f *path) bounds() image.Rectangle {
	if !f.begun {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(f.min.x)), int(math.Floor(f.min.y)), int(math.Ceil(f.max.x)), int(math.Ceil(f.max.y)))
}

// paint fills a path. Only its own rectangle is rasterised: a page holds
// thousands of small figures.
func (p *painter) paint(f *path, k color.RGBA) {
	box := f.bounds().Intersect(p.clip)
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(q point) (float32, float32) {
		return float32(q.x - float64(box.Min.X)), float32(q.y - float64(box.Min.Y))
	}
	for _, step := range f.pieces {
		x, y := at(step.p)
		switch step.kind {
		case 'm':
			r.MoveTo(x, y)
		case 'l':
			r.LineTo(x, y)
		case 'c':
			bx, by := at(step.b)
			cx, cy := at(step.c)
			r.CubeTo(bx, by, cx, cy, x, y)
		default:
			r.ClosePath()
		}
	}
	r.Draw(p.out, box, image.NewUniform(k), image.Point{})
}

// outline is the figure of a stroke: a strip per straight piece, which is
// enough for the thin lines of our papers.
func (f *path) outline(width float64, dashes []float64, scale float64) path {
	var out path
	half := max(width, 0.35) / 2 // a hairline stays visible
	for _, line := range f.lines() {
		if len(dashes) == 0 {
			strip(&out, line[0], line[1], half)
			continue
		}
		for _, dash := range cut(line, dashes, scale) {
			strip(&out, dash[0], dash[1], half)
		}
	}
	return out
}

func strip(out *path, a, b point, half float64) {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	nx, ny := -dy/length*half, dx/length*half
	out.move(point{a.x + nx, a.y + ny})
	out.line(point{b.x + nx, b.y + ny})
	out.line(point{b.x - nx, b.y - ny})
	out.line(point{a.x - nx, a.y - ny})
	out.close()
}

// lines flattens the path.
func (f *path) lines() [][2]point {
	var all [][2]point
	var start, now point
	to := func(p point) { all, now = append(all, [2]point{now, p}), p }
	for _, step := range f.pieces {
		switch step.kind {
		case 'm':
			start, now = step.p, step.p
		case 'l':
			to(step.p)
		case 'c':
			const parts = 8
			from := now
			for i := 1; i <= parts; i++ {
				to(bezier(from, step.b, step.c, step.p, float64(i)/parts))
			}
		default:
			to(start)
		}
	}
	return all
}

func bezier(a, b, c, d point, t float64) point {
	u := 1 - t
	w := [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t}
	return point{w[0]*a.x + w[1]*b.x + w[2]*c.x + w[3]*d.x, w[0]*a.y + w[1]*b.y + w[2]*c.y + w[3]*d.y}
}

// cut keeps the drawn parts of a dashed line.
func cut(line [2]point, dashes []float64, scale float64) [][2]point {
	var all [][2]point
	dx, dy := line[1].x-line[0].x, line[1].y-line[0].y
	length := math.Hypot(dx, dy)
	for at, i := 0.0, 0; at < length; i++ {
		step := dashes[i%len(dashes)] * scale
		if step <= 0 {
			return append(all, line)
		}
		end := min(at+step, length)
		if i%2 == 0 {
			all = append(all, [2]point{
				{line[0].x + dx*at/length, line[0].y + dy*at/length}, {line[0].x + dx*end/length, line[0].y + dy*end/length},
			})
		}
		at = end
	}
	return all
}
