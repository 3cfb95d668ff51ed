package upload

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"image/png"
)

// mostPoints is what a picture may measure: beyond, opening it is an attack.
const mostPoints = 60_000_000

// cleanJPEG checks that the picture opens, and keeps the picture alone: neither
// where it was taken nor what was glued after its end. Which side is up is kept.
func cleanJPEG(content []byte) ([]byte, error) {
	size, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, ErrPicture
	}
	if size.Width*size.Height > mostPoints {
		return nil, ErrTooWide
	}
	if _, err := jpeg.Decode(bytes.NewReader(content)); err != nil {
		return nil, ErrPicture
	}
	out := []byte{0xff, 0xd8}
	if side := orientation(content); side > 1 {
		out = append(out, upright(side)...)
	}
	return appendPicture(out, content)
}

// appendPicture copies the segments that draw, up to the end of the image.
func appendPicture(out, content []byte) ([]byte, error) {
	for at := 2; at+4 <= len(content); {
		if content[at] != 0xff {
			return nil, ErrPicture
		}
		marker := content[at+1]
		if marker == 0xff {
			at++
			continue
		}
		length := 2 + int(binary.BigEndian.Uint16(content[at+2:]))
		if at+length > len(content) {
			return nil, ErrPicture
		}
		if isDrawing(marker) {
			out = append(out, content[at:at+length]...)
		}
		at += length
		if marker != 0xda {
			continue
		}
		end := scanEnd(content, at)
		out = append(out, content[at:end]...)
		if at = end; at+1 < len(content) && content[at+1] == 0xd9 {
			return append(out, 0xff, 0xd9), nil
		}
	}
	return nil, ErrPicture
}

// isDrawing leaves out application data (but for JFIF, ICC and Adobe, which say
// how to read colours) and comments.
func isDrawing(marker byte) bool {
	isApplication := marker >= 0xe0 && marker <= 0xef
	return marker == 0xe0 || marker == 0xe2 || marker == 0xee || !isApplication && marker != 0xfe
}

// scanEnd finds the marker that follows compressed data (T.81 §B.1.1.5).
func scanEnd(content []byte, at int) int {
	for ; at+1 < len(content); at++ {
		if next := content[at+1]; content[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(content)
}

const exifHead = "Exif\x00\x00"

// orientation reads the tag 0x0112 of the first directory of Exif; 0 when there
// is none.
func orientation(content []byte) uint16 {
	at := bytes.Index(content[:min(len(content), 1<<16)], []byte(exifHead))
	if at < 0 {
		return 0
	}
	tiff := content[at+len(exifHead):]
	if len(tiff) < 14 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	start := int(order.Uint32(tiff[4:]))
	if start < 8 || start+2 > len(tiff) {
		return 0
	}
	for i := range int(order.Uint16(tiff[start:])) {
		entry := start + 2 + 12*i
		if entry+12 > len(tiff) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return order.Uint16(tiff[entry+8:])
		}
	}
	return 0
}

// upright is the smallest Exif segment that says which side is up.
func upright(side uint16) []byte {
	body := append([]byte(exifHead), 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1)
	body = binary.BigEndian.AppendUint16(body, side)
	body = append(body, 0, 0, 0, 0, 0, 0)
	return append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2)), body...)
}

// drawing are the chunks of a PNG that draw (W3C PNG §4.7).
var drawing = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "pHYs": true}

// cleanPNG checks that the picture opens, and keeps the chunks that draw.
func cleanPNG(content []byte) ([]byte, error) {
	size, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, ErrPicture
	}
	if size.Width*size.Height > mostPoints {
		return nil, ErrTooWide
	}
	if _, err := png.Decode(bytes.NewReader(content)); err != nil {
		return nil, ErrPicture
	}
	const signature, frame = 8, 12
	out := append([]byte{}, content[:signature]...)
	for at := signature; at+frame <= len(content); {
		length := int(binary.BigEndian.Uint32(content[at:]))
		if length < 0 || at+frame+length > len(content) {
			return nil, ErrPicture
		}
		name := string(content[at+4 : at+8])
		if drawing[name] {
			out = append(out, content[at:at+frame+length]...)
		}
		if name == "IEND" {
			return out, nil
		}
		at += frame + length
	}
	return nil, ErrPicture
}
