package print

import "math"

// guilloche covers an area with interlaced waves, pale enough to read over and
// fine enough to break up on an office copier.
func (c canvas) guilloche(x, y, w, h float64, k rgb) {
	const strands, step = 30, 3.0
	c.pdf.ClipRect(c.ox+x, c.oy+y, w, h, false)
	c.pdf.SetDrawColor(k.r, k.g, k.b)
	c.pdf.SetLineWidth(0.09)
	for strand := range strands {
		share := float64(strand) / strands
		wave := func(at float64) float64 {
			swell := 0.55 + 0.45*math.Sin(2*math.Pi*(at/95+share))
			return h * (0.5 + 0.62*(share-0.5) + 0.24*swell*math.Sin(2*math.Pi*(at/41+share*1.5)))
		}
		c.wave(x, y, w, step, wave)
	}
	c.pdf.ClipEnd()
}

// wave follows a function with cubic curves whose tangents are the function's.
func (c canvas) wave(x, y, w, step float64, f func(float64) float64) {
	slope := func(at float64) float64 { return (f(at+0.05) - f(at-0.05)) / 0.1 }
	c.pdf.MoveTo(c.ox+x, c.oy+y+f(0))
	for at := 0.0; at < w; at += step {
		next := at + step
		c.pdf.CurveBezierCubicTo(
			c.ox+x+at+step/3, c.oy+y+f(at)+slope(at)*step/3,
			c.ox+x+next-step/3, c.oy+y+f(next)-slope(next)*step/3,
			c.ox+x+next, c.oy+y+f(next))
	}
	c.pdf.DrawPath("D")
}
