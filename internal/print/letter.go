package print

import (
	"time"

	"passnum/internal/french"
)

// LetterFacts is what the orientation letter says. It names nobody: the person
// is only « vous ».
type LetterFacts struct {
	Issuer        Issuer
	Commanditaire string
	Logo          []byte
	Colour        string
	Serials       []string // one, or those given to one household
	Cheques       int
	Value         string // « 10 € » each
	Until         time.Time
	Counter       string   // the point that hands the carnet over
	Services      []string // what an orientation proposed
	Pathway       string   // the parcours' title; empty for none
	Steps         []string
	Places        []PlaceFacts
	Ateliers      []string // the next ones, a line each
	PlacesURL     string
	PlacesPhone   string
	Date          time.Time
	Large         bool // for tired eyes
}

// PlaceFacts is a place as a person needs it to go there.
type PlaceFacts struct {
	Name      string
	Referent  string
	Phone     string
	Address   string
	Hours     string
	Access    string
	Transport string
	Distance  string // « 3 km »
	Services  []string
}

// OrientationLetter prints the letter that goes with a carnet, large enough for
// tired eyes.
func OrientationLetter(f LetterFacts) ([]byte, error) {
	p, err := newPaper("Où utiliser vos chèques Pass numérique", f.Issuer, f.Colour, f.Date)
	if err != nil {
		return nil, err
	}
	if len(f.Logo) > 0 {
		if err := addLogo(p.pdf, f.Logo); err != nil {
			return nil, err
		}
	}
	p.size = 14
	if f.Large {
		p.size = 18
	}
	p.letterBand(f)
	p.title("Vos chèques Pass numérique", "")
	p.paragraph("Vous avez reçu " + count(f.Cheques, "chèque", "chèques") + " de " + f.Value +
		". Ils paient de l’aide pour apprendre à utiliser internet, un ordinateur ou un téléphone. Pour vous, c’est gratuit.")
	p.indented(sheetLeft, bold, ink, "À utiliser jusqu’au "+french.Date(f.Until)+" inclus.")
	p.proposal(f)
	p.heading(nearTitle(len(f.Places)))
	for _, place := range f.Places {
		if f.Large { // two sheets hold no more
			place.Services = nil
		}
		p.place(place)
	}
	p.ateliers(f)
	p.space(2)
	if ways := places(f.PlacesURL, f.PlacesPhone); ways != "" {
		p.paragraph("Tous les lieux : " + ways + ".")
	}
	p.appointment()
	p.paragraph(carnetNumbers(f.Serials))
	return p.finish()
}

func carnetNumbers(serials []string) string {
	if len(serials) > 1 {
		return "Carnets n°" + nbsp + french.List(serials) + ". Gardez ces numéros : ils servent si vous perdez les carnets."
	}
	return "Carnet n°" + nbsp + french.List(serials) + ". Gardez ce numéro : il sert si vous perdez le carnet."
}

// proposal prints the parcours as boxes to tick, else the services proposed.
func (p *paper) proposal(f LetterFacts) {
	switch {
	case len(f.Steps) > 0:
		p.heading("Vos étapes : " + f.Pathway)
		for _, step := range f.Steps {
			p.box(step)
		}
	case len(f.Services) > 0:
		p.heading("Ce que l’on vous propose d’apprendre")
		for _, service := range f.Services {
			p.box(service)
		}
	}
}

// box is a line that starts with a box to tick by hand.
func (p *paper) box(s string) {
	side := p.size * mmPerPt * 0.85
	p.font(regular, p.size)
	lines := p.wrap(s, sheetWidth-side-5)
	p.room(float64(len(lines)) * p.leading())
	p.frame(sheetLeft+0.5, p.y+p.leading()-side, side, side, 0.6, 0.4, p.accent)
	p.indented(sheetLeft+side+4, regular, ink, s)
	p.y -= p.leading() * 0.2
}

// ateliers prints the dates one may go to; two sheets hold one only in large.
func (p *paper) ateliers(f LetterFacts) {
	lines := f.Ateliers
	if f.Large && len(lines) > 1 {
		lines = lines[:1]
	}
	if len(lines) == 0 {
		return
	}
	p.heading(french.Plural(len(lines), "Un atelier près d’ici", "Des ateliers près d’ici"))
	for _, line := range lines {
		p.box(french.Capital(line))
	}
}

func nearTitle(places int) string {
	switch places {
	case 0:
		return "Trouver un lieu"
	case 1:
		return "Le lieu le plus proche"
	}
	return "Les lieux les plus proches"
}

func (p *paper) letterBand(f LetterFacts) {
	p.fill(0, 0, a4Width, 24, p.accent)
	room := sheetWidth
	if info := p.pdf.GetImageInfo(logoName); info != nil {
		w := min(42, info.Width()*15/info.Height())
		p.panel(sheetLeft+sheetWidth-w-2, 3, w+4, 18, 1.5, white)
		p.logo(sheetLeft+sheetWidth-w, 4.5, w, 15)
		room -= w + 8
	}
	p.colour(white)
	p.text(sheetLeft, 11, p.fit(bold, f.Commanditaire, room, 17, 10))
	line := "Le " + french.Date(f.Date)
	if f.Counter != "" {
		line = f.Counter + ", le " + french.Date(f.Date)
	}
	p.text(sheetLeft, 18.6, p.fit(regular, line, room, 14, 9))
	p.y = 26
}

// place prints one place as a card that is never cut by the end of a page.
func (p *paper) place(place PlaceFacts) {
	const x, width = sheetLeft + 5, sheetWidth - 10
	lines := p.placeLines(place, width)
	leading := p.leading()
	height := leading*float64(len(lines)+1) + 5.5
	p.room(height + 3)
	p.y += 2.5
	p.panel(sheetLeft, p.y, sheetWidth, height, 2, p.accent.tint(0.07))
	p.fill(sheetLeft, p.y, 1.2, height, p.accent)
	p.colour(ink)
	room := width
	if place.Distance != "" {
		p.font(bold, p.size)
		room -= p.width(place.Distance) + 5
		p.textRight(x+width, p.y+leading+0.5, place.Distance)
	}
	p.colour(p.accent)
	p.text(x, p.y+leading+0.5, p.fit(bold, place.Name, room, p.size+1, 11))
	y := p.y + leading + 0.5
	for _, line := range lines {
		y += leading
		p.font(line.style, p.size)
		p.colour(ink)
		p.text(x, y, line.text)
	}
	p.y += height
}

func (p *paper) placeLines(place PlaceFacts, width float64) []run {
	var lines []run
	add := func(style, s string) {
		p.font(style, p.size)
		for _, line := range p.wrap(s, width) {
			lines = append(lines, run{style, line})
		}
	}
	if place.Address != "" {
		add(regular, place.Address)
	}
	switch {
	case place.Phone != "" && place.Referent != "":
		add(bold, "Appelez "+place.Referent+" : "+keepTogether(place.Phone))
	case place.Phone != "":
		add(bold, "Appelez le "+keepTogether(place.Phone))
	case place.Referent != "":
		add(bold, "Demandez "+place.Referent)
	}
	if place.Hours != "" {
		add(regular, "Ouvert : "+place.Hours)
	}
	if place.Transport != "" {
		add(regular, "En transport : "+place.Transport)
	}
	if place.Access != "" {
		add(regular, "Accès : "+place.Access)
	}
	if len(place.Services) > 0 {
		add(regular, "On y apprend : "+french.List(place.Services)+".")
	}
	return lines
}

// appointment is filled by hand at the counter.
func (p *paper) appointment() {
	leading := p.leading() * 1.5
	height := 2*leading + 6
	p.room(height + 6)
	p.y += 3
	p.frame(sheetLeft, p.y, sheetWidth, height, 2, 0.4, p.accent)
	p.font(bold, p.size)
	p.colour(ink)
	p.text(sheetLeft+5, p.y+leading, "Mon rendez-vous")
	x, y := sheetLeft+5, p.y+2*leading+1
	p.font(regular, p.size)
	for _, blank := range []struct {
		word string
		room float64
	}{{"Le", 45}, {"à", 28}, {"avec", sheetLeft + sheetWidth - 5}} {
		p.colour(ink)
		p.text(x, y, blank.word)
		from := x + p.width(blank.word) + 2
		to := min(from+blank.room, sheetLeft+sheetWidth-5)
		p.line(from, y+0.6, to, y+0.6, 0.3, rule)
		x = to + 4
	}
	p.y += height + 1
}
