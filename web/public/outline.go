package public

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"passnum/internal/territory"
	"passnum/web/assets"
)

// polygons is the outline of a département: rings of longitudes and latitudes.
type polygons [][][][2]float64

// outlines are the mainland's, by code; the others have none and show their
// towns.
var outlines = sync.OnceValue(func() map[string]polygons {
	read := map[string]polygons{}
	_ = json.Unmarshal(assets.Body("outlines.json"), &read) // ours, and tested
	return read
})

type anyFeature struct {
	Type       string     `json:"type"`
	Geometry   any        `json:"geometry"`
	Properties properties `json:"properties"`
}

type shape struct {
	Type     string       `json:"type"`
	Features []anyFeature `json:"features"`
}

// shapeOf draws a département and its towns, or the whole country.
func (h *FinderHandlers) shapeOf(code string) (shape, bool) {
	s := shape{Type: "FeatureCollection", Features: []anyFeature{}}
	add := func(name string, p polygons) {
		if len(p) > 0 {
			s.Features = append(s.Features, anyFeature{"Feature", map[string]any{"type": "MultiPolygon", "coordinates": p}, properties{Name: name}})
		}
	}
	if code == "france" {
		for _, d := range h.Communes.Departements() {
			add(d.Name, outlines()[d.Code])
		}
		return s, true
	}
	d, known := h.Communes.Departement(code)
	if !known {
		return s, false
	}
	add(d.Name, outlines()[code])
	for _, t := range h.towns(code) {
		s.Features = append(s.Features, anyFeature{"Feature", geometry{"Point", [2]float64{t.lon, t.lat}}, properties{Name: t.name}})
	}
	return s, true
}

type town struct {
	name     string
	lat, lon float64
}

// towns are the largest of a département, far enough from one another for their
// names to be read.
func (h *FinderHandlers) towns(departement string) []town {
	const tried, apart = 25, 11 // kilometres
	var list []town
	for _, c := range h.Communes.Towns(departement, tried) {
		lat, lon, _, ok := h.Communes.Locate(c.Code)
		if ok && !slices.ContainsFunc(list, func(t town) bool { return territory.Distance(lat, lon, t.lat, t.lon) < apart }) {
			list = append(list, town{c.Name, lat, lon})
		}
	}
	return list
}

// drawing is the map without script: an outline, towns, and a dot per place.
type drawing struct {
	ViewBox string
	Paths   []string
	Towns   []label
	Dots    []dot
	Here    *dot
}

type label struct{ X, Y, Text string }

type dot struct {
	X, Y, Text string
	Kind       string
}

// frame turns degrees into a picture's units, northwards up.
type frame struct{ west, north, scale, squeeze, height float64 }

const (
	drawingWidth = 800.0
	near         = 80.0 // kilometres beyond which a place does not widen the drawing
)

func (f frame) x(lon float64) string {
	return strconv.FormatFloat((lon-f.west)*f.scale*f.squeeze, 'f', 1, 64)
}
func (f frame) y(lat float64) string { return strconv.FormatFloat((f.north-lat)*f.scale, 'f', 1, 64) }

func (h *FinderHandlers) draw(f placesFound) drawing {
	code := f.query.departement()
	var shapes []polygons
	if code != "" {
		shapes = append(shapes, outlines()[code])
	} else {
		for _, d := range h.Communes.Departements() {
			shapes = append(shapes, outlines()[d.Code])
		}
	}
	around := bounds{north: -90, south: 90, west: 180, east: -180}
	for _, s := range shapes {
		s.each(around.add)
	}
	for _, t := range h.towns(code) {
		around.add(t.lon, t.lat)
	}
	for _, p := range f.points {
		if code != "" && p.Latitude != nil && p.Km < near {
			around.add(*p.Longitude, *p.Latitude)
		}
	}
	return h.drawn(f, around.frame(), shapes, code)
}

func (h *FinderHandlers) drawn(f placesFound, at frame, shapes []polygons, code string) drawing {
	d := drawing{ViewBox: "0 0 800 " + strconv.Itoa(int(at.height))}
	for _, s := range shapes {
		d.Paths = append(d.Paths, s.path(at))
	}
	for _, t := range h.towns(code) {
		d.Towns = append(d.Towns, label{at.x(t.lon), at.y(t.lat), t.name})
	}
	for i, p := range f.points {
		if p.Latitude == nil || p.Longitude == nil {
			continue
		}
		one := dot{X: at.x(*p.Longitude), Y: at.y(*p.Latitude), Kind: "oui"}
		if !p.Accepts {
			one.Kind = "non"
		}
		if i < placesShown {
			one.Text = strconv.Itoa(i + 1)
		}
		d.Dots = append(d.Dots, one)
	}
	if from := f.query.From; from != nil {
		d.Here = &dot{X: at.x(from.Longitude), Y: at.y(from.Latitude)}
	}
	return d
}

type bounds struct{ north, south, west, east float64 }

func (b *bounds) add(lon, lat float64) {
	b.north, b.south = math.Max(b.north, lat), math.Min(b.south, lat)
	b.west, b.east = math.Min(b.west, lon), math.Max(b.east, lon)
}

// frame fits the bounds in a picture, with a margin.
func (b bounds) frame() frame {
	margin := math.Max(0.05, (b.north-b.south)*0.04)
	squeeze := math.Cos((b.north + b.south) / 2 * math.Pi / 180)
	wide, high := (b.east-b.west)*squeeze+2*margin, b.north-b.south+2*margin
	scale := drawingWidth / wide
	return frame{west: b.west - margin/squeeze, north: b.north + margin, scale: scale, squeeze: squeeze, height: high * scale}
}

func (p polygons) each(visit func(lon, lat float64)) {
	for _, rings := range p {
		for _, ring := range rings {
			for _, point := range ring {
				visit(point[0], point[1])
			}
		}
	}
}

func (p polygons) path(at frame) string {
	var path strings.Builder
	for _, rings := range p {
		for _, ring := range rings {
			command := "M"
			for _, point := range ring {
				path.WriteString(command + at.x(point[0]) + " " + at.y(point[1]))
				command = "L"
			}
			path.WriteString("Z")
		}
	}
	return path.String()
}
