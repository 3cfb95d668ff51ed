package territory

import (
	"cmp"
	"maps"
	"slices"
)

// Index holds the whole country in memory, read-only.
type Index struct {
	communes     []Commune // by decreasing population
	byCode       map[string]int
	former       map[string]string // code of a merged commune → current code
	formerNames  []formerName
	epcis        map[string]EPCI
	departements map[string]Departement
	regions      map[string]Region
}

type formerName struct {
	name, text string
	commune    int
}

// Current gives the code in force for a commune: that of the commune into which
// it has merged, or itself.
func (ix *Index) Current(code string) string {
	if _, ok := ix.byCode[code]; ok {
		return code
	}
	if current, ok := ix.former[code]; ok {
		return current
	}
	return code
}

// Commune finds a commune or an arrondissement by its INSEE code; the code of a
// merged commune finds the one that replaced it.
func (ix *Index) Commune(code string) (Commune, bool) {
	i, ok := ix.byCode[ix.Current(code)]
	if !ok {
		return Commune{}, false
	}
	return ix.communes[i], true
}

// EPCI finds an EPCI by its SIREN.
func (ix *Index) EPCI(code string) (EPCI, bool) { e, ok := ix.epcis[code]; return e, ok }

// Departement finds a département by its code.
func (ix *Index) Departement(code string) (Departement, bool) {
	d, ok := ix.departements[code]
	return d, ok
}

// Region finds a région by its code.
func (ix *Index) Region(code string) (Region, bool) { r, ok := ix.regions[code]; return r, ok }

// Regions lists the régions by name.
func (ix *Index) Regions() []Region {
	return slices.SortedFunc(maps.Values(ix.regions), func(a, b Region) int { return cmp.Compare(a.Name, b.Name) })
}

// Departements lists the départements by code.
func (ix *Index) Departements() []Departement {
	return slices.SortedFunc(maps.Values(ix.departements), func(a, b Departement) int { return cmp.Compare(a.Code, b.Code) })
}

// CommunesOf lists the communes of an EPCI, most populated first.
func (ix *Index) CommunesOf(epci string) []Commune {
	var members []Commune
	for _, c := range ix.communes {
		if c.EPCI == epci && c.Parent == "" {
			members = append(members, c)
		}
	}
	return members
}

// France is the ancestor of every commune, and the code of a perimeter without
// limits.
const France = "FR"

// Ancestors lists, from the widest to the narrowest, the prefixed codes of all
// that contains the commune and of itself: « FR », « R-75 », « D-23 »,
// « E-200034825 », « C-23096 ». SQL tests a perimeter with « perimeter_codes &&
// ancestors ». It is empty for an unknown code.
func (ix *Index) Ancestors(communeCode string) []string {
	c, ok := ix.Commune(communeCode)
	if !ok {
		return nil
	}
	codes := []string{France, regionPrefix + c.Region, departementPrefix + c.Departement}
	if c.EPCI != "" {
		codes = append(codes, epciPrefix+c.EPCI)
	}
	if c.Parent != "" {
		codes = append(codes, communePrefix+c.Parent)
	}
	return append(codes, communePrefix+c.Code)
}

const (
	regionPrefix      = "R-"
	departementPrefix = "D-"
	epciPrefix        = "E-"
	communePrefix     = "C-"
)
