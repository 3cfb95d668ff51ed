package print

import (
	"fmt"
	"strconv"

	"passnum/internal/french"
)

const (
	kitTitle   = "Le numérique,\nça s’apprend."
	kitPromise = "Avec le Pass numérique, c’est gratuit."
	kitAsk     = "Où demander un carnet ?"
)

// kitSteps say in plain words what the Pass is.
var kitSteps = []string{
	"Demandez un carnet de chèques, sans rien payer.",
	"Prenez rendez-vous pour un atelier près de chez vous.",
	"Donnez vos chèques à la fin : c’est tout.",
}

var kitLearn = []string{
	"se servir d’un téléphone ou d’un ordinateur", "écrire à ses proches, envoyer des photos",
	"faire ses démarches en ligne", "éviter les pièges d’internet",
}

// banner is the coloured top: who invites, and the promise.
func (k kit) banner(c canvas, width, height, pt float64) {
	c.fill(0, 0, width, height, k.accent)
	c.colour(white)
	margin, room := width*0.08, width*0.84
	if info := c.pdf.GetImageInfo(logoName); info != nil {
		h := height * 0.2
		w := min(width*0.3, info.Width()*h/info.Height())
		c.panel(width-margin-w-3, height*0.08-1.5, w+6, h+3, 1.6, white)
		c.logo(width-margin-w, height*0.08, w, h)
		room -= w + 8
	}
	size := pt * 0.42
	for c.font(bold, size); len(c.wrap(k.Commanditaire, room)) > 2 && size > pt*0.2; c.font(bold, size) {
		size -= 0.5
	}
	c.block(margin, height*0.17, room, size*mmPerPt*1.2, 2, k.Commanditaire)
	c.colour(white)
	c.font(bold, pt)
	y := c.block(margin, height*0.53, width-2*margin, pt*mmPerPt*1.12, 2, kitTitle)
	c.text(margin, y+pt*mmPerPt*0.02, c.fit(regular, kitPromise, width-2*margin, pt*0.56, pt*0.3))
}

func (k kit) numbered(c canvas, x, y, width, pt float64) float64 {
	for i, s := range kitSteps {
		r := pt * mmPerPt * 0.95
		c.panel(x, y-r*1.42, 2*r, 2*r, r, k.accent)
		c.colour(white)
		c.font(bold, pt*1.05)
		c.textCentre(x+r, y-r*0.02, strconv.Itoa(i+1))
		c.colour(ink)
		c.font(bold, pt)
		y = c.block(x+2*r+5, y, width-2*r-5, pt*mmPerPt*1.25, 3, s) + pt*mmPerPt*0.95
	}
	return y
}

// points lists where to ask, in two columns when there are many; what does not
// fit is counted, never cut in silence.
func (k kit) points(c canvas, x, y, width, height, pt float64, columns int) {
	step := pt * mmPerPt
	rows := max(1, int(height/(step*4.1)))
	shown := min(len(k.Points), rows*columns)
	if shown < len(k.Points) {
		shown = max(1, rows*columns-1)
	}
	gap := 6.0
	each := (width - gap*float64(columns-1)) / float64(columns)
	for i, p := range k.Points[:shown] {
		left, top := x+float64(i%columns)*(each+gap), y+float64(i/columns)*step*4.1
		c.colour(k.accent)
		c.text(left, top, c.fit(bold, p.Name, each, pt*1.05, pt*0.7))
		c.colour(ink)
		next := top + step*2.4
		if c.text(left, top+step*1.25, c.fit(regular, p.Address, each, pt*0.92, pt*0.66)); p.Address == "" {
			next = top + step*1.25
		}
		if p.Phone != "" {
			c.text(left, next, c.fit(bold, "Tél. "+keepTogether(p.Phone), each, pt*0.92, pt*0.7))
		}
	}
	if rest := len(k.Points) - shown; rest > 0 {
		c.colour(ink)
		c.font(bold, pt)
		left, top := x+float64(shown%columns)*(each+gap), y+float64(shown/columns)*step*4.1
		c.block(left, top, each, step*1.25, 2, fmt.Sprintf("et %s à trouver sur %s", count(rest, "autre lieu", "autres lieux"), k.PlacesURL))
	}
	if len(k.Points) == 0 {
		c.colour(ink)
		c.font(regular, pt)
		c.block(x, y, width, step*1.3, 3, "Renseignez-vous : "+places(k.PlacesURL, k.PlacesPhone)+".")
	}
}

// find is the strip at the bottom: all places, by QR code, address or telephone.
func (k kit) find(c canvas, x, y, width, pt, module float64) error {
	side := 33 * module
	c.panel(x, y, side+6, side+6, 2, white)
	if err := (&qrMaker{}).draw(c, x+side/2+3, y+side/2+3, module, k.PlacesLink); err != nil {
		return err
	}
	left := x + side + 13
	room := width - side - 13
	c.colour(ink)
	c.font(bold, pt)
	next := c.block(left, y+pt*mmPerPt*1.2, room, pt*mmPerPt*1.25, 2, "Tous les lieux et les ateliers")
	c.text(left, next+1, c.fit(regular, k.PlacesURL, room, pt*1.1, pt*0.6))
	if k.PlacesPhone != "" {
		c.font(bold, pt*1.15)
		c.text(left, next+1+pt*mmPerPt*1.6, keepTogether(k.PlacesPhone))
	}
	return nil
}

func (k kit) mention() string {
	line := "Carnets de " + k.Format + ", gratuits, qui ne se vendent pas"
	if !k.Until.IsZero() {
		line += ", à utiliser jusqu’au " + french.Date(k.Until)
	}
	return line + ". " + k.Issuer.Name + " pour " + k.Commanditaire + "."
}

// poster is one A4 page, read from two metres.
func (k kit) poster(c canvas) error {
	const x, width = 17.0, a4Width - 34
	k.banner(c, a4Width, 84, 44)
	y := k.numbered(c, x, 100, width, 17)
	c.colour(muted)
	c.font(regular, 12.5)
	y = c.block(x, y+1, width, 5.8, 2, "Pour "+french.List(kitLearn)+"…")
	top := y + 1
	const strip = 241.0
	c.fill(0, top, a4Width, a4Height-top, k.accent.tint(0.1))
	c.colour(k.accent)
	c.font(bold, 20)
	c.text(x, top+10.5, kitAsk)
	columns, pt := 2, 13.0
	if len(k.Points) <= 3 {
		columns, pt = 1, 15
	}
	k.points(c, x, top+20, width, strip-top-21, pt, columns)
	c.line(x, strip-2, x+width, strip-2, 0.3, k.accent.tint(0.5))
	if err := k.find(c, x, strip+2, width, 18, 1); err != nil {
		return err
	}
	c.colour(muted)
	c.font(regular, 8)
	c.block(x, 290, width, 3.3, 2, k.mention())
	return nil
}

// flyerFront says what the Pass is.
func (k kit) flyerFront(c canvas) error {
	const x, width, height = 12.0, 148 - 24.0, a4Width
	k.banner(c, 148, 82, 34)
	y := k.numbered(c, x, 97, width, 15.5)
	c.colour(k.accent)
	c.font(bold, 14)
	c.text(x, y+6, "On y apprend à…")
	c.colour(ink)
	c.font(regular, 13)
	y += 14
	for _, s := range kitLearn {
		c.colour(k.accent)
		c.text(x+1, y, "•")
		c.colour(ink)
		y = c.block(x+6, y, width-6, 5.6, 2, s) + 1.4
	}
	c.colour(muted)
	c.font(regular, 7)
	c.block(x, height-11, width, 3, 2, k.mention()+" Ne pas jeter sur la voie publique.")
	return nil
}

// flyerBack says where to ask.
func (k kit) flyerBack(c canvas) error {
	const x, width = 12.0, 148 - 24.0
	c.fill(0, 0, 148, 9, k.accent)
	c.colour(k.accent)
	c.font(bold, 19)
	c.text(x, 25, kitAsk)
	k.points(c, x, 36, width, 118, 13, 1)
	c.fill(0, 158, 148, a4Width-158, k.accent.tint(0.1))
	return k.find(c, x, 164, width, 14, 1)
}
