package print

import (
	"strconv"

	"passnum/internal/french"
)

// A page of a carnet, in millimetres, trimmed: the stub, then the chèque.
const (
	pageWidth  = 200.0
	pageHeight = 80.0
	bleed      = 3.0
	stub       = 40.0
	margin     = 6.0
	textTop    = 5.0 // no ink of a letter is nearer to the knife
	bandHeight = 15.0
	left       = stub + margin
	rightEdge  = pageWidth - margin

	codeLine   = 59.2
	serialLine = 63.4
	qrTop      = bandHeight + 2.4
	qrCentreX  = pageWidth - 5 - qrZone/2
	qrCentreY  = qrTop + qrZone/2
	placeBoxX  = 143.0
	placeBoxY  = 43.0
	textWidth  = placeBoxX - 5 - left
)

// chequeGround draws what all chèques of a run share.
func (p design) chequeGround(c canvas) {
	c.guilloche(stub, bandHeight, pageWidth-stub+bleed, pageHeight-bandHeight+bleed, p.accent.tint(0.17))
	if p.facts.Specimen {
		c.stamp(stub+55, 47, 14, 58, brick.tint(0.16), "SPÉCIMEN")
		c.stamp(stub/2, 50, 60, 20, brick.tint(0.25), "SPÉCIMEN")
	}
	p.band(c, stub, "Pass numérique · "+p.facts.Commanditaire)
	c.dashed(stub, -bleed, stub, pageHeight+bleed, 0.3, ink)
	p.stubGround(c)
	p.valueBlock(c)
	p.conditions(c)
	p.mentions(c)
	c.panel(qrCentreX-qrZone/2-0.4, qrCentreY-qrZone/2-0.4, qrZone+0.8, qrZone+0.8, 1.2, white)
	p.placeBox(c)
}

func (p design) stubGround(c canvas) {
	c.colour(ink)
	c.font(bold, 12)
	c.text(margin-1, 9.2, "Talon")
	c.font(regular, 9)
	c.text(margin-1, 16, "Carnet")
	c.font(bold, 13)
	c.text(margin-1, 34.4, p.value())
	c.font(regular, 9)
	if p.facts.Validity.MonthsFromHandOver > 0 {
		c.text(margin-1, 40.2, "Remis le … / … / ……")
		c.text(margin-1, 45, "Au plus tard")
	} else {
		c.text(margin-1, 40.2, "Jusqu’au")
	}
	c.font(bold, 10.5)
	y := 44.8
	if p.facts.Validity.MonthsFromHandOver > 0 {
		y = 49.6
	}
	c.text(margin-1, y, shortDate(p.facts.Validity.Until))
	c.font(regular, 7)
	c.colour(muted)
	c.block(margin-1, y+5, stub-2*margin+3, 2.9, 2, p.facts.Commanditaire)
	c.font(regular, 9)
	c.colour(ink)
	c.text(margin-1, 68.4, "À garder : utile")
	c.text(margin-1, 72.4, "en cas de perte.")
}

func (p design) valueBlock(c canvas) {
	c.colour(p.accent)
	value := c.fit(bold, p.value(), 58, 46, 24)
	c.text(left-0.6, 30.6, value)
	x := left + c.width(value) + 6
	c.font(bold, 12.5)
	c.colour(ink)
	width := qrCentreX - qrZone/2 - 3 - x
	c.block(x, 21.2, width, 5.2, 3, "pour apprendre à utiliser\ninternet, un ordinateur,\nun téléphone")
}

func (p design) conditions(c canvas) {
	v := p.facts.Validity
	until := french.Date(v.Until)
	c.colour(ink)
	if v.MonthsFromHandOver > 0 {
		c.fitRuns(left, 38.4, textWidth, 10.5, 7.5, run{regular, "Valable "}, run{bold, count(v.MonthsFromHandOver, "mois", "mois")},
			run{regular, " après la remise, au plus tard le "}, run{bold, until}, run{regular, "."})
	} else {
		c.fitRuns(left, 38.4, textWidth, 10.5, 7.5, run{regular, "Valable jusqu’au "}, run{bold, until}, run{regular, "."})
	}
	where := "Lieux : flashez le code"
	if places := p.places(); places != "" {
		where += ", " + places
	}
	p.lines(c, 43.4, regular, 9.5, 1, where+".")
	c.colour(p.accent)
	p.lines(c, 48.2, bold, 8.8, 2, p.facts.Message)
	c.colour(ink)
	c.font(bold, 8)
	c.textRight(left+textWidth, serialLine, "Pas de rendu de monnaie.")
}

// lines writes on one line when a slightly smaller size is enough, else on as
// many as limit allows.
func (p design) lines(c canvas, y float64, style string, pt float64, limit int, s string) {
	const tolerance = 1.15
	c.font(style, pt)
	if limit == 1 || c.width(s) <= textWidth*tolerance {
		c.text(left, y, c.fit(style, s, textWidth, pt, pt/tolerance-0.6))
		return
	}
	c.block(left, y-0.4, textWidth, pt*mmPerPt*1.18, limit, s)
}

// mentions are those of article R.1611-8 CGCT, our model for the title.
func (p design) mentions(c canvas) {
	services := p.facts.Services
	if services == "" {
		services = "ateliers et accompagnements de médiation numérique"
	}
	all := "Collectivité : " + p.facts.Commanditaire + ". " + p.issuerLine() + " Paie : " + services +
		". Année de validité : " + p.facts.Validity.Years() +
		". Vente interdite. Toute copie est refusée : seul le premier passage est accepté."
	c.colour(muted)
	size := 6.6
	for c.font(regular, size); len(c.wrap(all, textWidth)) > 4 && size > 4.6; c.font(regular, size) {
		size -= 0.2
	}
	c.block(left, 66.9, textWidth, 2.5, 4, all)
}

// placeBox is filled by the place when it accepts the chèque.
func (p design) placeBox(c canvas) {
	w, h := rightEdge-placeBoxX+1, pageHeight-5-placeBoxY
	c.panel(placeBoxX, placeBoxY, w, h, 1.2, white)
	c.frame(placeBoxX, placeBoxY, w, h, 1.2, 0.2, p.accent.tint(0.6))
	c.font(bold, 7)
	c.colour(ink)
	c.text(placeBoxX+2, placeBoxY+4.2, "Partie du lieu, à l’acceptation")
	c.font(regular, 7)
	c.colour(muted)
	for i, label := range []string{"Nom", "SIRET", "Adresse", ""} {
		y := placeBoxY + 10.8 + float64(i)*5.6
		c.text(placeBoxX+2, y-0.5, label)
		from := placeBoxX + 2
		if label != "" {
			from += c.width(label) + 1
		}
		c.line(from, y, placeBoxX+w-2, y, 0.12, muted)
	}
}

// chequeFacts draws what is this chèque's own.
func (p design) chequeFacts(c canvas, serial string, size int, cheque Cheque) error {
	rank := strconv.Itoa(cheque.Rank)
	c.colour(ink)
	c.text(margin-1, 20.6, c.fit(bold, serial, stub-2*margin+3, 10.5, 6))
	c.font(regular, 9)
	c.text(margin-1, 26.2, "Chèque "+rank+" sur "+strconv.Itoa(size))
	c.colour(black)
	c.font(bold, 20)
	c.pdf.RawWriteStr("0.9 Tc")
	c.text(left, codeLine, grouped(cheque.Code))
	c.pdf.RawWriteStr("0 Tc")
	c.font(regular, 8)
	c.colour(ink)
	c.text(left, serialLine, "N° "+serial+" / "+rank)
	return p.qr.draw(c, qrCentreX, qrCentreY, qrModule, cheque.QRPayload)
}

// grouped writes a code in groups of four; ordinary spaces, for a person who
// copies the line into a form.
func grouped(code string) string {
	out := make([]byte, 0, 20)
	for i := 0; i < len(code); i++ {
		if code[i] == ' ' || code[i] == '-' {
			continue
		}
		if n := len(out); n%5 == 4 {
			out = append(out, ' ')
		}
		out = append(out, code[i])
	}
	return string(out)
}
