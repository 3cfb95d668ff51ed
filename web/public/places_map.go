package public

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/reporting/finder"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// mapShown is how many places a map shows: more would hide one another.
const mapShown = 300

// mapSearch is a search for a map: every page of the list at once.
func mapSearch(s finder.Search) finder.Search {
	s.After, s.Limit = finder.Cursor{}, mapShown
	return s
}

// feature is a place as a GeoJSON point, with what its pin says.
type feature struct {
	Type       string     `json:"type"`
	Geometry   geometry   `json:"geometry"`
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

type properties struct {
	Name  string   `json:"nom"`
	Href  string   `json:"href,omitempty"`
	Lines []string `json:"lignes,omitempty"`
	Kind  string   `json:"genre,omitempty"` // takes chèques: « oui », « non »
	Rank  int      `json:"rang,omitempty"`  // its number in the list
}

type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

// mapData answers the places of a search for the map of its page.
func (h *FinderHandlers) mapData(w http.ResponseWriter, r *http.Request) error {
	q := h.readPlacesQuery(r.Context(), r.URL.Query())
	q.Map, q.site = true, r.URL.Query().Get("pour")
	found, err := h.find(r, q)
	if err != nil {
		return err
	}
	list := collection{Type: "FeatureCollection", Features: []feature{}}
	for i, p := range found.points {
		if p.Latitude != nil && p.Longitude != nil {
			list.Features = append(list.Features, featureOf(i, p))
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return geoJSON(w, list)
}

func featureOf(i int, p finder.Point) feature {
	lines := []string{}
	for _, line := range []string{p.Street, p.Town} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if p.Km > 0 && p.Km < finder.Unplaced {
		lines = append(lines, "à "+format.Distance(int(p.Km*1000)))
	}
	f := feature{"Feature", geometry{"Point", [2]float64{*p.Longitude, *p.Latitude}}, properties{Name: p.Name, Href: urls.PublicPlace(p.ID), Lines: lines, Kind: "oui"}}
	if i < placesShown {
		f.Properties.Rank = i + 1
	}
	if !p.Accepts {
		f.Properties.Kind = "non"
		f.Properties.Lines = append(f.Properties.Lines, "N’accepte pas (encore) les chèques")
	}
	return f
}

func geoJSON(w http.ResponseWriter, content any) error {
	w.Header().Set("Content-Type", "application/geo+json")
	return json.NewEncoder(w).Encode(content)
}

// outline answers the shape of a département and its towns, for a map whose
// background does not come.
func (h *FinderHandlers) outline(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	shape, ok := h.shapeOf(code)
	if !ok {
		return httpx.ErrNotFound
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	return geoJSON(w, shape)
}

func (h *FinderHandlers) newMapView(f placesFound) *mapView {
	q := f.query
	v := &mapView{Args: ui.PlacesMapArgs{Label: "Carte des " + lowered(placesTitle(q)), Source: q.addressOf(urls.PlacesMap(), "carte", ""), Departement: q.departement()}}
	if q.From != nil {
		v.Args.From = strconv.FormatFloat(q.From.Latitude, 'f', 5, 64) + "," + strconv.FormatFloat(q.From.Longitude, 'f', 5, 64)
	}
	v.Drawing = h.draw(f)
	v.Text = fmt.Sprintf("%s sur la carte", format.Count(len(f.points), "lieu", "lieux"))
	if len(f.points) == mapShown {
		v.Text = fmt.Sprintf("Les %d lieux les plus proches sur la carte", mapShown)
	}
	return v
}

func lowered(title string) string {
	if title == "Trouver un lieu" {
		return "lieux"
	}
	return "l" + title[1:]
}

// mapView is the map of a search.
type mapView struct {
	Args    ui.PlacesMapArgs
	Text    string
	Drawing drawing
}
