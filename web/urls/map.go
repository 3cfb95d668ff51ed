package urls

// Tile is a square of the background map.
func Tile(z, x, y string) string { return "/tuiles/" + z + "/" + x + "/" + y }

// PlacesMap is the places of a search, for a map.
func PlacesMap() string { return PublicPlaces() + "/carte" }

// Outline is the shape of a département, or of « france ».
func Outline(code string) string { return PublicPlaces() + "/contours/" + code }
