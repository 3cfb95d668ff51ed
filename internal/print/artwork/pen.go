package artwork

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"

	"github.com/srwiley/rasterx"
)

// pen is how thick lines are inside an element: the width it inherits, and how
// much the transformations around it enlarge. The library that draws shapes
// enlarges them and leaves their lines thin; so widths are given to it enlarged.
type pen struct {
	width, scale float64
	evenOdd      bool
}

// evenOddMark carries the filling rule, which the library forgets, in a number
// that it keeps and that means nothing here: no line is dashed.
const evenOddMark = "stroke-dashoffset"

// unfold writes the style attribute as the attributes it stands for.
func unfold(list []xml.Attr) []xml.Attr {
	var all []xml.Attr
	for _, a := range list {
		if a.Name.Space != "" || a.Name.Local != "style" {
			all = append(all, a)
		}
	}
	for _, a := range list {
		if a.Name.Space != "" || a.Name.Local != "style" {
			continue
		}
		for declaration := range strings.SplitSeq(a.Value, ";") {
			if name, value, ok := strings.Cut(declaration, ":"); ok {
				all = append(all, xml.Attr{Name: xml.Name{Local: strings.TrimSpace(name)}, Value: strings.TrimSpace(value)})
			}
		}
	}
	return all
}

// dip takes the pen of a new element, and writes its width on shapes.
func (c *copier) dip(name string, list []xml.Attr) ([]xml.Attr, error) {
	mine := c.pens[len(c.pens)-1]
	kept := list[:0]
	for _, a := range list {
		switch a.Name.Local {
		case "transform", "gradientTransform":
			matrix, enlarged, ok := written(a.Value)
			if !ok {
				return nil, errSVGBroken
			}
			a.Value = matrix
			mine.scale *= enlarged
		case "stroke-width":
			mine.width = number(a.Value)
			continue
		case "fill-rule":
			mine.evenOdd = strings.TrimSpace(a.Value) == "evenodd"
			continue
		}
		kept = append(kept, a)
	}
	c.pens = append(c.pens, mine)
	if name == "svg" || name == "g" || name == "defs" || name == "stop" || strings.HasSuffix(name, "Gradient") {
		return kept, nil
	}
	width := strconv.FormatFloat(mine.width*mine.scale*keptSide/max(c.box.w, c.box.h), 'f', 4, 64)
	if mine.evenOdd {
		kept = append(kept, xml.Attr{Name: xml.Name{Local: evenOddMark}, Value: "1"})
	}
	return append(kept, xml.Attr{Name: xml.Name{Local: "stroke-width"}, Value: width}), nil
}

// written turns any transformation into one matrix, which the library reads
// right where it reads « scale(2) » wrong; ok is false for nonsense.
func written(transform string) (text string, enlarged float64, ok bool) {
	m := rasterx.Identity
	for part := range strings.SplitSeq(transform, ")") {
		name, list, found := strings.Cut(part, "(")
		if name = strings.Trim(name, " ,\n\r\t"); !found && name == "" {
			continue
		}
		var v []float64
		for _, field := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(" ,\n\r\t", r) }) {
			v = append(v, number(field))
		}
		step, known := steps[strings.ToLower(name)]
		if !known || len(v) < step.least || len(v) > 6 {
			return "", 0, false
		}
		m = step.do(m, append(v, make([]float64, 6-len(v))...), len(v))
	}
	text = "matrix("
	for _, v := range []float64{m.A, m.B, m.C, m.D, m.E, m.F} {
		text += strconv.FormatFloat(v, 'f', 6, 64) + " "
	}
	return text + ")", math.Sqrt(math.Abs(m.A*m.D - m.B*m.C)), true
}

type step struct {
	least int
	do    func(m rasterx.Matrix2D, v []float64, given int) rasterx.Matrix2D
}

var steps = map[string]step{
	"translate": {1, func(m rasterx.Matrix2D, v []float64, _ int) rasterx.Matrix2D { return m.Translate(v[0], v[1]) }},
	"scale": {1, func(m rasterx.Matrix2D, v []float64, given int) rasterx.Matrix2D {
		if given == 1 {
			v[1] = v[0]
		}
		return m.Scale(v[0], v[1])
	}},
	"rotate": {1, func(m rasterx.Matrix2D, v []float64, _ int) rasterx.Matrix2D {
		return m.Translate(v[1], v[2]).Rotate(v[0]*math.Pi/180).Translate(-v[1], -v[2])
	}},
	"skewx": {1, func(m rasterx.Matrix2D, v []float64, _ int) rasterx.Matrix2D { return m.SkewX(v[0] * math.Pi / 180) }},
	"skewy": {1, func(m rasterx.Matrix2D, v []float64, _ int) rasterx.Matrix2D { return m.SkewY(v[0] * math.Pi / 180) }},
	"matrix": {6, func(m rasterx.Matrix2D, v []float64, _ int) rasterx.Matrix2D {
		return m.Mult(rasterx.Matrix2D{A: v[0], B: v[1], C: v[2], D: v[3], E: v[4], F: v[5]})
	}},
}
