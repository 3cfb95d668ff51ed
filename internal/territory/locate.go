package territory

import "math"

// Precision says how close to the commune a position is.
type Precision int

// The precisions of a position, the best first; docs/decisions/
// commune-coordinates.md gives the measured errors.
const (
	// PrecisionNone is no position at all.
	PrecisionNone Precision = iota
	// PrecisionCommune is the village or town itself.
	PrecisionCommune
	// PrecisionPostal is the middle of the communes of its postal code.
	PrecisionPostal
	// PrecisionEPCI is the middle of the communes of its EPCI.
	PrecisionEPCI
	// PrecisionDepartement is the middle of its département.
	PrecisionDepartement
)

// String says it in French, for a note under a distance.
func (p Precision) String() string {
	switch p {
	case PrecisionCommune:
		return "position de la commune"
	case PrecisionPostal:
		return "position estimée d’après les communes de même code postal"
	case PrecisionEPCI:
		return "position estimée d’après les communes de l’intercommunalité"
	case PrecisionDepartement:
		return "position estimée d’après le département"
	}
	return "position inconnue"
}

// Locate gives the position of a commune in degrees (WGS 84) and how precise it
// is; ok is false for an unknown code and for a few overseas communes.
func (ix *Index) Locate(communeCode string) (lat, lon float64, precision Precision, ok bool) {
	c, found := ix.Commune(communeCode)
	if !found || c.precision == PrecisionNone {
		return 0, 0, PrecisionNone, false
	}
	return c.lat, c.lon, c.precision, true
}

// DistanceBetween gives the kilometres between two communes, and the worse of
// their two precisions; ok is false when either cannot be placed.
func (ix *Index) DistanceBetween(a, b string) (km float64, precision Precision, ok bool) {
	lat1, lon1, p1, ok1 := ix.Locate(a)
	lat2, lon2, p2, ok2 := ix.Locate(b)
	if !ok1 || !ok2 {
		return 0, PrecisionNone, false
	}
	return Distance(lat1, lon1, lat2, lon2), max(p1, p2), true
}

// Distance gives the kilometres between two points, as the crow flies.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const earthRadius = 6371.0
	const rad = math.Pi / 180
	dLat, dLon := (lat2-lat1)*rad, (lon2-lon1)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}
