package print

import (
	"embed"
	"fmt"
	"sync"

	"codeberg.org/go-pdf/fpdf"
)

// all: keeps the directory embeddable before `make assets` has filled it.
//
//go:embed all:fonts/dist
var fontFiles embed.FS

const (
	family  = "atkinson"
	regular = ""
	bold    = "B"
)

var loadFonts = sync.OnceValues(func() (map[string][]byte, error) {
	fonts := map[string][]byte{}
	for style, name := range map[string]string{regular: "regular.ttf", bold: "bold.ttf"} {
		data, err := fontFiles.ReadFile("fonts/dist/" + name)
		if err != nil {
			return nil, fmt.Errorf("the document fonts are not built, run make assets: %w", err)
		}
		fonts[style] = data
	}
	return fonts, nil
})

func addFonts(pdf *fpdf.Fpdf) error {
	fonts, err := loadFonts()
	if err != nil {
		return err
	}
	for style, data := range fonts {
		pdf.AddUTF8FontFromBytes(family, style, data)
	}
	return pdf.Error()
}
