package ui

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// qrQuiet is the white border that readers need, in modules.
const qrQuiet = 4

// qrDrawing is a QR code as one SVG path in modules, with the side of the
// square it fills; both are empty when the payload is too long for a code.
func qrDrawing(payload string) (path string, side int) {
	code, err := qr.Encode(payload, qr.M)
	if err != nil {
		return "", 0
	}
	var d strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				d.WriteString("M" + strconv.Itoa(x+qrQuiet) + " " + strconv.Itoa(y+qrQuiet) + "h1v1h-1z")
			}
		}
	}
	return d.String(), code.Size + 2*qrQuiet
}
