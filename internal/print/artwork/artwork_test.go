package artwork_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/print/artwork"
)

const open = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 100">`

func TestPicturesBecomeOnePNG(t *testing.T) {
	t.Parallel()
	picture := image.NewNRGBA(image.Rect(0, 0, 3000, 1000))
	for x := range 3000 {
		picture.Set(x, 500, color.NRGBA{200, 0, 0, 255})
	}
	var asPNG, asJPEG bytes.Buffer
	if err := png.Encode(&asPNG, picture); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, picture, nil); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"png": asPNG.Bytes(), "jpeg": asJPEG.Bytes()} {
		got := clean(t, content)
		if b := got.Bounds(); b.Dx() != 1200 || b.Dy() != 400 {
			t.Errorf("%s: kept at %v", name, b)
		}
	}
}

func TestSVGIsDrawn(t *testing.T) {
	t.Parallel()
	got := clean(t, []byte(`<?xml version="1.0"?><!-- made by hand -->`+open+`<title>Logo</title>
		<metadata><x:rdf xmlns:x="urn:x">kept out</x:rdf></metadata>
		<defs><linearGradient id="g"><stop offset="0" stop-color="#ff0000"/><stop offset="1" stop-color="#0000ff"/></linearGradient></defs>
		<rect width="100" height="100" style="fill:url(#g)"/>
		<g transform="translate(100 0) scale(2)"><path fill="#00ff00" fill-rule="evenodd" d="M5 5h40v40h-40z M15 15h20v20h-20z"/>
		<path d="M0 2h50" stroke="#000" stroke-width="2" fill="none"/></g></svg>`))
	for what, c := range map[string]struct {
		x, y int
		want color.NRGBA
	}{
		"gradient begins red": {12, 300, color.NRGBA{250, 0, 5, 255}},
		"green ring":          {660, 300, color.NRGBA{0, 255, 0, 255}},
		"hole stays empty":    {900, 300, color.NRGBA{}},
		"line is enlarged":    {900, 14, color.NRGBA{0, 0, 0, 255}},
		"and not too much":    {630, 50, color.NRGBA{}},
	} {
		got := color.NRGBAModel.Convert(got.At(c.x, c.y)).(color.NRGBA)
		if far(got.R, c.want.R) || far(got.G, c.want.G) || far(got.B, c.want.B) || far(got.A, c.want.A) {
			t.Errorf("%s: %v, want about %v", what, got, c.want)
		}
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 12 }

func TestHostileDrawingsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ svg, says string }{
		"script":          {open + `<script>alert(1)</script></svg>`, "programme"},
		"event":           {open + `<rect width="9" height="9" onclick="x()"/></svg>`, "programme"},
		"event in case":   {open + `<rect width="9" height="9" ONLOAD="x()"/></svg>`, "programme"},
		"foreign object":  {open + `<foreignObject><p>x</p></foreignObject></svg>`, "programme"},
		"script in drop":  {open + `<metadata><script>x</script></metadata></svg>`, "programme"},
		"animated":        {open + `<rect><animate attributeName="x"/></rect></svg>`, "programme"},
		"javascript link": {open + `<g xlink:href="java script:x"/></svg>`, "programme"},
		"entity":          {`<!DOCTYPE svg [<!ENTITY a "b">]>` + open + `<rect width="9" height="9"/></svg>`, "DOCTYPE"},
		"external":        {open + `<path d="M0 0h9v9z" fill="url(https://x.test/a)"/></svg>`, "autre fichier"},
		"external quoted": {open + `<path d="M0 0h9v9z" style="fill: URL( 'https://x.test/a')"/></svg>`, "autre fichier"},
		"external image":  {open + `<image href="https://x.test/a.png"/></svg>`, "autre fichier"},
		"inlined photo":   {open + `<image/></svg>`, "une photo"},
		"style sheet":     {open + `<style>@import url(https://x.test)</style></svg>`, "feuille de style"},
		"style by PI":     {`<?xml-stylesheet href="https://x.test/a.css"?>` + open + `</svg>`, "autre fichier"},
		"text":            {open + `<text>Ville</text></svg>`, "du texte"},
		"copies":          {open + `<g id="a"/><use xlink:href="#a"/></svg>`, "autres formes"},
		"no size":         {`<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>`, "taille"},
		"huge":            {`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e300 1e300"><rect width="9" height="9"/></svg>`, "taille"},
		"cut short":       {open + `<rect width="9"`, "mal formé"},
		"many":            {open + strings.Repeat(`<g></g>`, 3000) + `</svg>`, "détaillé"},
		"deep":            {open + strings.Repeat(`<g>`, 100), "détaillé"},
		"bad path":        {open + `<path d="M 0 zz"/></svg>`, "mal formé"},
		"nothing":         {open + `</svg>`, "vide"},
		"far away":        {open + `<path d="M1e9 1e9h1e9v1e9z"/></svg>`, "vide"},
		"endless":         {open + `<path stroke="#000" d="M0 0` + strings.Repeat(`L200 100L0 0`, 30_000) + `"/></svg>`, "détaillé"},
	} {
		_, err := artwork.Clean([]byte(c.svg))
		f, ok := fault.As(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Field != "logo" || !strings.Contains(f.Fields[0].Sentence, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
		}
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	t.Parallel()
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	cut := append([]byte{}, small.Bytes()[:40]...)
	binary.BigEndian.PutUint32(cut[16:], 100)
	binary.BigEndian.PutUint32(cut[20:], 100)
	seal(cut)
	bomb := append([]byte{}, small.Bytes()...)
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	seal(bomb)
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"none":  {nil, "Choisissez"},
		"heavy": {make([]byte, artwork.MostBytes+1), "8\u00a0Mio"},
		"pdf":   {[]byte("%PDF-1.7"), "PDF"},
		"words": {[]byte("GIF89a not a logo"), "PNG, JPEG ou SVG"},
		"small": {small.Bytes(), "trop petite"},
		"bomb":  {bomb, "trop grande"},
		"cut":   {cut, "abîmée"},
	} {
		if _, err := artwork.Clean(c.content); err == nil || !strings.Contains(err.(*fault.Error).Fields[0].Sentence, c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

// seal writes again the checksum of a PNG's header.
func seal(file []byte) { binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29])) }

func clean(t *testing.T, content []byte) image.Image {
	t.Helper()
	out, err := artwork.Clean(content)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("PASSNUM_PRINT_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "logo.png"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func FuzzClean(f *testing.F) {
	f.Add([]byte(open + `<path d="M0 0h9v9z"/></svg>`))
	f.Fuzz(func(_ *testing.T, content []byte) { _, _ = artwork.Clean(content) })
}
