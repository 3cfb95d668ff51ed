package territory

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/french"
)

// PerimeterKind says at which level a Perimeter is drawn.
type PerimeterKind string

// The five levels of a perimeter.
const (
	PerimeterEverywhere   PerimeterKind = "everywhere"
	PerimeterRegions      PerimeterKind = "regions"
	PerimeterDepartements PerimeterKind = "departements"
	PerimeterEPCI         PerimeterKind = "epci"
	PerimeterCommunes     PerimeterKind = "communes"
)

// The refusals of a Perimeter.
var (
	// ErrPerimeterKind refuses a level that does not exist.
	ErrPerimeterKind = fault.New(fault.KindInvalid, "Choisissez où les chèques peuvent servir\u00a0: partout, ou dans des régions, des départements, des intercommunalités ou des communes.")
	// ErrPerimeterEmpty refuses a level without any territory chosen.
	ErrPerimeterEmpty = fault.New(fault.KindInvalid, "Choisissez au moins un territoire.")
)

// Perimeter is where chèques can be used. Its zero value contains nothing;
// build one with Everywhere or NewPerimeter.
type Perimeter struct {
	kind  PerimeterKind
	codes []string
}

// Everywhere is the perimeter without limits.
func Everywhere() Perimeter { return Perimeter{kind: PerimeterEverywhere} }

// NewPerimeter draws a perimeter and refuses, with a fault, what Validate
// refuses. Codes are ignored for everywhere.
func NewPerimeter(kind PerimeterKind, codes ...string) (Perimeter, error) {
	p := drawn(kind, codes)
	return p, p.Validate()
}

func drawn(kind PerimeterKind, codes []string) Perimeter {
	if kind == PerimeterEverywhere {
		return Everywhere()
	}
	codes = slices.Clone(codes)
	slices.Sort(codes)
	return Perimeter{kind: kind, codes: slices.Compact(codes)}
}

// Kind says at which level the perimeter is drawn; it is empty for the zero
// value.
func (p Perimeter) Kind() PerimeterKind { return p.kind }

// Codes lists the chosen territories, in order, without prefix.
func (p Perimeter) Codes() []string { return slices.Clone(p.codes) }

// Validate refuses an unknown level, an empty choice and unknown codes. It is
// meant for what a person has just chosen: a stored perimeter may name a
// commune that has merged since.
func (p Perimeter) Validate() error {
	switch p.kind {
	case PerimeterEverywhere:
		return nil
	case PerimeterRegions, PerimeterDepartements, PerimeterEPCI, PerimeterCommunes:
	default:
		return ErrPerimeterKind
	}
	if len(p.codes) == 0 {
		return ErrPerimeterEmpty
	}
	ix, err := Load()
	if err != nil {
		return err
	}
	for _, code := range p.codes {
		if ix.nameOf(p.kind, code) == "" {
			return fault.New(fault.KindInvalid, unknown[p.kind])
		}
	}
	return nil
}

var unknown = map[PerimeterKind]string{
	PerimeterRegions:      "Une des régions choisies n’existe pas.",
	PerimeterDepartements: "Un des départements choisis n’existe pas.",
	PerimeterEPCI:         "Une des intercommunalités choisies n’existe pas.",
	PerimeterCommunes:     "Une des communes choisies n’existe pas.",
}

// Contains reports whether a commune lies in the perimeter; an unknown commune
// lies only in Everywhere.
func (p Perimeter) Contains(communeCode string) bool {
	if p.kind == PerimeterEverywhere {
		return true
	}
	ix, err := Load()
	if err != nil {
		return false
	}
	ancestors := ix.Ancestors(communeCode)
	return slices.ContainsFunc(p.SQLCodes(), func(code string) bool { return slices.Contains(ancestors, code) })
}

var prefixes = map[PerimeterKind]string{
	PerimeterRegions: regionPrefix, PerimeterDepartements: departementPrefix,
	PerimeterEPCI: epciPrefix, PerimeterCommunes: communePrefix,
}

// SQLCodes lists the prefixed codes to store beside a row, so that SQL can test
// « perimeter_codes && ancestors » with Index.Ancestors. Communes that have
// merged are listed under the code in force.
func (p Perimeter) SQLCodes() []string {
	if p.kind == PerimeterEverywhere {
		return []string{France}
	}
	ix, err := Load()
	codes := make([]string, 0, len(p.codes))
	for _, code := range p.codes {
		if p.kind == PerimeterCommunes && err == nil {
			code = ix.Current(code)
		}
		codes = append(codes, prefixes[p.kind]+code)
	}
	return codes
}

// String describes the perimeter in plain French, short enough for a table
// cell: « Département de la Creuse », « Guéret, Aubusson et 3 autres communes ».
func (p Perimeter) String() string {
	if p.kind == PerimeterEverywhere {
		return "Partout en France"
	}
	if len(p.codes) == 0 {
		return "Aucun territoire"
	}
	names := p.names()
	switch p.kind {
	case PerimeterRegions:
		return french.Plural(len(names), "Région ", "Régions ") + enumerate(names, "autres")
	case PerimeterDepartements:
		return p.departementSentence(names)
	case PerimeterEPCI:
		return enumerate(names, "autres intercommunalités")
	}
	return enumerate(names, "autres communes")
}

func (p Perimeter) departementSentence(names []string) string {
	if len(names) > 1 {
		return "Départements\u00a0: " + enumerate(names, "autres")
	}
	if ix, err := Load(); err == nil {
		if d, ok := ix.Departement(p.codes[0]); ok {
			return "Département " + d.Of()
		}
	}
	return "Département " + names[0]
}

// names gives the name of each territory, or its code when it is not known.
func (p Perimeter) names() []string {
	ix, err := Load()
	names := make([]string, len(p.codes))
	for i, code := range p.codes {
		names[i] = code
		if err != nil {
			continue
		}
		if name := ix.nameOf(p.kind, code); name != "" {
			names[i] = name
		}
	}
	return names
}

// nameOf names a territory of the given level; it is empty for an unknown one.
func (ix *Index) nameOf(kind PerimeterKind, code string) string {
	switch kind {
	case PerimeterRegions:
		return ix.regions[code].Name
	case PerimeterDepartements:
		return ix.departements[code].Name
	case PerimeterEPCI:
		if e, ok := ix.epcis[code]; ok {
			return e.LongName()
		}
	case PerimeterCommunes:
		if c, ok := ix.Commune(code); ok {
			return c.Name
		}
	}
	return ""
}

// enumerate writes « a », « a et b », « a, b et 3 autres communes ».
func enumerate(names []string, others string) string {
	const shown = 4
	if len(names) > shown+1 {
		return fmt.Sprintf("%s et %d %s", strings.Join(names[:shown], ", "), len(names)-shown, others)
	}
	return french.List(names)
}

type storedPerimeter struct {
	Kind  PerimeterKind `json:"kind"`
	Codes []string      `json:"codes,omitempty"`
}

// MarshalJSON writes {"kind":"departements","codes":["23"]} and the like.
func (p Perimeter) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedPerimeter{p.kind, p.codes})
}

// UnmarshalJSON reads what MarshalJSON writes. It refuses an unknown level, but
// not an unknown code: an order signed last year must stay readable.
func (p *Perimeter) UnmarshalJSON(data []byte) error {
	var form storedPerimeter
	if err := json.Unmarshal(data, &form); err != nil {
		return fmt.Errorf("reading a perimeter: %w", err)
	}
	if _, ok := prefixes[form.Kind]; !ok && form.Kind != PerimeterEverywhere && form.Kind != "" {
		return ErrPerimeterKind
	}
	*p = drawn(form.Kind, form.Codes)
	return nil
}
