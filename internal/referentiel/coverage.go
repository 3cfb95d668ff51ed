package referentiel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"passnum/internal/fault"
	"passnum/internal/french"
)

// CoverageKind says how a Coverage chooses entries.
type CoverageKind string

// The four ways of choosing entries.
const (
	CoverageAll        CoverageKind = "all"
	CoverageLevels     CoverageKind = "levels"
	CoverageCategories CoverageKind = "categories"
	CoverageList       CoverageKind = "list"
)

// The refusals of a Coverage.
var (
	// ErrCoverageEmpty refuses a choice that covers no entry at all.
	ErrCoverageEmpty = fault.New(fault.KindInvalid, "Choisissez au moins un service, une catégorie ou un niveau.")
	// ErrCoverageKind refuses a way of choosing that does not exist.
	ErrCoverageKind = fault.New(fault.KindInvalid, "Choisissez tous les services, des niveaux, des catégories ou une liste de services.")
)

// Coverage is the set of entries an order's chèques can buy. Its zero value
// covers nothing; build one with Everything, OfLevels, OfCategories or OfEntries.
type Coverage struct {
	kind       CoverageKind
	levels     []int
	categories []string
	entries    []int
}

// Everything covers the 129 entries.
func Everything() Coverage { return Coverage{kind: CoverageAll} }

// OfLevels covers whole levels; it refuses unknown ones and an empty choice.
func OfLevels(levels ...int) (Coverage, error) {
	for _, l := range levels {
		if _, ok := Load().Level(l); !ok {
			return Coverage{}, fault.New(fault.KindInvalid, fmt.Sprintf("Le niveau %d n’existe pas\u00a0: les niveaux vont de 1 à 3.", l))
		}
	}
	return Coverage{kind: CoverageLevels, levels: sorted(levels)}.checked(len(levels))
}

// OfCategories covers whole categories, « 1.1 » to « 3.5 »; it refuses unknown
// ones and an empty choice.
func OfCategories(codes ...string) (Coverage, error) {
	for _, code := range codes {
		if _, ok := Load().Category(code); !ok {
			return Coverage{}, fault.New(fault.KindInvalid, "Une des catégories choisies n’existe pas dans le référentiel.")
		}
	}
	return Coverage{kind: CoverageCategories, categories: sorted(codes)}.checked(len(codes))
}

// OfEntries covers a list of entries; it refuses unknown numbers and an empty
// choice.
func OfEntries(numbers ...int) (Coverage, error) {
	if err := ValidateEntries(numbers); err != nil {
		return Coverage{}, err
	}
	return Coverage{kind: CoverageList, entries: sorted(numbers)}.checked(len(numbers))
}

// ValidateEntries refuses the first number that is not one of the 129 entries.
func ValidateEntries(numbers []int) error {
	for _, n := range numbers {
		if _, ok := Load().Entry(n); !ok {
			return fault.New(fault.KindInvalid, fmt.Sprintf("Le service n°\u00a0%d n’existe pas\u00a0: le référentiel va de 1 à %d.", n, len(Load().All())))
		}
	}
	return nil
}

func (c Coverage) checked(chosen int) (Coverage, error) {
	if chosen == 0 {
		return Coverage{}, ErrCoverageEmpty
	}
	return c, nil
}

// Kind says how the entries were chosen; it is empty for the zero value.
func (c Coverage) Kind() CoverageKind { return c.kind }

// Levels lists the chosen levels, for a form to tick.
func (c Coverage) Levels() []int { return slices.Clone(c.levels) }

// Categories lists the chosen categories, for a form to tick.
func (c Coverage) Categories() []string { return slices.Clone(c.categories) }

// Covers reports whether the entry is in the set; an unknown number never is.
func (c Coverage) Covers(entry int) bool {
	e, ok := Load().Entry(entry)
	if !ok {
		return false
	}
	switch c.kind {
	case CoverageAll:
		return true
	case CoverageLevels:
		return slices.Contains(c.levels, e.Level)
	case CoverageCategories:
		return slices.Contains(c.categories, e.Category)
	case CoverageList:
		return slices.Contains(c.entries, entry)
	}
	return false
}

// Entries lists the numbers of the covered entries, in order.
func (c Coverage) Entries() []int {
	var numbers []int
	for _, e := range Load().All() {
		if c.Covers(e.Number) {
			numbers = append(numbers, e.Number)
		}
	}
	return numbers
}

// String describes the set in plain French, short enough for a table cell.
func (c Coverage) String() string {
	switch c.kind {
	case CoverageAll:
		return "Tous les services du référentiel"
	case CoverageLevels:
		return french.Plural(len(c.levels), "Niveau", "Niveaux") + " " + joinNumbers(c.levels)
	case CoverageCategories:
		return c.categoriesSentence()
	case CoverageList:
		return c.listSentence()
	}
	return "Aucun service"
}

func (c Coverage) categoriesSentence() string {
	names := make([]string, 0, len(c.categories))
	for _, code := range c.categories {
		category, _ := Load().Category(code)
		names = append(names, "«\u00a0"+category.Name+"\u00a0»")
	}
	return french.Plural(len(names), "Catégorie", "Catégories") + " " + french.List(names)
}

func (c Coverage) listSentence() string {
	if len(c.entries) == 1 {
		return "Un seul service\u00a0: " + Load().Label(c.entries[0])
	}
	const shown = 6
	if len(c.entries) > shown {
		return fmt.Sprintf("%d services choisis", len(c.entries))
	}
	return fmt.Sprintf("%d services (n°\u00a0%s)", len(c.entries), joinNumbers(c.entries))
}

// compact is the form stored in the database.
type compact struct {
	Kind       CoverageKind `json:"kind"`
	Levels     []int        `json:"levels,omitempty"`
	Categories []string     `json:"categories,omitempty"`
	Entries    []int        `json:"entries,omitempty"`
}

// MarshalJSON writes {"kind":"levels","levels":[1,2]} and the like.
func (c Coverage) MarshalJSON() ([]byte, error) {
	return json.Marshal(compact{c.kind, c.levels, c.categories, c.entries})
}

// UnmarshalJSON reads what MarshalJSON writes and refuses, with a fault, a
// choice that the constructors would refuse; « {} » is the zero value, so that
// a draft can be stored before anything is chosen.
func (c *Coverage) UnmarshalJSON(data []byte) error {
	var form compact
	if err := json.Unmarshal(data, &form); err != nil {
		return fmt.Errorf("reading a coverage: %w", err)
	}
	var err error
	switch form.Kind {
	case "":
		*c = Coverage{}
	case CoverageAll:
		*c = Everything()
	case CoverageLevels:
		*c, err = OfLevels(form.Levels...)
	case CoverageCategories:
		*c, err = OfCategories(form.Categories...)
	case CoverageList:
		*c, err = OfEntries(form.Entries...)
	default:
		err = ErrCoverageKind
	}
	return err
}

func sorted[T int | string](values []T) []T {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}

func joinNumbers(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return french.List(words)
}
