package census

import (
	"fmt"
	"strings"

	"passnum/internal/fold"
	"passnum/internal/mednum"
	"passnum/internal/territory"
)

// location is where a line's place is.
type location struct {
	insee, town         string
	ancestors           []string
	latitude, longitude *float64
	positioned          string
}

// locator finds communes, and remembers those it has searched.
type locator struct {
	index *territory.Index
	found map[string]territory.Commune
}

func newLocator(index *territory.Index) *locator {
	return &locator{index: index, found: map[string]territory.Commune{}}
}

// locate places a line; a problem when its commune cannot be found. What had to
// be mended is added to the notes.
func (l *locator) locate(r mednum.Record, notes *[]Problem) (location, *Problem) {
	c, ok := l.commune(r)
	if !ok {
		return location{}, &Problem{Column: "commune", Value: r.PostalCode + " " + r.Town, Reason: "Aucune commune de France ne porte ce nom et ce code postal."}
	}
	where := location{insee: c.Code, town: c.Name, ancestors: l.index.Ancestors(c.Code), positioned: "commune"}
	l.place(&where, r, notes)
	return where, nil
}

// farthest is more than any commune of France is wide, in kilometres.
const farthest = 60

// place keeps the line's own position when it is in the commune or near; two
// coordinates written in the wrong order are put back.
func (l *locator) place(where *location, r mednum.Record, notes *[]Problem) {
	lat, lon, _, known := l.index.Locate(where.insee)
	if r.Latitude != nil && r.Longitude != nil {
		x, y := *r.Latitude, *r.Longitude
		switch {
		case !known || territory.Distance(x, y, lat, lon) <= farthest:
			where.latitude, where.longitude, where.positioned = &x, &y, "import"
			return
		case territory.Distance(y, x, lat, lon) <= farthest:
			*notes = append(*notes, Problem{Column: "latitude", Value: fmt.Sprint(x, " ", y), Reason: "La latitude et la longitude étaient échangées\u00a0: elles sont remises en ordre."})
			where.latitude, where.longitude, where.positioned = &y, &x, "import"
			return
		default:
			*notes = append(*notes, Problem{Column: "latitude", Value: fmt.Sprint(x, " ", y), Reason: "Cette position est à plus de 60\u00a0km de la commune\u00a0: le lieu est placé dans sa commune."})
		}
	}
	if known {
		where.latitude, where.longitude = &lat, &lon
	}
}

func (l *locator) commune(r mednum.Record) (territory.Commune, bool) {
	if c, ok := l.index.Commune(r.INSEE); ok && r.INSEE != "" {
		return c, true
	}
	key := r.PostalCode + " " + fold.Text(r.Town)
	if c, ok := l.found[key]; ok {
		return c, c.Code != ""
	}
	c, ok := l.search(r.PostalCode, withoutCedex(r.Town))
	l.found[key] = c
	return c, ok
}

// search wants the name and the postal code to agree; failing which a postal
// code that only one commune has, then a name that only one commune of the
// département has, as mail sorting centres have codes of their own.
func (l *locator) search(postal, town string) (territory.Commune, bool) {
	if found := l.index.Search(postal+" "+town, 8); len(found) > 0 {
		return whole(found, town), true
	}
	if found := l.index.Search(postal, 3); len(found) == 1 {
		return found[0], true
	}
	var same []territory.Commune
	for _, c := range l.index.Search(town, 40) {
		if fold.Text(c.Name) == fold.Text(town) && strings.HasPrefix(postal, c.Departement) {
			same = append(same, c)
		}
	}
	if len(same) != 1 {
		return territory.Commune{}, false
	}
	return same[0], true
}

// whole prefers the commune whose name is exactly that, and a commune to its
// arrondissements.
func whole(found []territory.Commune, town string) territory.Commune {
	for _, c := range found {
		if fold.Text(c.Name) == fold.Text(town) && c.Parent == "" {
			return c
		}
	}
	return found[0]
}

func withoutCedex(town string) string {
	words := strings.Fields(town)
	for i, w := range words {
		if strings.EqualFold(w, "cedex") {
			return strings.Join(words[:i], " ")
		}
	}
	return town
}
