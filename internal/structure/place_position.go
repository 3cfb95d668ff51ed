package structure

import (
	"context"
	"strings"

	"passnum/internal/geocode"
	"passnum/internal/territory"
)

// farthest is how far from its commune's centre an address may be, in
// kilometres: further, the service took another town's.
const farthest = 30

// locate gives a place its position: the one chosen by hand, the one it had when
// its address did not change, else what the national service finds, else the
// commune's. It never fails: a rough position is better than no place.
func (s *Service) locate(ctx context.Context, p *Place, before Place) {
	if p.Positioned == ByHand {
		return
	}
	same := before.Latitude != nil && before.Insee == p.Insee && before.Street == p.Street && before.PostalCode == p.PostalCode
	if same && (before.Positioned == ByAddress || before.Positioned == ByImport) {
		p.Latitude, p.Longitude, p.Positioned = before.Latitude, before.Longitude, before.Positioned
		return
	}
	p.Latitude, p.Longitude, p.Positioned = s.find(ctx, p.Street, p.PostalCode, p.Town, p.Insee)
}

// Departement is the code of the place's département, empty without a commune.
func (p Place) Departement() string {
	length := 2
	if strings.HasPrefix(p.Insee, "97") {
		length = 3
	}
	return p.Insee[:min(len(p.Insee), length)]
}

// find is where an address is, or where its commune is; nil when neither is known.
func (s *Service) find(ctx context.Context, street, postalCode, town, insee string) (lat, lon *float64, how Positioned) {
	clat, clon, _, known := s.territory.Locate(insee)
	if street != "" {
		text := strings.Join([]string{street, postalCode, town}, " ")
		found, err := s.Geocoder.Search(ctx, geocode.Query{Text: text, Insee: insee, Limit: 1})
		if err == nil && len(found) > 0 && found[0].Exact() && (!known || territory.Distance(found[0].Latitude, found[0].Longitude, clat, clon) <= farthest) {
			return &found[0].Latitude, &found[0].Longitude, ByAddress
		}
	}
	if known {
		return &clat, &clon, ByCommune
	}
	return nil, nil, ByCommune
}
