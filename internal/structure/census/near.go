package census

import (
	"slices"

	"github.com/google/uuid"

	"passnum/internal/fold"
	"passnum/internal/territory"
)

// places are those that are known, found by what lines tell of them.
type places struct {
	byID       map[uuid.UUID]*place
	byNational map[string]*place
	byName     map[string][]*place
	bySIRET    map[string][]*place
}

func newPlaces(list []*place) *places {
	ps := &places{map[uuid.UUID]*place{}, map[string]*place{}, map[string][]*place{}, map[string][]*place{}}
	for _, p := range list {
		ps.add(p)
	}
	return ps
}

func (ps *places) add(p *place) {
	ps.byID[p.ID] = p
	if p.NationalID != "" {
		ps.byNational[p.NationalID] = p
	}
	name := fold.Text(p.Name)
	ps.byName[name] = append(ps.byName[name], p)
	if p.StructureSiret != "" {
		ps.bySIRET[p.StructureSiret] = append(ps.bySIRET[p.StructureSiret], p)
	}
}

// at finds a place by a national identifier, or by ours.
func (ps *places) at(address string) *place {
	if p := ps.byNational[address]; p != nil {
		return p
	}
	if id, err := uuid.Parse(address); err == nil {
		return ps.byID[id]
	}
	return nil
}

// like finds a place that p may be under another identifier: the same name
// within a hundred metres, or the same SIRET there under another name. It is
// sure when the names agree and nothing says that the bodies differ.
func (ps *places) like(p *place) (twin *place, sure bool) {
	for _, other := range ps.byName[fold.Text(p.Name)] {
		if near(p, other) {
			return other, compatible(p.StructureSiret, other.StructureSiret)
		}
	}
	for _, other := range ps.bySIRET[p.StructureSiret] {
		if p.StructureSiret != "" && near(p, other) {
			return other, false
		}
	}
	return nil, false
}

// closest is a hundred metres, in kilometres.
const closest = 0.1

// near compares positions, and addresses where one of the two has none.
func near(a, b *place) bool {
	if a.placed() && b.placed() {
		return territory.Distance(*a.Latitude, *a.Longitude, *b.Latitude, *b.Longitude) <= closest
	}
	return a.Insee == b.Insee && fold.Text(a.Street) == fold.Text(b.Street)
}

// compatible reports whether two identifiers may be one body's: a SIRET unknown,
// or two establishments of one company.
func compatible(a, b string) bool {
	return a == "" || b == "" || a == b || len(a) == 14 && len(b) == 14 && a[:9] == b[:9]
}

// only keeps the places of a structure.
func only(list []*place, structure uuid.UUID) []*place {
	return slices.DeleteFunc(list, func(p *place) bool { return p.StructureID == nil || *p.StructureID != structure })
}
