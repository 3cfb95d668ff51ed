package artwork

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
)

// Rows of samples in a pixel, and crossings after which a drawing is too much.
const (
	samples       = 4
	mostCrossings = 12_000_000
)

// scanner fills figures with either winding rule, which logos use and the
// rasteriser of the library lacks. Figures outside the picture cost nothing.
type scanner struct {
	out      *image.NRGBA
	rows     [][]crossing
	low      int
	high     int
	at       fixed.Point26_6
	extent   fixed.Rectangle26_6
	begun    bool
	nonZero  bool
	colour   func(x, y int) color.Color
	cover    []float32
	crossing int
}

// crossing is where an edge passes a row of samples, and which way.
type crossing struct {
	x   float64
	dir int
}

func newScanner(out *image.NRGBA) *scanner {
	s := &scanner{out: out, rows: make([][]crossing, out.Bounds().Dy()*samples), nonZero: true, cover: make([]float32, out.Bounds().Dx()+1)}
	s.Clear()
	return s
}

func (s *scanner) tired() bool { return s.crossing > mostCrossings }

// Start begins a figure.
func (s *scanner) Start(a fixed.Point26_6) { s.at = a; s.grow(a) }

// Line adds an edge to the figure.
func (s *scanner) Line(b fixed.Point26_6) {
	a := s.at
	s.at = b
	s.grow(b)
	dir := 1
	if a.Y > b.Y {
		a, b, dir = b, a, -1
	}
	const step = 64.0 / samples
	first := max(0, int(math.Ceil(float64(a.Y)/step-0.5)))
	last := min(len(s.rows)-1, int(math.Ceil(float64(b.Y)/step-0.5))-1)
	if first > last || s.tired() {
		return
	}
	slope := float64(b.X-a.X) / float64(b.Y-a.Y)
	for row := first; row <= last; row++ {
		y := (float64(row) + 0.5) * step
		s.rows[row] = append(s.rows[row], crossing{(float64(a.X) + (y-float64(a.Y))*slope) / 64, dir})
	}
	s.crossing += last - first + 1
	s.low, s.high = min(s.low, first), max(s.high, last)
}

func (s *scanner) grow(p fixed.Point26_6) {
	if !s.begun {
		s.begun, s.extent = true, fixed.Rectangle26_6{Min: p, Max: p}
	}
	s.extent.Min = fixed.Point26_6{X: min(s.extent.Min.X, p.X), Y: min(s.extent.Min.Y, p.Y)}
	s.extent.Max = fixed.Point26_6{X: max(s.extent.Max.X, p.X), Y: max(s.extent.Max.Y, p.Y)}
}

// Draw paints the figure.
func (s *scanner) Draw() {
	if s.tired() || s.colour == nil || s.low > s.high {
		return
	}
	for y := s.low / samples; y <= s.high/samples; y++ {
		clear(s.cover)
		for row := y * samples; row < (y+1)*samples; row++ {
			s.fillRow(s.rows[row])
		}
		s.blend(y)
	}
}

// fillRow adds to the cover what lies inside the figure on a row of samples.
func (s *scanner) fillRow(row []crossing) {
	slices.SortFunc(row, func(a, b crossing) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		default:
			return 0
		}
	})
	winding := 0
	for i := 0; i+1 < len(row); i++ {
		winding += row[i].dir
		if s.nonZero && winding != 0 || !s.nonZero && i%2 == 0 {
			s.span(row[i].x, row[i+1].x)
		}
	}
}

func (s *scanner) span(from, to float64) {
	width := float64(s.out.Bounds().Dx())
	from, to = min(max(from, 0), width), min(max(to, 0), width)
	for x := int(from); float64(x) < to; x++ {
		part := min(to, float64(x+1)) - max(from, float64(x))
		s.cover[x] += float32(part / samples)
	}
}

func (s *scanner) blend(y int) {
	for x := range s.out.Bounds().Dx() {
		if s.cover[x] <= 0 {
			continue
		}
		over := color.NRGBAModel.Convert(s.colour(x, y)).(color.NRGBA)
		share := float64(min(s.cover[x], 1)) * float64(over.A) / 255
		under := s.out.NRGBAAt(x, y)
		rest := float64(under.A) / 255 * (1 - share)
		alpha := share + rest
		if alpha <= 0 {
			continue
		}
		mix := func(a, b uint8) uint8 { return uint8((float64(a)*share+float64(b)*rest)/alpha + 0.5) }
		s.out.SetNRGBA(x, y, color.NRGBA{mix(over.R, under.R), mix(over.G, under.G), mix(over.B, under.B), uint8(alpha*255 + 0.5)})
	}
}

// GetPathExtent is the figure's box, for gradients.
func (s *scanner) GetPathExtent() fixed.Rectangle26_6 { return s.extent }

// SetBounds is for scanners that are reused; this one is not.
func (s *scanner) SetBounds(_, _ int) {}

// SetClip is for drawings with clips, which are refused.
func (s *scanner) SetClip(_ image.Rectangle) {}

// SetColor takes a colour or a gradient.
func (s *scanner) SetColor(c any) {
	switch c := c.(type) {
	case color.Color:
		s.colour = func(_, _ int) color.Color { return c }
	case rasterx.ColorFunc:
		s.colour = c
	default:
		s.colour = nil
	}
}

// SetWinding chooses between « nonzero » and « evenodd ».
func (s *scanner) SetWinding(nonZero bool) { s.nonZero = nonZero }

// Clear forgets the figure.
func (s *scanner) Clear() {
	for row := max(0, s.low); row <= s.high && row < len(s.rows); row++ {
		s.rows[row] = s.rows[row][:0]
	}
	s.low, s.high, s.begun, s.extent = len(s.rows), -1, false, fixed.Rectangle26_6{}
}
