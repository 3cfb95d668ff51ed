package territory

import "math"

// Nearest finds the commune whose town is the nearest to a point; ok is false
// for a point far from any.
func (ix *Index) Nearest(lat, lon float64) (nearest Commune, ok bool) {
	const farthest = 60.0 // kilometres
	best := farthest
	squeeze := math.Cos(lat * math.Pi / 180)
	for i := range ix.communes {
		c := &ix.communes[i]
		// A square first: the exact distance of 35,000 communes takes a while.
		if c.precision == PrecisionNone || math.Abs(c.lat-lat) > best/111 || math.Abs(c.lon-lon)*squeeze > best/111 {
			continue
		}
		if km := Distance(lat, lon, c.lat, c.lon); km < best {
			best, nearest, ok = km, *c, true
		}
	}
	return nearest, ok
}

// Towns lists the most populated communes of a département, those that are
// placed for certain.
func (ix *Index) Towns(departement string, most int) []Commune {
	var towns []Commune
	for _, c := range ix.communes {
		if len(towns) == most {
			break
		}
		if c.Departement == departement && c.Parent == "" && c.precision == PrecisionCommune {
			towns = append(towns, c)
		}
	}
	return towns
}
