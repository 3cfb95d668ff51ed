package config

import "net/url"

// Outgoing is the public services that screens ask; an empty address asks
// nobody, and every screen goes on without.
type Outgoing struct {
	// Geocoder turns addresses into positions.
	Geocoder string
	// Registry tells what is known of a SIRET.
	Registry string
	// Tiles is where the squares of the background map are: an address that
	// holds {z}, {x} and {y}.
	Tiles string
}

const (
	geocoderURL = "https://data.geopf.fr/geocodage"
	registryURL = "https://recherche-entreprises.api.gouv.fr"
	tilesURL    = "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2" +
		"&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
	nobody = "off"
)

func (r *reader) outgoing() Outgoing {
	return Outgoing{
		Geocoder: r.service("PASSNUM_GEOCODER_URL", geocoderURL),
		Registry: r.service("PASSNUM_REGISTRY_URL", registryURL),
		Tiles:    r.service("PASSNUM_TILES_URL", tilesURL),
	}
}

// service is an address, its usual one when nothing is said, or nobody's.
func (r *reader) service(name, usual string) string {
	value := r.text(name)
	switch value {
	case "":
		return usual
	case nobody:
		return ""
	}
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && !(parsed.Scheme == "http" && loopback(parsed.Hostname())) {
		r.expect(name, "une adresse en https, ou « off » pour s’en passer")
		return ""
	}
	return value
}
