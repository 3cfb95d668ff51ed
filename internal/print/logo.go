package print

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // a logo may be a JPEG
	"image/png"

	"codeberg.org/go-pdf/fpdf"
)

const (
	logoName   = "logo"
	logoPixels = 900 // 30 mm at more than 600 dpi
	logoMost   = 40_000_000
)

var errLogoSize = errors.New("print: the logo has too many pixels")

// addLogo prepares the picture once per document: flattened on white, because
// transparency is what print shops refuse most, and no larger than it prints.
func addLogo(pdf *fpdf.Fpdf, data []byte) error {
	picture, err := readLogo(data)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return fmt.Errorf("print: prepare logo: %w", err)
	}
	pdf.RegisterImageOptionsReader(logoName, fpdf.ImageOptions{ImageType: "PNG"}, &out)
	return pdf.Error()
}

// readLogo is the picture as it prints: on white, no larger than needed.
func readLogo(data []byte) (*image.RGBA, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("print: read logo: %w", err)
	}
	if int64(head.Width)*int64(head.Height) > logoMost {
		return nil, errLogoSize
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("print: read logo: %w", err)
	}
	return shrink(flatten(picture)), nil
}

func flatten(picture image.Image) *image.RGBA {
	b := picture.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), picture, b.Min, draw.Over)
	return flat
}

// shrink averages blocks of n × n pixels until the picture is small enough.
func shrink(picture *image.RGBA) *image.RGBA {
	b := picture.Bounds()
	n := (max(b.Dx(), b.Dy()) + logoPixels - 1) / logoPixels
	if n <= 1 {
		return picture
	}
	small := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/n), max(1, b.Dy()/n)))
	for y := range small.Bounds().Dy() {
		for x := range small.Bounds().Dx() {
			small.SetRGBA(x, y, average(picture, x*n, y*n, n))
		}
	}
	return small
}

func average(picture *image.RGBA, x0, y0, n int) color.RGBA {
	var r, g, b, pixels int
	area := image.Rect(x0, y0, x0+n, y0+n).Intersect(picture.Bounds())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			p := picture.RGBAAt(x, y)
			r, g, b, pixels = r+int(p.R), g+int(p.G), b+int(p.B), pixels+1
		}
	}
	return color.RGBA{uint8(r / pixels), uint8(g / pixels), uint8(b / pixels), 0xFF}
}

// logo draws the registered picture as large as it holds in a box, against its
// right edge, and returns the width it took; 0 without a logo.
func (c canvas) logo(x, y, w, h float64) float64 {
	info := c.pdf.GetImageInfo(logoName)
	if info == nil {
		return 0
	}
	scale := min(w/info.Width(), h/info.Height())
	dw, dh := info.Width()*scale, info.Height()*scale
	c.pdf.ImageOptions(logoName, c.ox+x+w-dw, c.oy+y+(h-dh)/2, dw, dh, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	return dw
}
