package ui

import "passnum/web/assets"

// MapScript is the module that draws maps, for Page.Scripts of the pages that
// show PlacesMap or PlacePicker.
const MapScript = "map.js"

const (
	tileTemplate    = "/tuiles/{z}/{x}/{y}"
	tileAttribution = "© IGN"
	outlinePrefix   = "/lieux/contours/"
)

// PlacesMapArgs is a map of places.
type PlacesMapArgs struct {
	Label       string // what the map shows: « Carte des lieux près de Guéret »
	Source      string // the address of the places, as GeoJSON
	Departement string // whose outline is drawn when tiles are down; empty for the country
	From        string // « 46.17,1.87 », where the search began
}

// PlacePickerArgs is a map on which to point at a position.
type PlacePickerArgs struct {
	Latitude, Longitude string // the names of the two fields that hold the position
	Around              string // « 46.17,1.87 », where to begin while they are empty
	Departement         string // whose outline is drawn when tiles are down
}

func mapStyle() string { return assets.Path("map.css") }

func outlineHref(departement string) string {
	if departement == "" {
		return outlinePrefix + "france"
	}
	return outlinePrefix + departement
}
