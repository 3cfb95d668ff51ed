package print

import "strconv"

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
