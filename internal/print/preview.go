package print

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"regexp"

	"codeberg.org/go-pdf/fpdf"

	"passnum/internal/print/picture"
)

// Preview draws one page of a specimen carnet as a PNG: its cover for rank 0,
// else the chèque of that rank. It is drawn by what prints the carnets, so the
// screen promises nothing that the paper will not keep.
func Preview(facts CarnetRun, specimen Carnet, rank, width int) ([]byte, error) {
	facts.Specimen = true
	p := newDesign(facts)
	size := len(specimen.Cheques)
	return screen(facts.Logo, pageWidth, pageHeight, width, func(c canvas) error {
		if rank == 0 {
			p.coverGround(c, size)
			return p.coverSerial(c, specimen.Serial)
		}
		if rank > size {
			return fmt.Errorf("print: no chèque %d in a carnet of %d", rank, size)
		}
		p.chequeGround(c)
		return p.chequeFacts(c, specimen.Serial, size, specimen.Cheques[rank-1])
	})
}

var (
	fontUse = regexp.MustCompile(`/(F[0-9a-zA-Z]+) [0-9.]+ Tf`)
	logoUse = regexp.MustCompile(`/(I[0-9a-zA-Z]+) Do`)
)

// screen draws one page of w × h millimetres as a PNG, width pixels wide.
func screen(logo []byte, w, h float64, width int, draw func(canvas) error) ([]byte, error) {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: w, Ht: h}})
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	if len(logo) > 0 {
		if err := addLogo(pdf, logo); err != nil {
			return nil, err
		}
	}
	pdf.AddPage()
	page := picture.Page{Width: w / mmPerPt, Height: h / mmPerPt, Images: map[string]image.Image{}}
	var err error
	if page.Content, err = operators(pdf, draw); err != nil {
		return nil, err
	}
	if page.Fonts, err = screenFonts(pdf); err != nil {
		return nil, err
	}
	for _, use := range logoUse.FindAllSubmatch(page.Content, -1) {
		if page.Images[string(use[1])], err = readLogo(logo); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture.Draw(page, width)); err != nil {
		return nil, fmt.Errorf("print: preview: %w", err)
	}
	return out.Bytes(), nil
}

// operators is what draw draws, as the PDF says it.
func operators(pdf *fpdf.Fpdf, draw func(canvas) error) ([]byte, error) {
	var err error
	content := pdf.CreateTemplate(func(t *fpdf.Tpl) {
		if err = draw(canvas{pdf: &t.Fpdf}); err == nil {
			err = t.Error()
		}
	})
	return content.Bytes(), err
}

// screenFonts finds under which name the document knows each font.
func screenFonts(pdf *fpdf.Fpdf) (map[string]*picture.Font, error) {
	files, err := loadFonts()
	if err != nil {
		return nil, err
	}
	fonts := map[string]*picture.Font{}
	for style, file := range files {
		content, err := operators(pdf, func(c canvas) error { c.font(style, 7); return nil })
		if err != nil {
			return nil, err
		}
		uses := fontUse.FindAllSubmatch(content, -1)
		if len(uses) == 0 {
			continue
		}
		if fonts[string(uses[len(uses)-1][1])], err = picture.NewFont(file); err != nil {
			return nil, err
		}
	}
	return fonts, nil
}
