package print

import "strings"

func (p design) value() string { return euros(p.facts.FaceValue) }

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

func (p design) places() string { return places(p.facts.PlacesURL, p.facts.PlacesPhone) }

func (p design) issuerLine() string {
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
func (p design) band(c canvas, x float64, title string) {
	from := x
	if x == 0 {
		from = -bleed
	}
	c.fill(from, -bleed, pageWidth-from+bleed, bandHeight+bleed, p.accent)
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
func (p design) bandTitle(c canvas, x, width float64, title string) {
	c.colour(white)
	c.font(bold, 17)
	if c.width(title) <= width*1.45 {
		c.text(x, bandHeight/2+2.8, c.fit(bold, title, width, 17, 11))
		return
	}
	if brand, name, ok := strings.Cut(title, " · "); ok && c.width(name)*11.5/17 <= width {
		title = brand + "\n" + name
	}
	size := 11.5
	for c.font(bold, size); len(c.wrap(title, width)) > 2 && size > 6; c.font(bold, size) {
		size -= 0.5
	}
	leading := size * mmPerPt * 1.14
	const accented = 0.88 // how high a capital with its accent stands
	c.block(x, textTop+accented*size*mmPerPt, width, leading, 2, title)
}
