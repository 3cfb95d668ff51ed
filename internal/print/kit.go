package print

import (
	"bytes"
	"fmt"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// KitFacts is what a commanditaire's poster and flyer say.
type KitFacts struct {
	Issuer        Issuer
	Commanditaire string
	Logo          []byte
	Colour        string
	Format        string // « 5 chèques de 10 € »
	Until         time.Time
	Points        []KitPoint
	PlacesURL     string // as a person types it
	PlacesLink    string // as a QR code carries it
	PlacesPhone   string
	CreatedAt     time.Time
}

// KitPoint is where a carnet can be asked for.
type KitPoint struct {
	Name, Address, Phone string
}

// KitPiece is one thing to print of the kit.
type KitPiece string

// The pieces of the kit.
const (
	PosterA3 KitPiece = "affiche-a3"
	PosterA4 KitPiece = "affiche-a4"
	FlyerA5  KitPiece = "depliant-a5"
)

// ErrNoPiece is a piece that the kit does not hold.
var ErrNoPiece = fmt.Errorf("print: no such piece in the kit")

type kit struct {
	KitFacts
	accent rgb
}

type kitSheet struct {
	title         string
	width, height float64
	pages         []func(kit, canvas) error
}

var kitSheets = map[KitPiece]kitSheet{
	PosterA3: {"Affiche A3", a4Height, 2 * a4Width, []func(kit, canvas) error{enlarged(kit.poster)}},
	PosterA4: {"Affiche A4", a4Width, a4Height, []func(kit, canvas) error{kit.poster}},
	FlyerA5:  {"Dépliant A5", 148, a4Width, []func(kit, canvas) error{kit.flyerFront, kit.flyerBack}},
}

// enlarged draws an A4 page on an A3 one.
func enlarged(draw func(kit, canvas) error) func(kit, canvas) error {
	return func(k kit, c canvas) error {
		c.pdf.TransformBegin()
		c.pdf.TransformScaleXY(100*math.Sqrt2, 0, 0)
		err := draw(k, c)
		c.pdf.TransformEnd()
		return err
	}
}

func newKit(f KitFacts) kit { return kit{f, parseColour(f.Colour).legible()} }

// Kit prints one piece of the communication kit.
func Kit(f KitFacts, piece KitPiece) ([]byte, error) {
	sheet, ok := kitSheets[piece]
	if !ok {
		return nil, ErrNoPiece
	}
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: sheet.width, Ht: sheet.height}})
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	describe(pdf, sheet.title+" Pass numérique, "+f.Commanditaire, f.Issuer.Name, f.CreatedAt)
	if len(f.Logo) > 0 {
		if err := addLogo(pdf, f.Logo); err != nil {
			return nil, err
		}
	}
	k := newKit(f)
	for _, draw := range sheet.pages {
		pdf.AddPage()
		if err := draw(k, canvas{pdf: pdf}); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return out.Bytes(), nil
}

// KitPreview draws a page of a piece as a PNG, width pixels wide.
func KitPreview(f KitFacts, piece KitPiece, page, width int) ([]byte, error) {
	sheet, ok := kitSheets[piece]
	if !ok || page < 0 || page >= len(sheet.pages) {
		return nil, ErrNoPiece
	}
	return screen(f.Logo, sheet.width, sheet.height, width, func(c canvas) error { return sheet.pages[page](newKit(f), c) })
}
