package print

import (
	"fmt"
	"math"
	"strconv"
)

type rgb struct{ r, g, b int }

// The palette shared with the screens; text pairs pass 4.5:1 on white.
var (
	black    = rgb{0, 0, 0}
	white    = rgb{255, 255, 255}
	ink      = rgb{0x1B, 0x25, 0x29}
	muted    = rgb{0x4C, 0x5A, 0x60}
	rule     = rgb{0xD9, 0xD2, 0xC5}
	sand     = rgb{0xF6, 0xF3, 0xEC}
	tealDeep = rgb{0x07, 0x3D, 0x3B}
	brick    = rgb{0xA8, 0x26, 0x1B}
)

// parseColour reads « #073D3B »; anything else is the house teal, so that a
// badly stored theme never stops a print run.
func parseColour(hex string) rgb {
	if len(hex) != 7 || hex[0] != '#' {
		return tealDeep
	}
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return tealDeep
	}
	return rgb{int(n >> 16), int(n >> 8 & 0xFF), int(n & 0xFF)}
}

// tint mixes the colour with white; share 1 is the colour itself.
func (c rgb) tint(share float64) rgb {
	mix := func(v int) int { return 255 - int(float64(255-v)*share+0.5) }
	return rgb{mix(c.r), mix(c.g), mix(c.b)}
}

// leastContrast is the ratio of WCAG AA between text and its ground.
const leastContrast = 4.5

// HouseColour is what carnets wear when the commanditaire chose nothing.
const HouseColour = "#073D3B"

// Legible returns the colour itself when white text can be read on it, else the
// same one darkened just enough; corrected tells which. Anything but
// « #RRGGBB » gives the house colour.
func Legible(hex string) (legible string, corrected bool) {
	chosen := parseColour(hex)
	safe := chosen.legible()
	return fmt.Sprintf("#%02X%02X%02X", safe.r, safe.g, safe.b), safe != chosen
}

// Contrast is the WCAG ratio of white text on a colour, from 1 to 21.
func Contrast(hex string) float64 { return parseColour(hex).contrast() }

func (c rgb) legible() rgb {
	for share := 1.0; share > 0; share -= 0.01 {
		part := func(v int) int { return int(float64(v)*share + 0.5) }
		if dark := (rgb{part(c.r), part(c.g), part(c.b)}); dark.contrast() >= leastContrast {
			return dark
		}
	}
	return black
}

// contrast is the ratio with white.
func (c rgb) contrast() float64 {
	part := func(v int) float64 {
		s := float64(v) / 255
		if s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return s / 12.92
	}
	return 1.05 / (0.2126*part(c.r) + 0.7152*part(c.g) + 0.0722*part(c.b) + 0.05)
}
