package picture

import (
	"fmt"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Font draws text with the outlines of a TrueType file. It is not safe for use
// by several drawings at once.
type Font struct {
	face   *sfnt.Font
	buffer sfnt.Buffer
	units  float64
	glyphs map[rune]glyph
}

type glyph struct {
	segments []sfnt.Segment
	advance  float64 // for a size of 1
}

// NewFont reads a TrueType file.
func NewFont(file []byte) (*Font, error) {
	face, err := sfnt.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("picture: read font: %w", err)
	}
	return &Font{face: face, units: float64(face.UnitsPerEm()), glyphs: map[rune]glyph{}}, nil
}

// glyph is a character's figure; an empty one when the font lacks it.
func (f *Font) glyph(r rune) glyph {
	if g, ok := f.glyphs[r]; ok {
		return g
	}
	var g glyph
	ppem := fixed.I(int(f.face.UnitsPerEm()))
	if index, err := f.face.GlyphIndex(&f.buffer, r); err == nil {
		if segments, err := f.face.LoadGlyph(&f.buffer, index, ppem, nil); err == nil {
			g.segments = append(g.segments, segments...)
		}
		if advance, err := f.face.GlyphAdvance(&f.buffer, index, ppem, 0); err == nil {
			g.advance = float64(advance) / 64 / f.units
		}
	}
	f.glyphs[r] = g
	return g
}

// show writes the text under way; our papers write it as UTF-16.
func (p *painter) show(_ []float64) {
	if p.font == nil {
		return
	}
	var letters path
	x := p.tx
	for _, r := range runes(p.text) {
		g := p.font.glyph(r)
		p.trace(&letters, g, x)
		x += g.advance*p.size + p.space
	}
	p.tx = x
	p.paint(&letters, p.fill)
}

func (p *painter) trace(out *path, g glyph, x float64) {
	k := p.size / p.font.units / 64
	at := func(q fixed.Point26_6) point { return p.matrix.apply(x+float64(q.X)*k, p.ty-float64(q.Y)*k) }
	var now point
	for i, s := range g.segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				out.close()
			}
			now = at(s.Args[0])
			out.move(now)
		case sfnt.SegmentOpLineTo:
			now = at(s.Args[0])
			out.line(now)
		case sfnt.SegmentOpQuadTo:
			b, end := at(s.Args[0]), at(s.Args[1])
			out.curve(third(now, b), third(end, b), end)
			now = end
		case sfnt.SegmentOpCubeTo:
			now = at(s.Args[2])
			out.curve(at(s.Args[0]), at(s.Args[1]), now)
		}
	}
	if len(g.segments) > 0 {
		out.close()
	}
}

// third is the cubic control point of a quadratic one.
func third(end, control point) point {
	return point{end.x + (control.x-end.x)*2/3, end.y + (control.y-end.y)*2/3}
}

func runes(s string) []rune {
	units := make([]uint16, len(s)/2)
	for i := range units {
		units[i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return utf16.Decode(units)
}
