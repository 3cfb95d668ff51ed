package commanditaire

import (
	"fmt"
	"math"
	"strconv"

	"passnum/internal/reporting/gap"
	"passnum/web/ui/format"
)

// gapMap is the territory drawn: a dot for each commune, a diamond for each place.
type gapMap struct {
	ViewBox string
	Label   string
	Near    string // one path of all the dots
	Far     string
	Carnets []gapDot // far, with carnets: the larger the more
	Places  string
}

type gapDot struct{ X, Y, R, Title string }

// mapWidth is that of the drawing, in its own units.
const mapWidth = 720

// mapTallest bounds its height: a territory taller than wide is drawn smaller.
const mapTallest = 1200

// mostDots bounds the drawing of a wide territory: then one dot stands for the
// communes that it would hide.
const mostDots = 4000

func newGapMap(m gap.Map) gapMap {
	d := drawingOf(m.Communes)
	g := gapMap{ViewBox: fmt.Sprintf("0 0 %d %d", mapWidth+24, d.height+24)}
	far, step := 0, 1+len(m.Communes)/mostDots
	for i, c := range m.Communes {
		x, y := d.at(c.Latitude, c.Longitude)
		switch {
		case c.Reached && i%step == 0:
			g.Near += dot(x, y, 3.5)
		case !c.Reached && c.Carnets > 0:
			g.Carnets = append(g.Carnets, gapDot{unit(x), unit(y), unit(min(16, 5+math.Sqrt(float64(c.Carnets)))), c.Name + "\u00a0: " + format.Count(c.Carnets, "carnet remis", "carnets remis")})
		case !c.Reached && i%step == 0:
			g.Far += dot(x, y, 5)
		}
		if !c.Reached {
			far++
		}
	}
	for _, s := range m.Spots {
		if x, y := d.at(s.Latitude, s.Longitude); x >= 0 && x <= mapWidth+24 && y >= 0 && y <= float64(d.height)+24 {
			g.Places += fmt.Sprintf("M%s %sl8 8-8 8-8-8z", unit(x), unit(y-8))
		}
	}
	g.Label = fmt.Sprintf("Carte du territoire\u00a0: %s sur %s n’ont pas de lieu à moins de 20\u00a0minutes. Les listes plus bas disent lesquelles.",
		format.Count(far, "commune", "communes"), format.Number(len(m.Communes)))
	return g
}

// dot is a filled circle, as a path can hold thousands.
func dot(x, y, r float64) string {
	return fmt.Sprintf("M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0-%s 0", unit(x-r), unit(y), unit(r), unit(r), unit(2*r), unit(r), unit(r), unit(2*r))
}

func unit(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// drawing turns degrees into the drawing's units, north upwards.
type drawing struct {
	west, north, perLon, perLat float64
	height                      int
}

func drawingOf(communes []gap.Commune) drawing {
	west, east, south, north := 180.0, -180.0, 90.0, -90.0
	for _, c := range communes {
		west, east = min(west, c.Longitude), max(east, c.Longitude)
		south, north = min(south, c.Latitude), max(north, c.Latitude)
	}
	if len(communes) == 0 {
		west, east, south, north = 0, 0, 46, 46
	}
	if east-west < 0.01 {
		west, east = west-0.05, east+0.05
	}
	flatten := math.Cos((south + north) / 2 * math.Pi / 180)
	d := drawing{west: west, north: north, perLon: mapWidth / (east - west)}
	if tall := north - south; tall*d.perLon/flatten > mapTallest { // two valleys, one above the other
		d.perLon = mapTallest * flatten / tall
		d.west -= (mapWidth/d.perLon - (east - west)) / 2
	}
	d.perLat = d.perLon / flatten
	d.height = max(60, int((north-south)*d.perLat))
	return d
}

func (d drawing) at(lat, lon float64) (x, y float64) {
	return (lon-d.west)*d.perLon + 12, (d.north-lat)*d.perLat + 12
}
