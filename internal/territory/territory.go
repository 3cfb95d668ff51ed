// Package territory knows the communes, EPCI, départements and régions of
// France: it completes a commune as one types, tells what contains what, and
// places a commune on the map as well as the sources allow. It refuses to
// guess: an unknown code is unknown, and a position says how precise it is.
package territory

import "slices"

// Region is a région, or an overseas collectivity standing as its own région.
type Region struct {
	Code string
	Name string
}

// Departement is a département, or an overseas collectivity.
type Departement struct {
	Code   string
	Name   string
	Region string

	liaison int
}

// EPCI is a group of communes with its own taxation.
type EPCI struct {
	Code string
	// Kind is CC, CA, CU, METRO or MET69.
	Kind string
	// Name is the published one, « CC Creuse Sud Ouest ».
	Name string
	// Population adds up its communes.
	Population int
	// Departement is that of its most populated commune.
	Departement string

	text string
}

// Commune is a commune, or an arrondissement of Paris, Lyon or Marseille.
type Commune struct {
	// Code is the INSEE code, the only key: postal codes are shared.
	Code        string
	Name        string
	PostalCodes []string
	Departement string
	Region      string
	// EPCI is empty for a few islands and overseas.
	EPCI       string
	Population int
	// Parent is the commune of an arrondissement: 75056, 69123 or 13055.
	Parent string
	// Former is the name of a village since merged into this commune, when a
	// search found the commune by it.
	Former string

	lat, lon  float64
	precision Precision
	text      string
	split     bool
}

// Label names the commune for a list: « Guéret (23000) », « Paris (75) » when
// it has several postal codes.
func (c Commune) Label() string {
	switch len(c.PostalCodes) {
	case 0:
		return c.Name
	case 1:
		return c.Name + " (" + c.PostalCodes[0] + ")"
	}
	return c.Name + " (" + c.Departement + ")"
}

// HasPostalCode reports whether mail to the commune bears this postal code.
func (c Commune) HasPostalCode(code string) bool { return slices.Contains(c.PostalCodes, code) }

// liaisons joins « de » and a name by the article code of the official list.
var liaisons = []string{"de ", "d’", "du ", "de la ", "des ", "de l’", "des ", "de las ", "de los "}

// Of writes « de la Creuse », « du Lot », « des Landes ».
func (d Departement) Of() string {
	if d.liaison < 0 || d.liaison >= len(liaisons) {
		return d.Name
	}
	return liaisons[d.liaison] + d.Name
}

// LongName spells the kind out: « Communauté de communes Creuse Sud Ouest ».
func (e EPCI) LongName() string {
	for prefix, long := range map[string]string{
		"CC ": "Communauté de communes ", "CA ": "Communauté d’agglomération ", "CU ": "Communauté urbaine ",
	} {
		if len(e.Name) > len(prefix) && e.Name[:len(prefix)] == prefix {
			return long + e.Name[len(prefix):]
		}
	}
	return e.Name
}
