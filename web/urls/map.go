package urls

// Tile is a square of the background map.
func Tile(z, x, y string) string { return "/tuiles/" + z + "/" + x + "/" + y }

// PlacesMap is the places of a search, for a map.
func PlacesMap() string { return PublicPlaces() + "/carte" }

// Outline is the shape of a département, or of « france ».
func Outline(code string) string { return PublicPlaces() + "/contours/" + code }

// PlacesForCheque narrows the search to where a chèque is accepted.
func PlacesForCheque() string { return PublicPlaces() + "/carnet" }

// EmbeddedPlaces is the search for the frame of another site.
func EmbeddedPlaces() string { return PublicPlaces() + "/integrer" }

// EmbedSettings is where a commanditaire lists the sites that may show the search.
func EmbedSettings() string { return "/commanditaire/structures/integrer" }

// EmbedOrigin is one of those sites, to remove.
func EmbedOrigin(id string) string { return EmbedSettings() + "/" + id + "/retirer" }

// Sitemap lists the pages for search engines.
func Sitemap() string { return "/sitemap.xml" }
