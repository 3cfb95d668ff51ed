// Package theme derives an organisation's colours from the one it chose, so
// that its pages stay legible whatever it chose. It refuses to serve anything:
// it returns the text of a style sheet and a name that changes with it.
package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrColour is returned by Derive for anything but « #RRGGBB ».
var ErrColour = errors.New("not a colour like #0B5A56")

// MinContrast is the WCAG AA ratio between text and its ground.
const MinContrast = 4.5

// paper is the page's ground; a strong colour must be legible on it and on white.
var (
	white = colour{255, 255, 255}
	paper = colour{0xFB, 0xF8, 0xF2}
	ink   = colour{0x1B, 0x25, 0x29}
)

// Theme is an organisation's colours, as « #rrggbb ».
type Theme struct {
	// Brand is the colour as chosen.
	Brand string
	// Strong is Brand, darkened until legible on white and on paper.
	Strong string
	// Deep is darker still: headers, hovered buttons.
	Deep string
	// Soft is a ground for what is selected.
	Soft string
	// On is the text on Strong.
	On string
	// Corrected says that Strong is not the colour as chosen.
	Corrected bool
}

type colour struct{ r, g, b uint8 }

// Derive computes a theme from one colour.
func Derive(hexColour string) (Theme, error) {
	chosen, err := parse(hexColour)
	if err != nil {
		return Theme{}, err
	}
	soft := chosen.mix(white, 0.14)
	strong := darkenUntil(chosen, func(c colour) bool {
		return contrast(c, white) >= MinContrast && contrast(c, paper) >= MinContrast && contrast(c, soft) >= MinContrast
	})
	// Deep is a ground for white text and a text on soft grounds.
	deep := darkenUntil(strong.mix(colour{}, 0.68), func(c colour) bool { return contrast(c, white) >= 7 })
	return Theme{
		Brand: chosen.String(), Strong: strong.String(), Deep: deep.String(), Soft: soft.String(),
		On: legibleOn(strong).String(), Corrected: strong != chosen,
	}, nil
}

// CSS is the style sheet that puts the theme in place of the house colours.
func (t Theme) CSS() string {
	return fmt.Sprintf(":root{--brand:%s;--brand-strong:%s;--brand-deep:%s;--brand-soft:%s;--on-brand:%s;--govuk-brand-colour:%s;--govuk-link-colour:%s;--govuk-link-hover-colour:%s}\n",
		t.Brand, t.Strong, t.Deep, t.Soft, t.On, t.Strong, t.Strong, t.Deep)
}

// Hash names a version of the style sheet: « /t/creuse/theme.3fa92c1b.css ».
func (t Theme) Hash() string {
	sum := sha256.Sum256([]byte(t.CSS()))
	return hex.EncodeToString(sum[:4])
}

func parse(s string) (colour, error) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(s), "#")
	if !ok || len(digits) != 6 {
		return colour{}, ErrColour
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return colour{}, ErrColour
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

// String writes « #rrggbb ».
func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

// mix keeps the given share of c over the other colour.
func (c colour) mix(over colour, share float64) colour {
	blend := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*share + float64(b)*(1-share))) }
	return colour{blend(c.r, over.r), blend(c.g, over.g), blend(c.b, over.b)}
}

func darkenUntil(c colour, legible func(colour) bool) colour {
	for share := 1.0; share > 0; share -= 0.02 {
		if darker := c.mix(colour{}, share); legible(darker) {
			return darker
		}
	}
	return colour{}
}

func legibleOn(ground colour) colour {
	if contrast(white, ground) >= MinContrast {
		return white
	}
	return ink
}

// contrast is the WCAG ratio of two colours.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}
