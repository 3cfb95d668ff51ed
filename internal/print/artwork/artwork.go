// Package artwork makes a logo safe to keep and to print: whatever was sent
// becomes one PNG of bounded size, drawn by us. It trusts no name and no
// declared type, and refuses in French what it cannot draw faithfully.
package artwork

import (
	"bytes"
	"image"
	"image/draw"
	_ "image/jpeg" // a logo may be a JPEG
	"image/png"

	xdraw "golang.org/x/image/draw"

	"passnum/internal/fault"
)

// The bounds of what is accepted.
const (
	MostBytes  = 8 << 20
	mostPixels = 25_000_000
	leastSide  = 16
	mostRatio  = 12
	keptSide   = 1200 // pixels of the longer side, kept
)

// The refusals, each naming what to do.
var (
	errNone    = fault.Field("logo", "Choisissez un fichier PNG, JPEG ou SVG.")
	errHeavy   = fault.Field("logo", "Ce fichier est trop lourd\u00a0: 8\u00a0Mio au plus. Réduisez l’image, puis recommencez.")
	errType    = fault.Field("logo", "Ce fichier n’est pas une image PNG, JPEG ou SVG. Enregistrez le logo dans l’un de ces formats.")
	errPDF     = fault.Field("logo", "Ce fichier est un PDF. Enregistrez le logo en PNG, en JPEG ou en SVG.")
	errBroken  = fault.Field("logo", "Cette image est abîmée ou incomplète. Enregistrez-la de nouveau, puis recommencez.")
	errPixels  = fault.Field("logo", "Cette image est trop grande\u00a0: 25 millions de pixels au plus. Réduisez-la, puis recommencez.")
	errSmall   = fault.Field("logo", "Cette image est trop petite pour être imprimée\u00a0: 16 pixels au moins de côté, 400 conseillés.")
	errRibbon  = fault.Field("logo", "Cette image est trop allongée pour un logo. Recadrez-la, puis recommencez.")
	errNothing = fault.Field("logo", "Cette image est vide. Choisissez un autre fichier.")
)

// Clean returns the logo as a PNG, or the refusal of the field « logo ».
func Clean(content []byte) ([]byte, error) {
	switch {
	case len(content) == 0:
		return nil, errNone
	case len(content) > MostBytes:
		return nil, errHeavy
	case bytes.HasPrefix(content, []byte("%PDF")):
		return nil, errPDF
	}
	picture, err := read(content)
	if err != nil {
		return nil, err
	}
	if empty(picture) {
		return nil, errNothing
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, errBroken
	}
	return out.Bytes(), nil
}

func read(content []byte) (*image.NRGBA, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		if looksSVG(content) {
			return drawSVG(content)
		}
		return nil, errType
	}
	// The product of two 32-bit sides holds in 64 bits: a bomb cannot wrap it.
	if int64(head.Width)*int64(head.Height) > mostPixels {
		return nil, errPixels
	}
	if min(head.Width, head.Height) < leastSide {
		return nil, errSmall
	}
	if max(head.Width, head.Height) > mostRatio*min(head.Width, head.Height) {
		return nil, errRibbon
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, errBroken
	}
	return reduce(picture), nil
}

// reduce copies the picture, smaller when it has more pixels than paper shows.
func reduce(picture image.Image) *image.NRGBA {
	w, h := picture.Bounds().Dx(), picture.Bounds().Dy()
	if side := max(w, h); side > keptSide {
		w, h = max(1, w*keptSide/side), max(1, h*keptSide/side)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if w == picture.Bounds().Dx() {
		draw.Draw(out, out.Bounds(), picture, picture.Bounds().Min, draw.Src)
	} else {
		xdraw.CatmullRom.Scale(out, out.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	}
	return out
}

// empty reports whether nothing of the picture would be seen on white.
func empty(picture *image.NRGBA) bool {
	for i := 0; i < len(picture.Pix); i += 4 {
		p := picture.Pix[i : i+4]
		if p[3] > 8 && (p[0] < 250 || p[1] < 250 || p[2] < 250) {
			return false
		}
	}
	return true
}
