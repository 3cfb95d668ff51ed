package print

import (
	"strconv"

	"passnum/internal/french"
	"passnum/internal/money"
)

const (
	coverPanel  = 58.0
	coverModule = 0.9
	coverQRX    = coverPanel / 2
	coverQRY    = 35.0
)

// coverGround draws what the covers of carnets of one size share.
func (p design) coverGround(c canvas, size int) {
	c.fill(-bleed, bandHeight, coverPanel+bleed, pageHeight-bandHeight+bleed, p.accent.tint(0.1))
	p.band(c, 0, "Pass numérique · "+p.facts.Commanditaire)
	if p.facts.Specimen {
		c.stamp(coverPanel+70, 48, 14, 62, brick.tint(0.13), "SPÉCIMEN")
	}
	c.panel(coverQRX-14.5, coverQRY-14.5, 29, 29, 1.5, white)
	c.colour(muted)
	c.font(regular, 9)
	c.textCentre(coverQRX, 55, "Numéro du carnet")
	c.textCentre(coverQRX, 69.4, "Notez-le : il sert en cas de perte.")
	p.coverTitle(c, size)
	p.coverSteps(c)
	c.colour(muted)
	c.font(regular, 6.4)
	c.block(coverPanel+margin, 71.4, pageWidth-coverPanel-2*margin, 2.55, 2,
		"Ce carnet est gratuit et ne se vend pas. Collectivité : "+p.facts.Commanditaire+". "+p.issuerLine())
}

func (p design) coverTitle(c canvas, size int) {
	x, width := coverPanel+margin, pageWidth-coverPanel-2*margin
	total := money.Cents(int64(p.facts.FaceValue) * int64(size))
	c.colour(p.accent)
	c.text(x, 23, c.fit(bold, "Votre carnet de "+count(size, "chèque", "chèques")+" de "+p.value(), width, 19, 11))
	c.colour(ink)
	v := p.facts.Validity
	pieces := []run{{regular, euros(total) + " pour apprendre le numérique, jusqu’au "}, {bold, french.Date(v.Until)}, {regular, "."}}
	if v.MonthsFromHandOver > 0 {
		pieces = []run{{regular, euros(total) + " à utiliser dans les "}, {bold, count(v.MonthsFromHandOver, "mois", "mois")},
			{regular, " après la remise, au plus tard le "}, {bold, french.Date(v.Until)}, {regular, "."}}
	}
	c.fitRuns(x, 29.4, width, 11, 8.5, pieces...)
}

func (p design) coverSteps(c canvas) {
	find := "Choisissez un lieu qui vous convient"
	if places := p.places(); places != "" {
		find += " : " + places
	}
	steps := []string{
		find + ".",
		"Prenez rendez-vous et venez avec ce carnet : dites ce qui vous aiderait.",
		"Après l’atelier, donnez un ou plusieurs chèques au lieu qui vous a aidé.",
		"Gardez les talons et cette couverture : ils servent si vous perdez le carnet.",
	}
	x, width := coverPanel+margin, pageWidth-coverPanel-2*margin-8
	y := 37.0
	for i, step := range steps {
		c.panel(x, y-4, 5.4, 5.4, 2.7, p.accent)
		c.font(bold, 9.5)
		c.colour(white)
		c.textCentre(x+2.7, y-0.1, strconv.Itoa(i+1))
		c.colour(ink)
		c.text(x+8, y, c.fit(regular, step, width, 10, 8))
		y += 6.8
	}
	if p.facts.Message != "" {
		c.colour(p.accent)
		c.font(bold, 9)
		c.block(x, y-0.6, width+8, 3.8, 2, p.facts.Message)
	}
}

func (p design) coverSerial(c canvas, serial string) error {
	c.colour(black)
	c.textCentre(coverQRX, 62.6, c.fit(bold, serial, coverPanel-8, 16, 9))
	return p.qr.draw(c, coverQRX, coverQRY, coverModule, serial)
}
