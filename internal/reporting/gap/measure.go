package gap

import (
	"cmp"
	"math"
	"slices"

	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// set holds which of the services a commune reaches.
type set [3]uint64

func (s *set) add(entries []int16) {
	for _, e := range entries {
		if e > 0 && int(e) < 64*len(s) {
			s[e/64] |= 1 << (e % 64)
		}
	}
}

func (s set) has(n int) bool { return n > 0 && n < 64*len(s) && s[n/64]&(1<<(n%64)) != 0 }

// measure fills in, for each commune, what it reaches, and, for each service,
// who does not reach it.
func (s *Service) measure(m *Map, numbers []int, carnets map[string]int) {
	near := newGrid(m.Spots)
	lacking := map[int]*Entry{}
	for _, c := range s.index.Within(m.Territory) {
		lat, lon, _, ok := s.index.Locate(c.Code)
		if !ok {
			continue
		}
		found := Commune{Code: c.Code, Name: c.Name, Latitude: lat, Longitude: lon, People: c.Population, Carnets: carnets[c.Code], Km: -1}
		reached := near.look(&found, m.Entry)
		for _, n := range numbers {
			if reached.has(n) {
				continue
			}
			if lacking[n] == nil {
				e, _ := referentiel.Load().Entry(n)
				lacking[n] = &Entry{Number: n, Label: e.Label}
			}
			lacking[n].Without++
			lacking[n].People += c.Population
		}
		m.Communes = append(m.Communes, found)
	}
	for _, e := range lacking {
		m.Entries = append(m.Entries, *e)
		if m.Entry != nil && m.Entry.Number == e.Number {
			*m.Entry = *e
		}
	}
	slices.SortFunc(m.Entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Number, b.Number)) })
}

// side is that of a cell of the grid, in degrees: more than Reach in latitude,
// and in longitude where France is.
const side = 0.25

type cell struct{ x, y int }

type grid map[cell][]Spot

func newGrid(spots []Spot) grid {
	g := grid{}
	for _, s := range spots {
		at := cellOf(s.Latitude, s.Longitude)
		g[at] = append(g[at], s)
	}
	return g
}

func cellOf(lat, lon float64) cell {
	return cell{int(math.Floor(lat / side)), int(math.Floor(lon / side))}
}

// farthestCells bounds how far the nearest place is looked for, a hundred
// kilometres at least: past it, it is of no help to anybody.
const farthestCells = 6

// look fills in what is nearest, of the service asked for if any, and gathers
// what is reached.
func (g grid) look(c *Commune, only *Entry) (reached set) {
	at := cellOf(c.Latitude, c.Longitude)
	for ring := 0; ring <= farthestCells; ring++ {
		for _, s := range g.ring(at, ring) {
			km := territory.Distance(c.Latitude, c.Longitude, s.Latitude, s.Longitude)
			if km <= Reach {
				reached.add(s.Entries)
			}
			if only != nil && !slices.Contains(s.Entries, int16(only.Number)) {
				continue
			}
			if c.Km < 0 || km < c.Km {
				c.Km, c.Nearest = km, s.Name
			}
		}
		if c.Km >= 0 && c.Km <= float64(ring)*narrowest(c.Latitude) {
			break // what lies further out is farther
		}
	}
	c.Reached = c.Km >= 0 && c.Km <= Reach
	return reached
}

// narrowest is the shorter side of a cell there, in kilometres.
func narrowest(lat float64) float64 {
	const kmPerDegree = 111.0 // a little less than the truth
	return side * kmPerDegree * math.Cos((math.Abs(lat)+side*farthestCells)*math.Pi/180)
}

// ring lists the spots of the cells that are n away.
func (g grid) ring(at cell, n int) (list []Spot) {
	for x := at.x - n; x <= at.x+n; x++ {
		for y := at.y - n; y <= at.y+n; y++ {
			if max(abs(x-at.x), abs(y-at.y)) == n {
				list = append(list, g[cell{x, y}]...)
			}
		}
	}
	return list
}

func abs(n int) int { return max(n, -n) }
