package print

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"passnum/internal/money"
)

// MostCarnets is how many carnets one file holds; a larger run is split by the
// caller so that a file stays small enough for a print shop to open.
const MostCarnets = 1000

// ErrTooManyCarnets is returned when next still has carnets after MostCarnets.
var ErrTooManyCarnets = errors.New("print: more than 1,000 carnets for one file")

// CarnetRun holds what all carnets of a file have in common.
type CarnetRun struct {
	Issuer        Issuer
	Commanditaire string
	Logo          []byte // PNG or JPEG; empty for none
	Colour        string // « #073D3B », dark enough for white text on it
	Message       string // the commanditaire's words, two short lines
	Services      string // what the chèque pays for; empty means digital mediation in general
	FaceValue     money.Cents
	Validity      Validity
	PlacesURL     string // short, as a person types it: « passnum.fr/lieux »
	PlacesPhone   string
	Specimen      bool
	CreatedAt     time.Time
}

// Validity says until when a chèque is accepted. With MonthsFromHandOver,
// Until is the outer limit.
type Validity struct {
	From, Until        time.Time
	MonthsFromHandOver int
}

func (v Validity) years() string {
	until := v.Until.Format("2006")
	if from := v.From.Format("2006"); !v.From.IsZero() && from != until {
		return from + "–" + until
	}
	return until
}

// Carnet is one booklet; its serial number is also what the counter scans.
type Carnet struct {
	Serial  string
	Cheques []Cheque
}

// Cheque is one voucher: its rank, its secret code of 16 characters and the
// upper-case URL that its QR code carries.
type Cheque struct {
	Rank      int
	Code      string
	QRPayload string
}

// WriteCarnets writes a print-ready PDF, one cover then one page per chèque for
// each carnet that next returns, until next answers false. Pages carry a bleed
// of 3 mm outside their trim box. On error nothing usable has been written.
func WriteCarnets(w io.Writer, facts CarnetRun, next func() (Carnet, bool, error)) error {
	p, err := newPress(facts, fpdf.SizeType{Wd: pageWidth + 2*bleed, Ht: pageHeight + 2*bleed})
	if err != nil {
		return err
	}
	p.pdf.SetPageBox("trim", bleed, bleed, pageWidth, pageHeight)
	p.pdf.SetPageBox("crop", bleed, bleed, pageWidth, pageHeight)
	for n := 0; ; n++ {
		carnet, ok, err := next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if n == MostCarnets {
			return ErrTooManyCarnets
		}
		if err := p.carnet(carnet); err != nil {
			return fmt.Errorf("print: carnet %s: %w", carnet.Serial, err)
		}
	}
	if p.pdf.PageCount() == 0 {
		return errors.New("print: no carnet to print")
	}
	return p.pdf.Output(w)
}

// press prints carnets of one run: what never changes is drawn once, in
// templates that every page refers to.
type press struct {
	canvas
	facts   CarnetRun
	accent  rgb
	qr      qrMaker
	grounds map[int]string // by number of chèques for covers
}

// chequeKey is the ground of the chèques, which is no cover's.
const chequeKey = -1

func newPress(facts CarnetRun, size fpdf.SizeType) (*press, error) {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: size})
	pdf.SetAutoPageBreak(false, 0)
	if err := addFonts(pdf); err != nil {
		return nil, err
	}
	title := "Carnets de chèques Pass numérique"
	if facts.Specimen {
		title = "Spécimen de carnet Pass numérique"
	}
	describe(pdf, title, facts.Issuer.Name, facts.CreatedAt)
	if len(facts.Logo) > 0 {
		if err := addLogo(pdf, facts.Logo); err != nil {
			return nil, err
		}
	}
	return &press{
		canvas: canvas{pdf: pdf, ox: bleed, oy: bleed},
		facts:  facts, accent: parseColour(facts.Colour), grounds: map[int]string{},
	}, nil
}

func describe(pdf *fpdf.Fpdf, title, author string, at time.Time) {
	pdf.SetTitle(clean(title), true)
	pdf.SetAuthor(clean(author), true)
	pdf.SetCreator("Passnum", true)
	pdf.SetLang("fr-FR")
	pdf.SetCatalogSort(true)
	if !at.IsZero() {
		pdf.SetCreationDate(at)
		pdf.SetModificationDate(at)
	}
}

func (p *press) carnet(carnet Carnet) error {
	size := len(carnet.Cheques)
	p.pdf.AddPage()
	p.ground(size, func(c canvas) { p.coverGround(c, size) })
	if err := p.coverSerial(p.canvas, carnet.Serial); err != nil {
		return err
	}
	for _, cheque := range carnet.Cheques {
		p.pdf.AddPage()
		p.ground(chequeKey, p.chequeGround)
		if err := p.chequeFacts(p.canvas, carnet.Serial, size, cheque); err != nil {
			return err
		}
	}
	return p.pdf.Error()
}

// ground puts a drawing on the page, drawn once and then referred to. The
// library's own UseTemplate hashes the whole drawing at every use.
func (p *press) ground(key int, draw func(canvas)) {
	if again, ok := p.grounds[key]; ok {
		p.pdf.RawWriteStr(again)
		return
	}
	t := p.pdf.CreateTemplate(func(t *fpdf.Tpl) {
		draw(canvas{pdf: &t.Fpdf, ox: p.ox, oy: p.oy})
	})
	p.pdf.UseTemplate(t)
	p.grounds[key] = "/TPL" + t.ID() + " Do"
}

func (p *press) value() string { return euros(p.facts.FaceValue) }

// places says where to look for a place, with what is known.
func places(url, phone string) string {
	var ways []string
	if url != "" {
		ways = append(ways, url)
	}
	if phone != "" {
		ways = append(ways, keepTogether(phone))
	}
	return strings.Join(ways, " ou ")
}

func (p *press) places() string { return places(p.facts.PlacesURL, p.facts.PlacesPhone) }

func (p *press) issuerLine() string {
	line := "Émis par " + p.facts.Issuer.Name
	if p.facts.Issuer.SIRET != "" {
		line += ", SIRET" + nbsp + siret(p.facts.Issuer.SIRET)
	}
	if p.facts.Issuer.Address != "" {
		line += ", " + p.facts.Issuer.Address
	}
	return line + "."
}

// band is the coloured strip with the commanditaire's name and logo.
func (p *press) band(c canvas, x float64, title string) {
	c.fill(x, -bleed, pageWidth-x+bleed, bandHeight+bleed, p.accent)
	room := pageWidth - x - 2*margin
	if info := c.pdf.GetImageInfo(logoName); info != nil {
		h := bandHeight - 4.4
		w := min(34, info.Width()*h/info.Height())
		c.panel(pageWidth-margin-w-1.6, 1.4, w+3.2, bandHeight-2.8, 1, white)
		c.logo(pageWidth-margin-w, 2.2, w, h)
		room -= w + 5
	}
	if p.facts.Specimen {
		c.font(bold, 10)
		word := "SPÉCIMEN SANS VALEUR"
		w := c.width(word) + 5
		right := x + margin + room
		c.panel(right-w, 3, w, bandHeight-6, 1, white)
		c.colour(brick)
		c.text(right-w+2.5, bandHeight/2+1.3, word)
		room -= w + 4
	}
	p.bandTitle(c, x+margin, room, title)
}

// bandTitle gives a long name two lines rather than an ellipsis: the name of
// the collectivité is a mention.
func (p *press) bandTitle(c canvas, x, width float64, title string) {
	c.colour(white)
	c.font(bold, 17)
	if c.width(title) <= width*1.45 {
		c.text(x, bandHeight/2+2.1, c.fit(bold, title, width, 17, 11))
		return
	}
	size := 13.0
	for c.font(bold, size); len(c.wrap(title, width)) > 2 && size > 6; c.font(bold, size) {
		size -= 0.5
	}
	leading := size * mmPerPt * 1.12
	c.block(x, bandHeight/2-leading/2+size*mmPerPt*0.36, width, leading, 2, title)
}
