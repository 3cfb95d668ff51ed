package artwork

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"passnum/internal/fault"
)

// The bounds of a drawing: enough for any logo, too few to keep a server busy.
const (
	mostSVG      = 2 << 20
	mostElements = 2000
	mostDepth    = 40
	leastBox     = 16 // shapes are read to a 64th of a unit
)

var (
	errSVGHeavy   = fault.Field("logo", "Ce dessin SVG est trop lourd ou trop détaillé pour un logo. Simplifiez-le, ou enregistrez-le en PNG.")
	errSVGBroken  = fault.Field("logo", "Ce dessin SVG est mal formé\u00a0: nous ne pouvons pas le lire. Enregistrez-le en PNG.")
	errSVGDoctype = fault.Field("logo", "Ce dessin SVG contient une déclaration DOCTYPE ou des entités, refusées par sécurité. Enregistrez-le en SVG simple, ou en PNG.")
	errSVGScript  = fault.Field("logo", "Ce dessin SVG contient un programme ou une action, refusés par sécurité. Enregistrez-le en SVG simple, ou en PNG.")
	errSVGLink    = fault.Field("logo", "Ce dessin SVG va chercher un autre fichier, ce qui est refusé par sécurité. Incorporez tout au dessin, ou enregistrez-le en PNG.")
	errSVGSize    = fault.Field("logo", "Ce dessin SVG ne dit pas sa taille (viewBox, ou largeur et hauteur), ou elle ne convient pas à un logo. Enregistrez-le de nouveau, ou en PNG.")
)

// elements that are kept; what is not drawn (a title) is dropped.
var elements = map[string]bool{
	"svg": true, "g": true, "path": true, "rect": true, "circle": true, "ellipse": true, "line": true, "polyline": true, "polygon": true,
	"defs": true, "linearGradient": true, "radialGradient": true, "stop": true,
}

var dropped = map[string]bool{"title": true, "desc": true, "metadata": true, "namedview": true}

// undrawn names what a drawing may hold and that we would draw wrong.
var undrawn = map[string]string{
	"text": "du texte", "tspan": "du texte", "textPath": "du texte", "image": "une photo", "use": "des copies de formes", "symbol": "des symboles",
	"filter": "des effets", "mask": "un masque", "clipPath": "un détourage", "pattern": "un motif", "marker": "des marqueurs",
	"style": "une feuille de style", "switch": "des variantes", "foreignObject": "du contenu d’une page",
}

var active = map[string]bool{
	"script": true, "handler": true, "listener": true, "animate": true, "set": true, "animateTransform": true, "animateMotion": true, "a": true,
	"iframe": true, "object": true, "embed": true, "audio": true, "video": true, "foreignObject": true,
}

// attributes that are kept; the others are dropped.
var attributes = map[string]bool{
	"viewBox": true, "width": true, "height": true, "id": true, "transform": true, "d": true, "points": true, "x": true, "y": true, "x1": true, "y1": true,
	"x2": true, "y2": true, "cx": true, "cy": true, "r": true, "rx": true, "ry": true, "fx": true, "fy": true, "offset": true, "fill": true,
	"fill-opacity": true, "fill-rule": true, "stroke": true, "stroke-width": true, "stroke-opacity": true, "stroke-linecap": true,
	"stroke-linejoin": true, "stroke-miterlimit": true, "opacity": true, "stop-color": true, "stop-opacity": true, "gradientUnits": true,
	"gradientTransform": true, "spreadMethod": true,
}

func looksSVG(content []byte) bool {
	head := bytes.ToLower(content[:min(len(content), 4096)])
	return bytes.Contains(head, []byte("<svg")) || bytes.Contains(head, []byte(":svg"))
}

// drawSVG copies what is allowed of the drawing, and draws the copy.
func drawSVG(content []byte) (*image.NRGBA, error) {
	if len(content) > mostSVG {
		return nil, errSVGHeavy
	}
	copied, box, err := copySVG(content)
	if err != nil {
		return nil, err
	}
	return rasterise(copied, box)
}

type size struct{ w, h float64 }

func copySVG(content []byte) ([]byte, size, error) {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	decoder.Entity = map[string]string{}
	var out bytes.Buffer
	copier := copier{encoder: xml.NewEncoder(&out), pens: []pen{{width: 1, scale: 1}}}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = copier.token(token)
		}
		if _, refused := fault.As(err); refused {
			return nil, size{}, err
		}
		if err != nil {
			return nil, size{}, errSVGBroken
		}
	}
	if err := copier.encoder.Flush(); err != nil || copier.depth != 0 || copier.count == 0 {
		return nil, size{}, errSVGBroken
	}
	return out.Bytes(), copier.box, nil
}

type copier struct {
	encoder *xml.Encoder
	box     size
	depth   int
	skip    int // depth of the dropped element we are in
	count   int
	pens    []pen // one per kept element, the root's parent first
}

func (c *copier) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errSVGDoctype
	case xml.ProcInst:
		if t.Target != "xml" {
			return errSVGLink // xml-stylesheet
		}
	case xml.StartElement:
		c.depth++
		if c.count++; c.count > mostElements || c.depth > mostDepth {
			return errSVGHeavy
		}
		return c.start(t)
	case xml.EndElement:
		c.depth--
		if c.skip > 0 {
			if c.depth < c.skip {
				c.skip = 0
			}
			return nil
		}
		c.pens = c.pens[:len(c.pens)-1]
		return c.encoder.EncodeToken(xml.EndElement{Name: xml.Name{Local: t.Name.Local}})
	}
	return nil
}

func (c *copier) start(t xml.StartElement) error {
	name := t.Name.Local
	if active[name] {
		return errSVGScript
	}
	clean, err := allowed(unfold(t.Attr))
	if err != nil {
		return err
	}
	foreign := t.Name.Space != "" && t.Name.Space != "http://www.w3.org/2000/svg"
	if c.skip > 0 {
		return nil
	}
	if foreign || dropped[name] {
		c.skip = c.depth
		return nil
	}
	if !elements[name] {
		what, known := undrawn[name]
		if !known {
			what = "un élément «\u00a0" + shortened(name) + "\u00a0»"
		}
		return fault.Field("logo", "Ce dessin SVG contient "+what+", que nous ne dessinons pas. Transformez tout en tracés simples, ou enregistrez-le en PNG.")
	}
	if c.depth == 1 {
		if name != "svg" {
			return errSVGBroken
		}
		if c.box = boxOf(clean); !sensible(c.box) {
			return errSVGSize
		}
	}
	if clean, err = c.dip(name, clean); err != nil {
		return err
	}
	return c.encoder.EncodeToken(xml.StartElement{Name: xml.Name{Local: name}, Attr: clean})
}

// allowed keeps what draws. An action or a way out of the file refuses it all.
func allowed(list []xml.Attr) ([]xml.Attr, error) {
	var clean []xml.Attr
	for _, a := range list {
		name, value := a.Name.Local, strings.ToLower(strings.Join(strings.Fields(a.Value), ""))
		if a.Name.Space == "xmlns" || name == "xmlns" {
			continue
		}
		switch {
		case len(name) > 2 && strings.EqualFold(name[:2], "on"), strings.Contains(value, "javascript:"):
			return nil, errSVGScript
		case name == "href" && value != "" && !strings.HasPrefix(value, "#"), name == "src", outside(value):
			return nil, errSVGLink
		case name == "href" || name == "clip-path" || name == "mask" || name == "filter":
			if value != "none" {
				return nil, fault.Field("logo", "Ce dessin SVG renvoie à d’autres formes (copie, masque ou effet), que nous ne dessinons pas. Transformez tout en tracés simples, ou enregistrez-le en PNG.")
			}
		case a.Name.Space == "" && attributes[name]:
			clean = append(clean, xml.Attr{Name: xml.Name{Local: name}, Value: a.Value})
		}
	}
	return clean, nil
}

// outside reports whether a value refers to anything but the drawing itself.
func outside(value string) bool {
	for rest := value; ; {
		_, after, found := strings.Cut(rest, "url(")
		if !found {
			return strings.Contains(value, "@import") || strings.Contains(value, "expression(") || strings.Contains(value, `\`)
		}
		if !strings.HasPrefix(strings.TrimLeft(after, `'"`), "#") {
			return true
		}
		rest = after
	}
}

func boxOf(list []xml.Attr) size {
	var box, declared size
	for _, a := range list {
		switch a.Name.Local {
		case "viewBox":
			if parts := strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' }); len(parts) == 4 {
				box = size{number(parts[2]), number(parts[3])}
			}
		case "width":
			declared.w = number(a.Value)
		case "height":
			declared.h = number(a.Value)
		}
	}
	if sensible(box) {
		return box
	}
	return declared
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimRight(strings.TrimSpace(s), "pxtmcin"), 64)
	if err != nil {
		return 0
	}
	return v
}

func sensible(b size) bool {
	return b.w > 0 && b.h > 0 && !math.IsInf(b.w, 0) && !math.IsInf(b.h, 0) && b.w <= 1e5 && b.h <= 1e5 && max(b.w, b.h) >= leastBox && max(b.w, b.h) <= mostRatio*min(b.w, b.h)
}

func shortened(name string) string {
	if len(name) > 30 {
		return name[:30] + "…"
	}
	return name
}

// rasterise draws a clean copy. The library that reads shapes is not ours: what
// it cannot bear is a refusal.
func rasterise(clean []byte, box size) (picture *image.NRGBA, err error) {
	defer func() {
		if recover() != nil {
			picture, err = nil, errSVGBroken
		}
	}()
	icon, err := oksvg.ReadIconStream(bytes.NewReader(clean), oksvg.StrictErrorMode)
	if err != nil {
		return nil, errSVGBroken
	}
	scale := keptSide / max(box.w, box.h)
	w, h := max(1, int(box.w*scale)), max(1, int(box.h*scale))
	if icon.ViewBox.W <= 0 || icon.ViewBox.H <= 0 {
		icon.ViewBox.W, icon.ViewBox.H = box.w, box.h
	}
	for i := range icon.SVGPaths {
		icon.SVGPaths[i].UseNonZeroWinding = icon.SVGPaths[i].DashOffset == 0
	}
	icon.SetTarget(0, 0, float64(w), float64(h))
	picture = image.NewNRGBA(image.Rect(0, 0, w, h))
	s := newScanner(picture)
	icon.Draw(rasterx.NewDasher(w, h, s), 1)
	if s.tired() {
		return nil, errSVGHeavy
	}
	return picture, nil
}
